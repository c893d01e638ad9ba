import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type Call, toArguments } from "./call.ts";
import type { Ask, Dialect, ListedTool, Shown } from "./dialects/dialect.ts";

/** A request as the host posted it. */
export interface Posted {
  readonly path: string;
  readonly body: unknown;
}

/** A model that follows a script, on loopback. */
export interface ScriptedModel {
  readonly url: string;
  /** All that the host posted. */
  readonly posted: readonly Posted[];
  /** The tools in the first turn's request. */
  firstTools(): readonly ListedTool[];
  /** What the host showed of each call of the script, as it first did; undefined if it never did. */
  shown(index: number): Shown | undefined;
  /** Calls whose tool the host did not list. */
  missing(): readonly Call[];
  close(): Promise<void>;
}

const mostSearches = 30;

/**
 * Starts a model that follows the script, then is done. In each turn it asks for the next call of
 * every server: those of one server come one after the other, and turns are what takes time.
 */
export async function startModel(
  dialect: Dialect,
  script: readonly Call[],
  /** What the model adds to the arguments of each call. */
  added: Readonly<Record<string, unknown>> = {},
): Promise<ScriptedModel> {
  const posted: Posted[] = [];
  const shown = new Map<string, Shown>();
  const missing = new Set<Call>();
  const searches = new Map<Call, number>();
  let first: readonly ListedTool[] | undefined;

  // Each request holds the whole conversation, so what was answered says what is next: a host that
  // asks again is told the same again.
  async function answer(body: unknown): Promise<string> {
    const results = dialect.listResults(body);
    for (const [id, result] of results) if (!shown.has(id)) shown.set(id, result);
    const tools = dialect.listTools(body);
    first ??= tools;
    const asks: Ask[] = [];
    for (const queue of toQueues(script)) {
      const next = queue.find(({ id, call }) => !results.has(id) && !missing.has(call));
      if (next === undefined) continue;
      const { id, call } = next;
      const tool = tools.find((listed) => isTool(listed, call));
      if (tool !== undefined) {
        const heard = queue.flatMap((earlier) => shown.get(earlier.id)?.texts ?? []);
        asks.push({ id, tool, arguments: { ...toArguments(call, heard), ...added } });
        continue;
      }
      const tries = searches.get(call) ?? 0;
      searches.set(call, tries + 1);
      const query = `${call.server} ${call.tool}`;
      const turn = dialect.toSearch?.(body, `search_${tries}_${id}`, query);
      if (turn !== undefined && tries < mostSearches) {
        // Its server may have to start first.
        if (tries > 0) await sleep(1_000);
        return turn;
      }
      missing.add(call);
      return answer(body);
    }
    return dialect.toTurn(asks);
  }

  async function reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", "http://model");
    const body = await readJson(request);
    posted.push({ path: pathname, body });
    const text = dialect.isTurn(pathname, body) ? await answer(body) : dialect.toOther(pathname);
    const type = text.startsWith("{") ? "application/json" : "text/event-stream";
    response.writeHead(200, { "content-type": type }).end(text);
  }
  const server = createServer((request, response) => {
    // A script or a dialect that fails ends its host with the reason, and no other one.
    reply(request, response).catch((error: unknown) => {
      response.writeHead(500, { "content-type": "text/plain" }).end(String(error));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    posted,
    missing: () => [...missing],
    firstTools: () => first ?? [],
    shown: (index) => shown.get(toId(index)),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

interface Queued {
  readonly id: string;
  readonly call: Call;
}

/** The calls of each server. */
function toQueues(script: readonly Call[]): readonly (readonly Queued[])[] {
  const queued = script.map((call, index) => ({ id: toId(index), call }));
  return [...Map.groupBy(queued, ({ call }) => call.server).values()];
}

function toId(index: number): string {
  return `call_${String(index).padStart(4, "0")}`;
}

/** Hosts put the server's name before the tool's, each with separators of its own. */
function isTool({ name, namespace = "" }: ListedTool, { server, tool }: Call): boolean {
  const whole = `${namespace}__${name}`;
  const prefix = whole.slice(0, -tool.length).replace(/_+$/, "");
  return whole.endsWith(`_${tool}`) && prefix.endsWith(server);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

import type { Caller, LoadCall } from "./caller.ts";
import { type Reply, Wire } from "./wire.ts";

const jsonHeaders = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
} as const;
const clientInfo = { name: "fairlead-load", version: "1.0.0" };
const initialized = JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" });
/** A session may be lost again while it is made, but not without an end. */
const mostTries = 5;

/** A bare client of 2026-07-28. */
export async function openStateless(url: string, call: LoadCall): Promise<Caller> {
  const wire = new Wire(url);
  await wire.open();
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": clientInfo,
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const version = { ...jsonHeaders, "mcp-protocol-version": "2026-07-28" };
  const post = wire.toPost(
    { ...version, "mcp-method": "tools/call", "mcp-name": call.name },
    toBody("tools/call", { name: call.name, arguments: call.arguments, _meta }),
  );
  return {
    ...{ kind: "stateless", official: false, lost: [] },
    call: async () => assertRight(await wire.send(post), call),
    close: async () => wire.close(),
  };
}

/** A bare client of 2025-11-25: after a 404 it opens another session and makes its call again. */
export async function openSession(url: string, call: LoadCall): Promise<Caller> {
  const wire = new Wire(url);
  await wire.open();
  const session = new RawSession(wire, call);
  return {
    ...{ kind: "session", official: false, lost: session.lost },
    call: () => session.call(),
    close: async () => wire.close(),
  };
}

class RawSession {
  readonly lost: string[] = [];
  readonly #wire: Wire;
  readonly #call: LoadCall;
  #session: { readonly id: string; readonly post: string } | undefined;

  constructor(wire: Wire, call: LoadCall) {
    this.#wire = wire;
    this.#call = call;
  }

  async call(): Promise<void> {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const reply = await this.#attempt();
      if (reply.status !== 404 || this.#session === undefined)
        return assertRight(reply, this.#call);
      this.lost.push(this.#session.id);
      this.#session = undefined;
    }
    throw new Error(`The session was lost ${mostTries} times in a row.`);
  }

  async #attempt(): Promise<Reply> {
    if (this.#session === undefined) {
      const id = await this.#initialize();
      const headers = {
        ...jsonHeaders,
        "mcp-protocol-version": "2025-11-25",
        "mcp-session-id": id,
      };
      const { name, arguments: args } = this.#call;
      const body = toBody("tools/call", { name, arguments: args });
      this.#session = { id, post: this.#wire.toPost(headers, body) };
      const heard = await this.#wire.send(this.#wire.toPost(headers, initialized));
      if (heard.status !== 202) return heard;
    }
    return this.#wire.send(this.#session.post);
  }

  async #initialize(): Promise<string> {
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
    const post = this.#wire.toPost(jsonHeaders, toBody("initialize", params));
    const { status, session, text } = await this.#wire.send(post);
    if (status !== 200 || session === undefined) throw new Error(`initialize: ${status} ${text}`);
    return session;
  }
}

function assertRight({ status, text }: Reply, { marker }: LoadCall): void {
  if (status === 200 && text.includes(marker) && !text.includes('"isError":true')) return;
  throw new Error(`${status} ${text.slice(0, 200)}`);
}

function toBody(method: string, params: object): string {
  return JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
}

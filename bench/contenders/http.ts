import { askHttp } from "../load/connection.ts";
import {
  type Call,
  type Era,
  toCall,
  toHttpRequest,
  toInitialize,
  toList,
} from "../load/frames.ts";
import { pumpHttp } from "../load/http-client.ts";
import { type Launch, startHttpServer } from "../load/server-process.ts";
import { assertAnswers, readTools } from "../load/verify.ts";
import type { Contender } from "../rounds.ts";
import { measureWork } from "./work.ts";

export interface HttpServer {
  readonly name: string;
  readonly toLaunch: (port: number) => Launch;
  readonly era: Era;
}

/** What is asked over and over, how to know a right answer, and for how long. */
interface HttpTask {
  readonly milliseconds: number;
  /** The end of a slice, where that is so many calls and not so much time. */
  readonly calls?: number;
  /** Calls before the first slice; as many as in one without it. */
  readonly warmUp?: number;
  /** A text in every right answer. */
  readonly marker: string;
  /** How many requests differ; 1 without it. */
  readonly kinds?: number;
  /** The revision to shake hands in before, where the calls are made in a session. */
  readonly handshake?: Era;
  toRequests(session?: string): readonly Buffer[];
  check(text: string): void;
}

/** Calls over keep-alive connections, one in flight on each. */
export function httpCalls(
  { era, ...server }: HttpServer,
  load: {
    /** What every connection calls; of several, each connection the next one. */
    readonly call: Call | readonly Call[];
    readonly connections: number;
    readonly milliseconds: number;
    readonly calls?: number;
    readonly warmUp?: number;
    readonly token?: string;
    readonly inSession?: boolean;
  },
): Contender {
  const { token, inSession = false } = load;
  const calls = [load.call].flat();
  const [first] = calls;
  if (first === undefined) throw new Error("There is nothing to call.");
  const { marker } = first;
  return onHttp(server, {
    ...load,
    marker,
    kinds: calls.length,
    check: (text) => assertAnswers(text, first),
    ...(inSession && { handshake: era }),
    toRequests: (session) =>
      Array.from({ length: load.connections }, (_, at) => {
        const call = calls[at % calls.length] ?? first;
        const facts = { method: "tools/call", name: call.tool, token, session };
        return toHttpRequest(era, toCall(era, 100 + at, call), facts);
      }),
  });
}

/** One list after another over one connection. */
export function httpLists(
  { era, ...server }: HttpServer,
  load: { readonly tools: number; readonly milliseconds: number },
): Contender {
  return onHttp(server, {
    ...load,
    marker: '"inputSchema"',
    check: (text) => readTools(text, load.tools),
    toRequests: () => [toHttpRequest(era, toList(era, 100), { method: "tools/list" })],
  });
}

function onHttp({ name, toLaunch }: Omit<HttpServer, "era">, task: HttpTask): Contender {
  return {
    name,
    async open() {
      const { server, port } = await startHttpServer(toLaunch);
      try {
        const session = task.handshake && (await openSession(port, task.handshake));
        const requests = task.toRequests(session);
        for (const request of requests.slice(0, task.kinds ?? 1)) {
          task.check((await askHttp(port, request)).body);
        }
        const { warmUp = task.calls } = task;
        const work = () => pumpHttp({ ...task, port, requests });
        await pumpHttp({ ...task, port, requests, ...(warmUp !== undefined && { calls: warmUp }) });
        return { measure: () => measureWork(server, work), close: () => server.stop() };
      } catch (error) {
        await server.stop();
        throw error;
      }
    },
  };
}

/** The id of a session; undefined from a server that has none. */
export async function openSession(port: number, era: Era): Promise<string | undefined> {
  const { head } = await askHttp(
    port,
    toHttpRequest(era, toInitialize(1), { method: "initialize" }),
  );
  return /^mcp-session-id: *(\S+)/im.exec(head)?.[1];
}

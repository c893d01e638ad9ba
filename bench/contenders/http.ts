import { type Call, type Era, toCall, toHttpRequest, toList } from "../load/frames.ts";
import { askHttp, pumpHttp } from "../load/http-client.ts";
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
  readonly marker: string;
  toRequests(): readonly Buffer[];
  check(text: string): void;
}

/** Calls over keep-alive connections, one in flight on each. */
export function httpCalls(
  { era, ...server }: HttpServer,
  load: {
    readonly call: Call;
    readonly connections: number;
    readonly milliseconds: number;
    readonly token?: string;
  },
): Contender {
  const { call, token } = load;
  return onHttp(server, {
    ...load,
    marker: call.marker,
    check: (text) => assertAnswers(text, call),
    toRequests: () =>
      Array.from({ length: load.connections }, (_, at) =>
        toCallRequest(era, 100 + at, call, token),
      ),
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
        const requests = task.toRequests();
        for (const request of requests.slice(0, 1)) {
          task.check((await askHttp(port, request)).body);
        }
        const work = () => pumpHttp({ ...task, port, requests });
        await work();
        return { measure: () => measureWork(server, work), close: () => server.stop() };
      } catch (error) {
        await server.stop();
        throw error;
      }
    },
  };
}

function toCallRequest(era: Era, id: number, call: Call, token: string | undefined): Buffer {
  const facts = { method: "tools/call", name: call.tool, token };
  return toHttpRequest(era, toCall(era, id, call), facts);
}

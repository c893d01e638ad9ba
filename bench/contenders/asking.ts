import { type Exchange, pumpExchanges } from "../load/exchanges.ts";
import { type Call, echoCall, modern, toHttpRequest, toRequest } from "../load/frames.ts";
import { startHttpServer } from "../load/server-process.ts";
import { assertAnswers, readAsked } from "../load/verify.ts";
import { questionName } from "../peers/workload.ts";
import type { Contender } from "../rounds.ts";
import type { HttpServer } from "./http.ts";
import { measureWork } from "./work.ts";

const askCall: Call = { ...echoCall, tool: "ask" };
const accept = { action: "accept", content: { agree: true } };
const plain = toPost(echoCall);
const first = toPost(askCall);

const callPlainly: Exchange = async (connection) => {
  assertAnswers((await connection.ask(plain)).body, echoCall);
};

/** Two requests: a call that ends with a question, and the same call with its answer. */
const callAndAnswer: Exchange = async (connection) => {
  const requestState = readAsked((await connection.ask(first)).body, questionName);
  const retry = toPost(askCall, { requestState, inputResponses: { [questionName]: accept } });
  assertAnswers((await connection.ask(retry)).body, askCall);
};

/** One process of a server as two contenders: a plain call, and a call that asks. */
export function callsAndRounds(
  { name, toLaunch }: HttpServer,
  load: { readonly connections: number; readonly warmUp: number; readonly calls: number },
): Contender[] {
  let starting: ReturnType<typeof startHttpServer> | undefined;
  const toContender = (what: string, exchange: Exchange): Contender => ({
    name: toName(name, what),
    async open() {
      starting ??= startHttpServer(toLaunch);
      const { server, port } = await starting;
      const { connections, warmUp } = load;
      const work = (calls: number) => pumpExchanges({ connections, calls, port }, exchange);
      await work(warmUp);
      const measure = () => measureWork(server, () => work(load.calls));
      return { measure, close: () => server.stop() };
    },
  });
  return [toContender("call", callPlainly), toContender("round", callAndAnswer)];
}

export function toName(server: string, what: string): string {
  return `${server} ${what}`;
}

function toPost(call: Call, retry = {}): Buffer {
  const params = { name: call.tool, arguments: call.arguments, ...retry };
  const body = toRequest(modern, 1, "tools/call", params, { elicitation: {} });
  return toHttpRequest(modern, body, { method: "tools/call", name: call.tool });
}

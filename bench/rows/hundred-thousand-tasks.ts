import { follow, followHoldings, notes, toChecks } from "../contenders/holdings.ts";
import { openSession } from "../contenders/http.ts";
import { type Exchange, pumpExchanges } from "../load/exchanges.ts";
import { echoCall, legacy, toHttpRequest, toRequest } from "../load/frames.ts";
import { withProbe } from "../load/probe.ts";
import { startHttpServer } from "../load/server-process.ts";
import { assertAnswers, readTaskId } from "../load/verify.ts";
import type { Row, Sample } from "../result.ts";
import { subject, toLaunch } from "../variants.ts";

const connections = 64;
/** Of the calls that the row of a million makes. */
const share = 0.1;

export const hundredThousandTasks: Row = {
  name: "hundred-thousand-tasks",
  title:
    "100,000 tasks created and finished: what is held after them, next to after the first tenth",
  async run({ calls }) {
    const tasks = Math.ceil(calls * share);
    const series = await follow(`${tasks} tasks over HTTP, ${legacy}`, () => makeTasks(tasks));
    return {
      series: [series],
      checks: toChecks(series),
      notes: [...notes, "A task is made by one request and its result fetched by the next."],
    };
  },
};

async function makeTasks(tasks: number): Promise<Sample> {
  const { server, port } = await startHttpServer((free) =>
    withProbe(toLaunch(subject, "asking", free)),
  );
  try {
    const session = await openSession(port, legacy);
    const exchange = toExchange(session);
    return await followHoldings(server, tasks, (calls) =>
      pumpExchanges({ port, connections, calls }, exchange),
    );
  } finally {
    await server.stop();
  }
}

function toExchange(session: string | undefined): Exchange {
  const toPost = (method: string, params: object) =>
    toHttpRequest(legacy, toRequest(legacy, 1, method, params), { method, session });
  const create = toPost("tools/call", { name: "work", arguments: echoCall.arguments, task: {} });
  return async (connection) => {
    const taskId = readTaskId((await connection.ask(create)).body);
    const { body } = await connection.ask(toPost("tasks/result", { taskId }));
    assertAnswers(body, echoCall);
  };
}

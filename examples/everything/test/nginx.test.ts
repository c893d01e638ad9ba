// Three replicas that share a key and a Redis, behind a real nginx with the config of docker/compose.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectTo, createRedis, findNginx, type Replica, Replicas } from "@fairlead/testing";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { bin } from "./bin.ts";
import { isJson, type Json, listen, post, readAnswer, request } from "./modern.ts";
import { rule, ruleAll } from "./referee.ts";
import { scenariosOf } from "./scenarios.ts";

const revision = "2026-07-28";
const scenarios = scenariosOf(revision);
/** Long enough for a slow machine; a wait that succeeds takes no part of it. */
const patience = { timeout: 20_000, interval: 20 };
/** Five calls at once, and then next to none. */
const policy = {
  rules: [
    {
      match: {},
      limits: [
        { per: ["principal"], tools: ["list_primes"], rate: { perSecond: 0.001, burst: 5 } },
      ],
    },
  ],
};

const redis = findNginx() ? await createRedis() : undefined;
const folder = mkdtempSync(join(tmpdir(), "fairlead-nginx-test-"));
const policyFile = join(folder, "policy.json");
writeFileSync(policyFile, JSON.stringify(policy));

let replicas: Replicas;
let url = "";

beforeAll(async () => {
  if (redis === undefined) return;
  replicas = await Replicas.start({
    bin,
    args: ["--max-stream-seconds", "1", "--policy-file", policyFile, "--session-minutes", "0"],
    env: {
      FAIRLEAD_STATE_KEYS: randomBytes(32).toString("base64"),
      FAIRLEAD_REDIS_URL: redis.url,
    },
    // The tests want to know who answered.
    edit: (text) =>
      text.replace("proxy_buffering off;", "$& add_header Replica $upstream_addr always;"),
  });
  ({ url } = replicas);
});
afterAll(async () => {
  await replicas?.close();
  await redis?.close();
  rmSync(folder, { recursive: true });
});

/** Sends a request through nginx; gives the replica that answered and its result. */
async function send(method: string, params: Json = {}) {
  const response = await post(url, method, params);
  const replica = toReplica(response.headers);
  const { result, error } = await readAnswer(response);
  return { replica, result: isJson(result) ? result : {}, error };
}

function call(name: string, args: Json = {}) {
  return send("tools/call", { name, arguments: args });
}

/** The host of the replica that answered in the end; nginx lists those before it that refused. */
function toReplica(headers: Headers): string {
  return headers.get("replica")?.split(", ").at(-1)?.split(":")[0] ?? "nobody";
}

/** Does something until what it gives suits: nginx chooses the replica, and learns of a new one late. */
async function until<Result>(act: () => Promise<Result>, suits: (result: Result) => boolean) {
  const end = performance.now() + patience.timeout;
  while (performance.now() < end) {
    const result = await act();
    if (suits(result)) return result;
  }
  throw new Error("It did not come to that.");
}

/** How much work replicas have begun, for tasks and other calls that wait. */
async function countBegun(which: readonly Replica[]): Promise<readonly number[]> {
  const asked = which.map((one) => request(one.url, "tools/call", { name: "count_waits" }));
  return (await Promise.all(asked)).map(({ structuredContent }) =>
    Object.values(isJson(structuredContent) ? structuredContent : {})
      .map(Number)
      .reduce(add),
  );
}

function add(one: number, other: number): number {
  return one + other;
}

/** What any replica knows of a task, once it is so. */
async function waitFor(taskId: unknown, status: string): Promise<Json> {
  return vi.waitFor(async () => {
    const { result } = await send("tasks/get", { taskId });
    expect(result).toMatchObject({ status });
    return result;
  }, patience);
}

describe.skipIf(redis === undefined)("three replicas behind nginx", () => {
  describe("the referee", () => {
    let rulings: Awaited<ReturnType<typeof ruleAll>>;
    let passed = 0;
    beforeAll(async () => {
      rulings = await ruleAll(url, revision);
    });
    afterAll(() => {
      const sum = `${passed} of ${scenarios.length} server scenarios pass`;
      process.stderr.write(`Conformance at ${revision} through nginx: ${sum}\n`);
    });

    test("has 49 scenarios", () => expect(scenarios).toHaveLength(49));

    test.concurrent.for(scenarios)("%s", async (scenario, context) => {
      const { verdict, report } = rulings.get(scenario) ?? (await rule(url, revision, scenario));
      context.expect(verdict, report).toBe("passes");
      passed += 1;
    });
  });

  test("clients that listen at each replica hear of what changes at one", async () => {
    const notifications = { toolsListChanged: true };
    const listening = new Map<string, Awaited<ReturnType<typeof listen>>>();
    onTestFinished(async () => {
      for (const one of listening.values()) await one.stop();
    });
    await until(
      async () => {
        const one = await listen(url, notifications);
        const replica = toReplica(one.headers);
        if (listening.has(replica)) await one.stop();
        else listening.set(replica, one);
      },
      () => listening.size === replicas.running.length,
    );
    for (const { heard } of listening.values()) {
      await vi.waitFor(() => expect(heard).toHaveLength(1), patience);
    }
    await call("test_trigger_tool_change");
    const changed = "notifications/tools/list_changed";
    for (const { methods } of listening.values()) {
      await vi.waitFor(() => expect(methods().slice(1)).toEqual([changed]), patience);
    }
  });

  test("a question of one replica is answered at another, and its state is good once", async () => {
    const destroy = { name: "delete_all_notes", arguments: {} };
    const { first, second, again } = await until(
      async () => {
        const asked = await send("tools/call", destroy);
        const { inputRequests, requestState } = asked.result;
        const [key = ""] = Object.keys(isJson(inputRequests) ? inputRequests : {});
        const inputResponses = { [key]: { action: "accept", content: {} } };
        const repeated = { ...destroy, requestState, inputResponses };
        const done = await send("tools/call", repeated);
        expect(done.result).toMatchObject({ structuredContent: { deleted: expect.any(Number) } });
        return { first: asked.replica, second: done.replica, again: repeated };
      },
      (round) => round.first !== round.second,
    );
    expect(new Set([first, second]).size).toBe(2);
    const refused = new Set<string>();
    await until(
      async () => {
        const { replica, error } = await send("tools/call", again);
        expect(error).toMatchObject({ code: -32602 });
        refused.add(replica);
      },
      () => refused.size === replicas.running.length,
    );
  });

  test("the official client is asked two questions by whichever replicas", async () => {
    const elicit = () => ({ action: "accept", content: { name: "Ada", color: "blue" } }) as const;
    const session = await connectTo(url, { elicit });
    onTestFinished(() => session.close());
    for (let times = 0; times < 5; times += 1) {
      expect(await session.call("test_input_required_result_multi_round")).toMatchObject({
        content: [{ type: "text", text: expect.stringMatching(/Ada.*blue/) }],
      });
    }
  });

  test("a limit is one limit, whichever replicas count", async () => {
    const answers: Awaited<ReturnType<typeof call>>[] = [];
    // Requests that come while nginx asks the name server all go to the same replica.
    for (let times = 0; times < 24; times += 1) {
      answers.push(await call("list_primes", { below: 10 }));
    }
    expect(answers.filter(({ result }) => result["isError"] !== true)).toHaveLength(5);
    expect(new Set(answers.map(({ replica }) => replica)).size).toBeGreaterThan(1);
  });

  test("a task survives the SIGKILL of its replica: every other says that it failed, and none runs it", async () => {
    const all = replicas.running;
    const idle = await countBegun(all);
    const { replica, result } = await call("slow_compute", { seconds: 600 });
    const { taskId } = result;
    const doomed = replicas.running.find(({ host }) => host === replica);
    if (doomed === undefined) throw new Error(`${replica} is not a replica.`);
    const begun = all.map((one, at) => (idle[at] ?? 0) + (one === doomed ? 1 : 0));
    expect(await countBegun(all)).toEqual(begun);
    await replicas.kill(doomed);
    const survivors = replicas.running;
    await waitFor(taskId, "working");
    const client = new Redis(redis?.url ?? "");
    onTestFinished(() => client.disconnect());
    const running = "fairlead:everything:tasks:running";
    const till = Number(await client.zscore(running, String(taskId)));
    expect(till - Date.now()).toBeLessThanOrEqual(30_000);
    // The lease is over: that much time the test does not have.
    await client.zadd(running, 1, String(taskId));
    const failed = await waitFor(taskId, "failed");
    expect(failed).toMatchObject({ error: { message: expect.stringContaining("is gone") } });
    // A replica that comes later finds it as the others do.
    const later = await replicas.add();
    const told = new Set<string>();
    await until(
      async () => {
        const said = await send("tasks/get", { taskId });
        expect(said.result).toMatchObject({ status: "failed", error: failed["error"] });
        told.add(said.replica);
      },
      () => told.size === 3,
    );
    expect(await countBegun(survivors)).toEqual(begun.filter((_, at) => all[at] !== doomed));
    expect(await countBegun([later])).toEqual([0]);
  });

  test("while Redis is away calls go on, and tasks go on when it is back", async () => {
    const begun = await call("slow_compute", { seconds: 2 });
    const { taskId } = begun.result;
    await redis?.stop();
    const said = new Set<string>();
    await until(
      async () => {
        const { replica, error } = await send("tasks/get", { taskId });
        expect(error).toMatchObject({ code: -32603, message: expect.stringMatching(/Try again/) });
        expect((await call("greet", { name: "Ada" })).result).toMatchObject({
          content: [{ text: "Hello, Ada!" }],
        });
        said.add(replica);
      },
      () => said.size === 3,
    );
    await redis?.start();
    expect(await waitFor(taskId, "completed")).toMatchObject({
      result: { content: [{ text: "It took 2 s." }] },
    });
  });

  test("no call fails while replica after replica is replaced under load", async () => {
    const failures: string[] = [];
    const answered = new Map<string, number>();
    const old = replicas.running;
    let requests = 0;
    let over = false;
    const load = Array.from({ length: 16 }, async () => {
      while (!over) {
        const { replica, result, error } = await call("test_simple_text").catch(
          (problem: unknown) => ({ replica: "nobody", result: {}, error: String(problem) }),
        );
        requests += 1;
        answered.set(replica, (answered.get(replica) ?? 0) + 1);
        if (!JSON.stringify(result).includes("simple text")) {
          failures.push(`${replica} ${JSON.stringify(error)}`);
        }
      }
    });
    for (const replica of old) {
      const goal = requests + 300;
      await vi.waitFor(() => expect(requests).toBeGreaterThan(goal), patience);
      expect(await replicas.replace(replica)).toBe(0);
    }
    const hosts = replicas.running.map(({ host }) => host);
    await vi.waitFor(
      () => expect([...answered.keys()]).toEqual(expect.arrayContaining(hosts)),
      patience,
    );
    over = true;
    await Promise.all(load);
    process.stderr.write(`Through nginx and three replacements: ${requests} requests\n`);
    expect(failures).toEqual([]);
    expect(hosts.filter((host) => old.some((one) => one.host === host))).toEqual([]);
    for (const { host } of [...old, ...replicas.running]) {
      expect(answered.get(host), host).toBeGreaterThan(0);
    }
  });
});

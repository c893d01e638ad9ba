// Three processes that share a key and a Redis: what round-robin.test.ts says needs more than a key.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:tls";
import {
  type Balancer,
  createBalancer,
  createCertificate,
  createRedis,
  type HttpProcess,
  run,
  serveHttp,
} from "@fairlead/testing";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { bin } from "./bin.ts";
import { ask, isJson, type Json, listen, request } from "./modern.ts";
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

const redis = await createRedis();
const folder = mkdtempSync(join(tmpdir(), "fairlead-shared-"));
const policyFile = join(folder, "policy.json");
writeFileSync(policyFile, JSON.stringify(policy));
const env = {
  FAIRLEAD_STATE_KEYS: randomBytes(32).toString("base64"),
  FAIRLEAD_REDIS_URL: redis?.url,
};

let servers: readonly HttpProcess[] = [];
let urls: readonly string[] = [];

function start(): Promise<HttpProcess> {
  return serveHttp(bin, ["--max-stream-seconds", "1", "--policy-file", policyFile], env);
}

beforeAll(async () => {
  if (redis === undefined) return;
  servers = await Promise.all([start(), start(), start()]);
  urls = servers.map(({ url }) => url);
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await redis?.close();
  rmSync(folder, { recursive: true });
});

/** Starts a call that takes so long at one process; gives its task. */
async function begin(url: string, seconds: number): Promise<Json> {
  return request(url, "tools/call", { name: "slow_compute", arguments: { seconds } });
}

/** What a process knows of a task, once it is so. */
async function waitFor(url: string, taskId: unknown, status: string): Promise<Json> {
  return vi.waitFor(async () => {
    const task = await request(url, "tasks/get", { taskId });
    expect(task).toMatchObject({ status });
    return task;
  }, patience);
}

describe.skipIf(redis === undefined)("three processes and a Redis", () => {
  describe("the referee, sent to the next process with each request", () => {
    let balancer: Balancer;
    let rulings: Awaited<ReturnType<typeof ruleAll>>;
    let passed = 0;
    beforeAll(async () => {
      balancer = await createBalancer(urls);
      rulings = await ruleAll(balancer.url, revision);
    });
    afterAll(async () => {
      await balancer.close();
      const sum = `${passed} of ${scenarios.length} server scenarios pass`;
      process.stderr.write(
        `Conformance at ${revision} through three processes and Redis: ${sum}\n`,
      );
    });

    test.concurrent.for(scenarios)("%s", async (scenario, context) => {
      const { verdict, report } =
        rulings.get(scenario) ?? (await rule(balancer.url, revision, scenario));
      context.expect(verdict, report).toBe("passes");
      passed += 1;
    });

    test("each process answered a third of all 49", () => {
      const shares = urls.map((url) => balancer.answeredBy(url));
      expect(scenarios).toHaveLength(49);
      expect(Math.min(...shares)).toBeGreaterThan(scenarios.length / 3);
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
    });
  });

  test("a client that listens at one hears of what changes at another", async () => {
    const [a = "", b = ""] = urls;
    const listening = await listen(a, { toolsListChanged: true, promptsListChanged: true });
    onTestFinished(() => listening.stop());
    await vi.waitFor(() => expect(listening.heard).toHaveLength(1), patience);
    await request(b, "tools/call", { name: "test_trigger_tool_change" });
    const changed = "notifications/tools/list_changed";
    await vi.waitFor(() => expect(listening.methods().slice(1)).toEqual([changed]), patience);
  });

  test("a question of one is answered at another, and its state is good once", async () => {
    const [a = "", b = "", c = ""] = urls;
    const call = { name: "delete_all_notes", arguments: {} };
    const { inputRequests, requestState } = await request(a, "tools/call", call);
    const [key = ""] = Object.keys(isJson(inputRequests) ? inputRequests : {});
    const answer = { action: "accept", content: {} };
    const again = { ...call, requestState, inputResponses: { [key]: answer } };
    const done = await request(b, "tools/call", again);
    expect(done).toMatchObject({ structuredContent: { deleted: expect.any(Number) } });
    for (const url of [a, b, c]) {
      expect(await ask(url, "tools/call", again)).toMatchObject({ error: { code: -32602 } });
    }
  });

  test("a task of one is followed and cancelled at another", async () => {
    const [a = "", b = "", c = ""] = urls;
    const { taskId } = await begin(a, 60);
    const listening = await listen(c, { taskIds: [taskId] });
    onTestFinished(() => listening.stop());
    await vi.waitFor(() => expect(listening.heard).toHaveLength(2), patience);
    await waitFor(b, taskId, "working");
    await request(b, "tasks/cancel", { taskId });
    for (const url of [a, b, c]) await waitFor(url, taskId, "cancelled");
    const last = () => listening.heard.at(-1);
    await vi.waitFor(
      () => expect(last()).toMatchObject({ params: { status: "cancelled" } }),
      patience,
    );
    // The work is cut short where it runs.
    await vi.waitFor(async () => {
      const counted = await request(a, "tools/call", { name: "count_waits", arguments: {} });
      expect(counted).toMatchObject({ structuredContent: { running: 0 } });
    }, patience);
  });

  test("a task asks at one and is answered at another, and its result is read at a third", async () => {
    const [a = "", b = "", c = ""] = urls;
    const called = await request(a, "tools/call", {
      name: "confirm_delete",
      arguments: { filename: "x" },
    });
    const { taskId } = called;
    await waitFor(b, taskId, "input_required");
    const inputResponses = { "confirm-1": { action: "accept", content: { confirm: true } } };
    await request(b, "tasks/update", { taskId, inputResponses });
    expect(await waitFor(c, taskId, "completed")).toMatchObject({
      result: { content: [{ text: "x is deleted." }] },
    });
  });

  test("a client of 2025-11-25 waits at one for what another works on", async () => {
    const [worker, waiter] = await Promise.all(
      urls.slice(0, 2).map(async (url) => {
        const client = new Client({ name: "test", version: "1" }, { capabilities: { tasks: {} } });
        await client.connect(new StreamableHTTPClientTransport(new URL(url)));
        onTestFinished(() => client.close());
        await client.listTools();
        return client.experimental.tasks;
      }),
    );
    const call = { name: "slow_compute", arguments: { seconds: 0.8 } };
    const stream = worker?.callToolStream(call, CallToolResultSchema, { task: {} });
    const { value } = (await stream?.next()) ?? {};
    const taskId = value?.type === "taskCreated" ? value.task.taskId : "";
    expect(await waiter?.getTaskResult(taskId, CallToolResultSchema)).toMatchObject({
      content: [{ text: "It took 0.8 s." }],
    });
  });

  test("a limit is one limit, however many processes there are", async () => {
    const call = { name: "list_primes", arguments: { below: 10 } };
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => request(urls[n % 3] ?? "", "tools/call", call)),
    );
    expect(answers.filter(({ isError }) => isError !== true)).toHaveLength(5);
  });

  test("a task whose process is killed ends as failed by its lease of 30 s, and nobody waits for it", async () => {
    const doomed = await start();
    const [b = ""] = urls;
    const { taskId } = await begin(doomed.url, 600);
    const listening = await listen(b, { taskIds: [taskId] });
    onTestFinished(() => listening.stop());
    await waitFor(b, taskId, "working");
    await doomed.kill();
    const client = new Redis(redis?.url ?? "");
    onTestFinished(() => client.disconnect());
    const running = "fairlead:everything:tasks:running";
    const till = Number(await client.zscore(running, String(taskId)));
    expect(till - Date.now()).toBeLessThanOrEqual(30_000);
    // The lease is over: that much time the test does not have.
    await client.zadd(running, 1, String(taskId));
    const failed = await waitFor(b, taskId, "failed");
    expect(failed).toMatchObject({ error: { message: expect.stringContaining("is gone") } });
    const last = () => listening.heard.at(-1);
    await vi.waitFor(
      () => expect(last()).toMatchObject({ params: { status: "failed" } }),
      patience,
    );
  });

  test("while Redis is away calls go on, and what needs it says so", async () => {
    const [a = "", b = ""] = urls;
    const { taskId } = await begin(a, 2);
    const destroy = { name: "delete_all_notes", arguments: {} };
    const asked = await request(a, "tools/call", destroy);
    const listening = await listen(b, { toolsListChanged: true });
    onTestFinished(() => listening.stop());
    await vi.waitFor(() => expect(listening.heard).toHaveLength(1), patience);
    await redis?.stop();
    const unanswered = expect.stringMatching(/does not answer.*Try again/s);
    const down = await ask(b, "tasks/get", { taskId });
    expect(down).toMatchObject({
      error: { code: -32603, message: unanswered },
    });
    expect(
      await request(b, "tools/call", { name: "greet", arguments: { name: "Ada" } }),
    ).toMatchObject({ content: [{ text: "Hello, Ada!" }] });
    // A state that might have been used is not taken.
    const { requestState } = asked;
    const inputResponses = { "fairlead-confirm": { action: "accept", content: {} } };
    const again = { ...destroy, requestState, inputResponses };
    expect(await ask(b, "tools/call", again)).toMatchObject({ error: { message: unanswered } });
    // What may be a task is answered when it is done.
    expect(await begin(b, 1)).toMatchObject({ resultType: "complete" });
    const limited = await request(b, "tools/call", {
      name: "list_primes",
      arguments: { below: 10 },
    });
    expect(limited).toMatchObject({ isError: true });
    await redis?.start();
    await waitFor(b, taskId, "completed");
    expect(await ask(b, "tools/call", again)).toMatchObject({
      result: { structuredContent: { deleted: expect.any(Number) } },
    });
    const { stderr } = servers[1] ?? { stderr: () => "" };
    await vi.waitFor(
      () => expect(stderr()).toMatch(/Redis is out of reach[\s\S]*Redis is back/),
      patience,
    );
    // What was said meanwhile is lost, so a client that listens reads again.
    const changed = "notifications/tools/list_changed";
    await vi.waitFor(() => expect(listening.methods()).toContain(changed), patience);
    for (const server of servers) {
      expect(server.stderr()).not.toContain(redis?.password);
      expect(server.stderr()).not.toMatch(/unhandled|Z error /);
    }
  });

  test("over TLS a server starts if it knows who signed, and not otherwise", async () => {
    const { key, certificate } = createCertificate(["localhost"]);
    const { port, password } = new URL(redis?.url ?? "");
    const proxy = createServer({ key, cert: certificate }, (near) => {
      const far = connect(Number(port), "127.0.0.1");
      near.on("error", () => far.destroy());
      far.on("error", () => near.destroy());
      near.pipe(far).pipe(near);
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void proxy.close());
    await once(proxy, "listening");
    const address = proxy.address();
    const listens = typeof address === "object" && address !== null ? address.port : 0;
    const FAIRLEAD_REDIS_URL = `rediss://:${password}@localhost:${listens}`;
    const refused = await run(bin, ["--http", "0"], { ...env, FAIRLEAD_REDIS_URL });
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/\([A-Z_]*CERT[A-Z_]*\)/),
    });
    const authority = join(folder, "authority.pem");
    writeFileSync(authority, certificate);
    const server = await serveHttp(bin, [], {
      ...{ ...env, FAIRLEAD_REDIS_URL, NODE_EXTRA_CA_CERTS: authority },
    });
    onTestFinished(async () => void (await server.close()));
    const { taskId } = await begin(server.url, 0.5);
    await waitFor(urls[0] ?? "", taskId, "completed");
  });

  test("a server over stdio shares nothing, and says so", async () => {
    const ended = await run(bin, [], env);
    expect(ended).toMatchObject({ code: 0, stderr: expect.stringContaining("Redis is not used") });
  });

  test("a server does not start without its Redis, and shows no password", async () => {
    const { url = "", password = "" } = redis ?? {};
    for (const [wrong, problem] of [
      [url.replace(password, "wrong-password-1234"), "WRONGPASS"],
      ["redis://:wrong-password-1234@127.0.0.1:1", "ECONNREFUSED"],
      ["https://:wrong-password-1234@redis.example", "must be redis://"],
    ] as const) {
      const ended = await run(bin, ["--http", "0"], { ...env, FAIRLEAD_REDIS_URL: wrong });
      expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining(problem) });
      expect(ended.stdout + ended.stderr).not.toContain("wrong-password");
    }
  });
});

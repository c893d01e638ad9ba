// A real Redis that is paused, killed and cut off, under steady calls of two processes that share it.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  connectTo,
  createHop,
  createRedisContainer,
  FaultLoad,
  type FaultTally,
  type Hop,
  type HttpProcess,
  type Session,
  serveHttp,
  toAnswer,
  toFaultTable,
  type Work,
} from "@fairlead/testing";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { bin } from "./bin.ts";
import { ask, isJson, listen, request } from "./modern.ts";

const patience = { timeout: 20_000, interval: 20 };
const redis = await createRedisContainer();
const folder = mkdtempSync(join(tmpdir(), "fairlead-faults-"));
const policyFile = join(folder, "policy.json");
const limits = [{ per: [], tools: ["list_primes"], day: 1_000_000 }];
writeFileSync(policyFile, JSON.stringify({ rules: [{ match: {}, limits }] }));

let hop: Hop;
let servers: readonly HttpProcess[] = [];
let urls: readonly [string, string] = ["", ""];
let sessions: readonly Session[] = [];
/** How many limited calls were answered, and how many states were used. */
let answered = 0;
let used = 0;
let load: FaultLoad | undefined;
const tallies: FaultTally[] = [];

const env = () => {
  const url = new URL(redis?.url ?? "");
  url.port = String(hop.port);
  return {
    FAIRLEAD_STATE_KEYS: Buffer.from(key).toString("base64"),
    FAIRLEAD_REDIS_URL: String(url),
  };
};
const key = randomBytes(32);

beforeAll(async () => {
  if (redis === undefined) return;
  hop = await createHop(Number(new URL(redis.url).port));
  const start = (name: string) =>
    serveHttp(
      bin,
      ["--policy-file", policyFile, "--audit-file", join(folder, `${name}.jsonl`)],
      env(),
    );
  const [a, b] = await Promise.all([start("a"), start("b")]);
  servers = [a, b];
  urls = [a.url, b.url];
  sessions = await Promise.all(urls.map((url) => connectTo(url)));
});
afterAll(async () => {
  process.stderr.write(`Faults of Redis:\n${toFaultTable(tallies)}`);
  for (const session of sessions) await session.close();
  for (const server of servers) await server.close();
  await hop?.close();
  await redis?.close();
  rmSync(folder, { recursive: true });
});

/** A state that was not accepted yet, which is tried again as long as the server says so. */
let state: { readonly requestState: unknown; readonly inputResponses: object } | undefined;
const destroy = { name: "delete_all_notes", arguments: {} };

async function useState(): Promise<{ text: string; isError: boolean }> {
  if (state === undefined) {
    const { inputRequests, requestState } = await request(urls[0], "tools/call", destroy);
    const [name = ""] = Object.keys(isJson(inputRequests) ? inputRequests : {});
    state = { requestState, inputResponses: { [name]: { action: "accept", content: {} } } };
  }
  const { result, error } = await ask(urls[1], "tools/call", { ...destroy, ...state });
  if (result === undefined) {
    const text = JSON.stringify(error);
    if (text.includes("is not valid")) state = undefined;
    return { text, isError: true };
  }
  used += 1;
  state = undefined;
  return toAnswer(result);
}

function toWorks(taskId: unknown): readonly Work[] {
  const both = (kind: string, name: string, args: Record<string, unknown>, right: RegExp) =>
    sessions.map(
      (session): Work => ({
        ...{ kind, right },
        async call() {
          const answer = toAnswer(await session.call(name, args));
          if (kind === "limited call" && !answer.isError) answered += 1;
          return answer;
        },
      }),
    );
  return [
    ...both("plain call", "greet", { name: "Ada" }, /Hello, Ada!/),
    ...both("limited call", "list_primes", { below: 10 }, /7/),
    {
      kind: "call that may be a task",
      right: /"task"|It took/,
      async call() {
        const slow = { name: "slow_compute", arguments: { seconds: 0.4 } };
        return { text: JSON.stringify(await request(urls[0], "tools/call", slow)), isError: false };
      },
    },
    {
      kind: "tasks/get",
      right: /"working"/,
      async call() {
        const { result, error } = await ask(urls[1], "tasks/get", { taskId });
        return { text: JSON.stringify(result ?? error), isError: error !== undefined };
      },
    },
    { kind: "answer to a question", right: /delete|^0|\d/i, call: useState },
  ];
}

describe.skipIf(redis === undefined)("Redis", () => {
  const away = /does not answer.*Try again/s;
  /** A reply that is lost with its connection leaves the state used, of which the client is told. */
  const awayOrUsed = /does not answer.*Try again|is not valid.*Send the request again without/s;
  const toHits = (state: RegExp) => ({
    "limited call": /limits of this server cannot be counted.*Try again in \d+ s/s,
    "tasks/get": away,
    "answer to a question": state,
  });

  test.for([
    {
      name: "Redis is paused",
      begin: () => redis?.pause(),
      end: () => redis?.resume(),
      state: away,
    },
    {
      name: "Redis is killed and restarted",
      begin: () => redis?.kill(),
      end: () => redis?.start(),
      state: awayOrUsed,
    },
    {
      name: "Redis is cut off (connections reset)",
      begin: () => hop.sever(),
      end: () => hop.mend(),
      state: awayOrUsed,
    },
    {
      name: "Redis is cut off (packets lost)",
      begin: () => hop.freeze(),
      end() {
        hop.cut();
        hop.thaw();
      },
      state: awayOrUsed,
    },
  ])(
    "$name: each port does what it says, and is back by itself",
    async ({ state: said, ...plan }) => {
      const hits = toHits(said);
      const client = new Redis(redis?.url ?? "", { retryStrategy: () => 100 });
      client.on("error", () => undefined);
      onTestFinished(() => client.disconnect());
      const count = async () => {
        const [name] = await client.keys("fairlead:everything:limits:quota:*");
        return Number(name === undefined ? 0 : await client.get(name));
      };
      const [spentBefore, answeredBefore, usedBefore] = [await count(), answered, used];
      const { taskId } = await request(urls[0], "tools/call", {
        ...{ name: "slow_compute", arguments: { seconds: 600 } },
      });
      const listening = await listen(urls[1], { toolsListChanged: true });
      onTestFinished(() => listening.stop());
      load = new FaultLoad(toWorks(taskId));
      let probed: readonly number[] = [];
      const begin = async () => {
        await plan.begin();
        const probes = urls.map((url) => fetch(new URL("/readyz", url)));
        probed = (await Promise.all(probes)).map(({ status }) => status);
      };
      try {
        await load.meet({ ...plan, begin, hits });
      } finally {
        await load.close();
        tallies.push(...load.tallies);
      }
      for (const { kind, unclear, hung, clear, said } of load.tallies) {
        const counts = [unclear, hung, clear > 0];
        expect(counts, `${kind}: ${[...said].join("\n")}`).toEqual([0, 0, kind in hits]);
      }
      // An outage of Redis must not take all replicas out of the load balancer.
      expect(probed).toEqual([200, 200]);
      // What was answered is counted once, and what Redis did after its caller gave up is not counted.
      const refused = load.tallies.find(({ kind }) => kind === "limited call")?.clear ?? 0;
      const [spent, told] = [(await count()) - spentBefore, answered - answeredBefore];
      expect(spent).toBeGreaterThanOrEqual(told);
      expect(spent).toBeLessThanOrEqual(told + (said === away ? 0 : refused));
      expect(used).toBeGreaterThan(usedBefore);
      // The task that ran meanwhile runs on, and can be cancelled.
      await request(urls[1], "tasks/cancel", { taskId });
      const cancelled = await request(urls[0], "tasks/get", { taskId });
      expect(cancelled).toMatchObject({ status: "cancelled" });
      // What was said meanwhile may be lost, so a client that listens reads again.
      const changed = "notifications/tools/list_changed";
      await vi.waitFor(() => expect(listening.methods()).toContain(changed), patience);
    },
  );

  test("each outage is told once, without the password", async () => {
    for (const server of servers) {
      expect(server.stderr().match(/Redis is out of reach/g)).toHaveLength(4);
      expect(server.stderr().match(/Redis is back after/g)).toHaveLength(4);
      expect(server.stderr()).not.toContain(redis?.password);
      expect(server.stderr()).not.toMatch(/unhandled|uncaught/i);
      expect(await server.close()).toBe(0);
    }
  });
});

import { setImmediate as turn } from "node:timers/promises";
import type { Principal, ToolCall } from "@fairlead/define";
import { RefusedCall } from "@fairlead/define/start";
import { type LimitStore, MemoryLimits } from "@fairlead/store";
import { expect, onTestFinished, test, vi } from "vitest";
import { createParse } from "../file/parse.ts";
import { Policy } from "../file/policy.ts";
import { surface } from "../surface.fixture.ts";
import { LimitError, limitKey } from "./limit-error.ts";
import { Limiter } from "./limiter.ts";
import { createThrottle } from "./throttle.ts";

const parse = await createParse("policy.json");
const noon = Date.parse("2026-11-30T12:00:00Z");

/** A limiter on a file, with a clock that a test sets. */
function open(file: object, store: LimitStore = new MemoryLimits()) {
  const warnings: string[] = [];
  const clock = { now: noon };
  const policy = new Policy(surface, parse, JSON.stringify(file));
  const limiter = new Limiter(policy, {
    ...{ store, warn: (message) => warnings.push(message), now: () => clock.now },
  });
  return { clock, limiter, policy, warnings };
}

type Caller = Principal & { readonly tenant?: string };

function toCall(principal: Caller, tool = "find_book", signal = new AbortController().signal) {
  const call: ToolCall = {
    ...{ tool, principal, signal, arguments: {}, effect: "read", clientInfo: undefined, meta: {} },
    ...{ reference: "r", assertPermitted: () => undefined, beforeRun: () => undefined },
  };
  return call;
}

/** What became of a call: its result, or the limit that refused it. */
async function run(limiter: Limiter, ...given: Parameters<typeof toCall>): Promise<unknown> {
  try {
    return await limiter.middleware(toCall(...given), async () => "ran");
  } catch (error) {
    if (error instanceof LimitError) return error;
    throw error;
  }
}

const limits = (...all: object[]) => ({ rules: [{ match: {}, limits: all }] });
const alice: Caller = { id: "alice" };

test("of 200 calls at once on a limit of 10 exactly 10 pass", async () => {
  const { limiter } = open(limits({ per: "principal", rate: { perSecond: 1, burst: 10 } }));
  const results = await Promise.all(Array.from({ length: 200 }, () => run(limiter, alice)));
  expect(results.filter((result) => result === "ran")).toHaveLength(10);
});

test("a refused call is told which limit, how much is left and when to come back", async () => {
  const { clock, limiter } = open(
    limits(
      { per: ["principal"], rate: { perSecond: 0.5, burst: 12 }, day: 15 },
      { per: ["tenant", "tool"], tools: ["add_book"], month: 5, concurrency: 1 },
    ),
  );
  expect(await run(limiter, alice, "burn_book")).toBe("ran");
  expect(await run(limiter, alice, "add_book")).toMatchObject({
    message:
      "The rate limit of 0.5 per second (12 at once) for you is reached. This call takes 5, and 2 is left.",
    hint: "Try again in 6 s.",
    meta: {
      [limitKey]: {
        ...{ kind: "rate", per: ["principal"], perSecond: 0.5, burst: 12 },
        ...{ cost: 5, remaining: 2, retryAfterSeconds: 6 },
      },
    },
  });
  clock.now += 5_999;
  expect(await run(limiter, alice, "add_book")).toMatchObject({ hint: "Try again in 1 s." });
  clock.now += 1;
  expect(await run(limiter, alice, "add_book")).toBe("ran");
  clock.now += 60_000;
  expect(await run(limiter, alice)).toMatchObject({
    message: "The quota of this day for you is used up: 15 of 15. This call takes 1.",
    hint: "It resets at 2026-12-01T00:00:00Z (UTC), in 43134 s. Calling again before then does not help.",
    meta: {
      [limitKey]: { kind: "day", limit: 15, remaining: 0, resetsAt: "2026-12-01T00:00:00Z" },
    },
  });
  expect(await run(limiter, { id: "bob" }, "add_book")).toMatchObject({
    message:
      "The quota of this month for all callers without a tenant (add_book) is used up: 5 of 5. This call takes 5.",
  });
});

test("a rate of a few in an hour is told as one", async () => {
  const { limiter } = open(limits({ per: "principal", rate: { perSecond: 0.001, burst: 10 } }));
  expect(await run(limiter, alice, "burn_book")).toBe("ran");
  expect(await run(limiter, alice)).toMatchObject({
    message: expect.stringContaining("The rate limit of 0.001 per second (10 at once) for you"),
  });
});

test("each tenant, principal, client and tool has its own, and nobody has that of another", async () => {
  const count = async (per: string[], ...calls: Parameters<typeof toCall>[]) => {
    const { limiter } = open(limits({ per, day: 10 }));
    const ran: unknown[] = [];
    for (const call of calls) ran.push((await run(limiter, ...call)) === "ran");
    return ran;
  };
  const burn = (caller: Caller): Parameters<typeof toCall> => [caller, "burn_book"];
  const acme = { id: "alice", tenant: "acme" };
  expect(await count(["tenant"], burn(acme), burn({ ...acme, id: "bob" }))).toEqual([true, false]);
  expect(await count(["tenant"], burn(acme), burn({ ...acme, tenant: "b" }))).toEqual([true, true]);
  expect(await count(["tenant"], burn(acme), burn(alice))).toEqual([true, true]);
  expect(await count(["principal"], burn(acme), burn(alice))).toEqual([true, true]);
  expect(await count(["principal"], burn(acme), burn({ ...acme }))).toEqual([true, false]);
  expect(
    await count(
      ["principal"],
      burn({ id: "b:c", tenant: "a" }),
      burn({ id: "c", tenant: "a:b" }),
      burn({ id: "c", tenant: "a%3Ab" }),
      burn({ id: "b%3Ac", tenant: "a" }),
    ),
  ).toEqual([true, true, true, true]);
  expect(
    await count(["client"], burn({ ...alice, client: "x" }), burn({ ...acme, client: "x" })),
  ).toEqual([true, false]);
  expect(await count([], burn(alice), [{ id: "bob" }])).toEqual([true, false]);
  expect(await count(["tool"], burn(alice), [alice, "find_book"])).toEqual([true, true]);
});

test("who may not call a tool takes nothing of what the others share", async () => {
  const { limiter } = open(limits({ per: [], day: 10 }));
  const refusal = new RefusedCall("policy", "Not for you.");
  const assertPermitted = () => {
    throw refusal;
  };
  const call = { ...toCall({ id: "eve" }, "burn_book"), assertPermitted };
  const refused = async () => limiter.middleware(call, async () => "ran");
  await expect(refused()).rejects.toBe(refusal);
  expect(await run(limiter, alice, "burn_book")).toBe("ran");
});

test("callers under several rules share what is counted per tenant", async () => {
  const { limiter } = open({
    rules: [
      { match: { principal: "alice" }, limits: [{ per: "tenant", day: 20 }] },
      { match: { tenant: "acme" }, limits: [{ per: "tenant", day: 10 }] },
    ],
  });
  const acme = (id: string) => ({ id, tenant: "acme" });
  expect(await run(limiter, acme("alice"), "burn_book")).toBe("ran");
  expect(await run(limiter, acme("bob"))).toMatchObject({
    message: expect.stringContaining("for all callers of your tenant"),
    meta: { [limitKey]: { limit: 10 } },
  });
  expect(await run(limiter, acme("alice"))).toBe("ran");
});

test("what was counted stays counted when the file changes", async () => {
  const { limiter, policy } = open(limits({ per: "principal", day: 10 }));
  expect(await run(limiter, alice, "burn_book")).toBe("ran");
  policy.replace(JSON.stringify(limits({ per: "principal", day: 11 })));
  expect(await run(limiter, alice)).toBe("ran");
  expect(await run(limiter, alice)).toBeInstanceOf(LimitError);
});

/** A call that runs until a test ends it. */
function begin(limiter: Limiter, call: ToolCall) {
  let end: (() => void) | undefined;
  const running = new Promise<string>((resolve) => {
    end = () => resolve("ran");
  });
  const result = Promise.resolve(limiter.middleware(call, () => running));
  return { result, end: () => end?.() };
}

test("a call holds its slot until it ends, and for as long as it is wanted", async () => {
  const { clock, limiter } = open(limits({ per: "principal", concurrency: 2 }));
  const controller = new AbortController();
  const first = begin(limiter, toCall(alice));
  const stuck = begin(limiter, toCall(alice, "find_book", controller.signal));
  expect(await run(limiter, alice)).toMatchObject({
    message: "2 of 2 calls at once are running for you, which is the limit.",
    hint: "Wait for one of them to end, or try again in 1 s.",
  });
  expect(await run(limiter, { id: "bob" })).toBe("ran");
  first.end();
  await first.result;
  const third = begin(limiter, toCall(alice));
  clock.now += 50_000;
  await limiter.renew();
  clock.now += 50_000;
  expect(await run(limiter, alice)).toBeInstanceOf(LimitError);
  // Cancelled, but the tool does not listen: its slot is free a lease later.
  controller.abort();
  await limiter.renew();
  clock.now += 9_999;
  expect(await run(limiter, alice)).toBeInstanceOf(LimitError);
  clock.now += 1;
  expect(await run(limiter, alice)).toBe("ran");
  third.end();
  stuck.end();
  await Promise.all([third.result, stuck.result]);
  limiter.close();
});

test("a call that goes on with its user's answer takes a slot, and its cost only if it reads", async () => {
  const { limiter } = open(limits({ per: "principal", concurrency: 1, day: 10 }));
  const ran = async () => "ran";
  const resumed = { ...toCall(alice, "burn_book"), effect: "destroy", resumes: true } as const;
  expect(await run(limiter, alice, "burn_book")).toBe("ran");
  expect(await limiter.middleware(resumed, ran)).toBe("ran");
  expect(await run(limiter, alice)).toBeInstanceOf(LimitError);
  const either = { ...resumed, effect: { least: "read", most: "write" } } as const;
  expect(await limiter.middleware(either, ran)).toBe("ran");
  await expect(limiter.middleware({ ...resumed, effect: "read" }, ran)).rejects.toThrow("quota");
  await expect(limiter.middleware({ ...resumed, resumes: false }, ran)).rejects.toThrow("quota");
  const held = begin(limiter, resumed);
  await expect(limiter.middleware(resumed, ran)).rejects.toThrow("1 of 1 calls at once");
  held.end();
  await held.result;
});

test("a killed process holds its slots no longer than a lease", async () => {
  const store = new MemoryLimits();
  const file = limits({ per: "principal", concurrency: 1 });
  const killed = open(file, store);
  begin(killed.limiter, toCall(alice));
  killed.limiter.close();
  const other = open(file, store);
  expect(await run(other.limiter, alice)).toBeInstanceOf(LimitError);
  other.clock.now += 60_000;
  expect(await run(other.limiter, alice)).toBe("ran");
});

test("a call that throws gives its slot back", async () => {
  const { limiter } = open(limits({ per: "principal", concurrency: 1 }));
  const failing = async () => {
    throw new TypeError("broken");
  };
  for (let call = 0; call < 3; call += 1) {
    await expect(limiter.middleware(toCall(alice), failing)).rejects.toThrow("broken");
  }
});

test("a store that is away refuses calls, or lets them run, and is told once", async () => {
  const away = async () => {
    throw new Error("connection refused");
  };
  const store: LimitStore = { take: away, renew: away, leave: away };
  const file = limits({ per: "principal", concurrency: 1 });
  const refusing = open(file, store);
  for (let call = 0; call < 3; call += 1) {
    expect(await run(refusing.limiter, alice)).toMatchObject({
      ...{ hint: "Try again in 10 s.", refusedBy: "limit" },
      meta: { [limitKey]: { kind: "uncounted", retryAfterSeconds: 10 } },
    });
  }
  expect(refusing.warnings).toEqual(["The limits cannot be counted: connection refused"]);
  const allowing = open({ ...file, uncounted: "allow" }, store);
  expect(await run(allowing.limiter, alice)).toBe("ran");

  const taking: LimitStore = { ...store, take: async () => ({ ok: true }) };
  const leaving = open(file, taking);
  expect(await run(leaving.limiter, alice)).toBe("ran");
  await turn();
  expect(leaving.warnings).toEqual(["The limits cannot be counted: connection refused"]);
});

test("requests of one principal are slowed down, and only theirs", () => {
  const { policy, clock } = open({
    rules: [
      { match: { principal: ["alice", "bob"] }, requests: { perSecond: 2, burst: 3 } },
      { match: {} },
    ],
  });
  const throttle = createThrottle(policy, () => clock.now);
  const ask = (id: string, tenant = "") => throttle({ id, tenant });
  expect([1, 2, 3].map(() => ask("alice"))).toEqual([undefined, undefined, undefined]);
  expect(ask("alice")).toBe(500);
  expect(ask("alice", "acme")).toBeUndefined();
  expect(ask("bob")).toBeUndefined();
  expect(Array.from({ length: 99 }, () => ask("carol"))).toEqual(Array(99).fill(undefined));
  clock.now += 500;
  expect(ask("alice")).toBeUndefined();
  expect(ask("alice")).toBe(500);
  const alone = { match: {}, requests: { perSecond: 1, burst: 1 } };
  policy.replace(JSON.stringify({ rules: [alone] }));
  expect([ask("c", "ab"), ask("bc", "a"), ask("abc")]).toEqual([undefined, undefined, undefined]);
  expect(ask("c", "ab")).toBe(1_000);
});

test("a quota of a day and one of a month in one limit are counted apart, on the next day too", async () => {
  const { clock, limiter } = open(
    limits({ per: "principal", tools: "find_book", day: 2, month: 5 }),
  );
  clock.now = Date.parse("2026-11-10T12:00:00Z");
  const ran = async () => {
    let count = 0;
    while ((await run(limiter, alice)) === "ran") count += 1;
    return count;
  };
  const days: number[] = [];
  for (let day = 0; day < 4; day += 1) {
    days.push(await ran());
    clock.now += 86_400_000;
  }
  expect(days).toEqual([2, 2, 1, 0]);
});

test("nothing is renewed any more when no call holds a slot", async () => {
  const renewed: number[] = [];
  const store = new MemoryLimits();
  const { limiter } = open(limits({ per: "principal", concurrency: 2 }), {
    take: (...given) => store.take(...given),
    leave: (held) => store.leave(held),
    renew: (held) => void renewed.push(held.length),
  });
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const pending = Promise.withResolvers<string>();
  const call = limiter.middleware(toCall(alice), () => pending.promise);
  await vi.advanceTimersByTimeAsync(45_000);
  expect(renewed).toEqual([1, 1]);
  pending.resolve("ran");
  await call;
  await vi.advanceTimersByTimeAsync(120_000);
  expect(renewed).toEqual([1, 1]);
  expect(vi.getTimerCount()).toBe(0);
});

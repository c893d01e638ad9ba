// Random operations on both engines, at the same times: whatever they answer, they answer alike.
import {
  type Charge,
  MemoryEventStore,
  MemoryLimits,
  MemoryTaskStore,
  type Task,
  type TaskStore,
} from "@fairlead/store";
import { createRandom } from "@fairlead/testing";
import { afterAll, describe, expect, test } from "vitest";
import { RedisEventStore } from "../src/events/redis-event-store.ts";
import { RedisLimits } from "../src/limits/redis-limits.ts";
import { RedisTasks } from "../src/tasks/redis-tasks.ts";
import { connect, server } from "./stores.fixture.ts";

afterAll(() => server?.close());

const begin = Date.parse("2026-11-30T23:59:30Z");
const steps = 250;

/** Choices that are the same in each run. */
function createChoices(seed: number) {
  const random = createRandom(seed);
  const below = (bound: number) => Math.floor(random() * bound);
  const pick = <T>(...from: readonly [T, ...T[]]): T => from[below(from.length)] ?? from[0];
  return { below, pick };
}

function toFacts(task: Task | undefined) {
  if (task === undefined) return undefined;
  const { id, owner, status, message, createdAt, ttlMs, ending } = task;
  return { id, owner, status, message, createdAt, ttlMs, ending, asks: [...task.questions] };
}

describe.skipIf(server === undefined)("Redis and memory", () => {
  test.each([1, 2])("do the same to tasks (seed %i)", async (seed) => {
    const { below, pick } = createChoices(seed);
    const clock = { now: begin };
    const limits = {
      tasks: { all: 12, each: 5 },
      running: { all: 8, each: 3 },
      characters: { all: 60, each: 25 },
    };
    const shared = await connect();
    const memory = new MemoryTaskStore(limits, () => clock.now);
    const redis = new RedisTasks({ ...shared, limits, now: () => clock.now });
    let made = 0;
    const pickId = () => `t${Math.max(0, made - below(12))}`;
    const pickStep = (): ((store: TaskStore) => unknown) => {
      const [id, owner, worker] = [pickId(), pick("ada", "bob", "cy"), pick("w", "w", "v")];
      const lease = { worker, until: clock.now + 1_000 * below(40) };
      const ttlMs = 1_000 * (1 + below(30));
      const message = pick(undefined, "one", "two");
      switch (below(14)) {
        case 0:
        case 1:
        case 2: {
          made += 1;
          const task = { id: `t${made}`, owner, createdAt: clock.now, ttlMs };
          return async (store) => {
            const created = await store.create(task);
            // Redis ends what nobody claims.
            return [toFacts(created), await store.claim(task.id, { ...lease, worker: "w" })];
          };
        }
        case 3:
          return (store) => store.claim(id, lease);
        case 4:
          return (store) => store.heartbeat(id, lease, { message, ttlMs });
        case 5: {
          const key = `q${below(3)}`;
          return (store) => store.ask(id, worker, key, { n: seed });
        }
        case 6: {
          const keys = [`q${below(3)}`, `q${below(3)}`];
          const answers = new Map(keys.map((key) => [key, { result: {} }]));
          return (store) => store.answer(id, answers);
        }
        case 7:
        case 8: {
          const result = "x".repeat(below(26));
          const ending = pick(
            { status: "completed", message, result, isError: below(2) === 1 } as const,
            { status: "failed", message, error: "{}" } as const,
          );
          return (store) => store.finish(id, worker, ending, ttlMs);
        }
        case 9:
          return (store) => store.cancel(id, "enough");
        case 10:
        case 11:
          return (store) => store.seen(id);
        case 12:
          clock.now += 1_000 * below(12) + 1;
          return (store) => store.sweep(clock.now);
        default:
          clock.now += below(3_000);
          return async (store) => {
            const [after] = await store.list(owner, undefined, 1 + below(1));
            const page = await store.list(owner, after, 3);
            return page.map(toFacts);
          };
      }
    };
    for (let step = 0; step < steps; step += 1) {
      const run = pickStep();
      const [expected, given] = [await run(memory), await run(redis)];
      expect(given, `step ${step}`).toEqual(expected);
      if (step % 4 > 0) continue;
      for (const owner of ["ada", "bob", "cy"]) {
        const [kept, shared] = await Promise.all(
          [memory, redis].map(async (store) => store.list(owner, undefined, 20)),
        );
        expect(shared?.map(toFacts), `step ${step}`).toEqual(kept?.map(toFacts));
      }
    }
    expect(made).toBeGreaterThan(steps / 10);
    // Nothing is left of what is over, nor counted.
    for (let n = 1; n <= made; n += 1) await redis.cancel(`t${n}`, "enough");
    clock.now += 3_600_000;
    await redis.sweep(clock.now);
    const keys = await shared.link.send("KEYS", `${shared.prefix}:*`);
    expect(keys).toEqual([`${shared.prefix}:tasks:places`]);
  });

  test.each([2, 5])("count limits alike (seed %i)", async (seed) => {
    const { below, pick } = createChoices(seed);
    const { link, prefix } = await connect();
    const memory = new MemoryLimits();
    const redis = new RedisLimits({ link, prefix, clock: "given" });
    let now = begin;
    const toCharge = (): Charge => {
      const cost = pick(1, 2, 0.5, 7);
      return pick<Charge>(
        { key: "r", cost, rule: { kind: "rate", perSecond: pick(0.1, 1, 3), burst: pick(3, 6) } },
        { key: "q", cost, rule: { kind: "quota", limit: pick(20, 40), window: "month" } },
        { key: "d", cost, rule: { kind: "quota", limit: 15, window: "day" } },
        { key: "s", cost, rule: { kind: "slots", limit: pick(1, 2, 3), leaseMs: 2_000 } },
      );
    };
    let refused = 0;
    for (let step = 0; step < steps; step += 1) {
      now += below(900) - 100;
      const charges = [
        ...new Map(
          Array.from({ length: 1 + below(3) }, toCharge).map((one) => [one.key, one]),
        ).values(),
      ];
      const lease = `l${below(5)}`;
      const held = [{ key: "s", lease, leaseMs: 2_000 }];
      if (below(4) === 0) for (const store of [memory, redis]) await store.renew(held, now);
      if (below(6) === 0) for (const store of [memory, redis]) await store.leave(held);
      const [expected, given] = [
        memory.take(charges, lease, now),
        await redis.take(charges, lease, now),
      ];
      expect(given, `step ${step}: ${JSON.stringify(charges)}`).toEqual(expected);
      if (!expected.ok) refused += 1;
    }
    expect(refused).toBeGreaterThan(steps / 10);
    expect(refused).toBeLessThan(steps);
  });

  test("keep the same events", async () => {
    const { below, pick } = createChoices(1);
    const { link, prefix } = await connect();
    const bounds = { events: 6, characters: 60 };
    const memory = new MemoryEventStore({ ...bounds, allCharacters: 1_000_000 });
    const redis = new RedisEventStore(link, prefix, { ...bounds, idleMs: 60_000 });
    const numbers = new Map<string, number>();
    for (let step = 0; step < steps; step += 1) {
      const [session, stream] = [pick("a", "b"), pick("s", "t", "u")];
      const number = (numbers.get(session + stream) ?? 0) + 1;
      numbers.set(session + stream, number);
      const event = { stream, number, frame: "x".repeat(below(30)) };
      const forgets = below(40) === 0;
      for (const store of [memory, redis]) {
        if (forgets) await store.forget(session);
        await store.add(session, event);
      }
      const after = below(number);
      const expected = memory.after(session, stream, after);
      expect(await redis.after(session, stream, after), `step ${step}`).toEqual(expected);
    }
  });
});

// Two processes are two pairs of connections: what one does the other has to hear of.
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { RedisLimits } from "../src/limits/redis-limits.ts";
import { RedisBus } from "../src/redis-bus.ts";
import { RedisStates } from "../src/redis-states.ts";
import { RedisTasks } from "../src/tasks/redis-tasks.ts";
import { connect, server } from "./stores.fixture.ts";

afterAll(() => server?.close());

const minute = 60_000;
const notice = { method: "notifications/test", params: { a: 1 } };
const until = <T>(read: () => T) => vi.waitFor(read, { timeout: 10_000, interval: 5 });

/** Two processes that share a prefix. */
async function connectTwo(urls: { readonly second?: string } = {}) {
  const a = await connect();
  const b = await connect({ prefix: a.prefix, ...(urls.second && { url: urls.second }) });
  return [a, b] as const;
}

function toTasks(process: Awaited<ReturnType<typeof connect>>) {
  return new RedisTasks(process);
}

function toBus({ link, channels, prefix }: Awaited<ReturnType<typeof connect>>) {
  return new RedisBus(link, channels, prefix);
}

const lease = () => ({ worker: "w", until: Date.now() + minute });

describe.skipIf(server === undefined)("two processes", () => {
  test("one listens to what the other says, and each hears itself once", async () => {
    const [a, b] = (await connectTwo()).map(toBus);
    const heard: string[] = [];
    await a?.subscribe("t", { hear: () => heard.push("a") });
    await b?.subscribe("t", { hear: () => heard.push("b") });
    await b?.subscribe("u", { hear: () => heard.push("u") });
    await a?.publish("t", notice);
    await b?.publish("t", notice);
    await b?.publish("u", notice);
    await until(() => expect(heard.toSorted()).toEqual(["a", "a", "b", "b", "u"]));
  });

  test("what somebody else writes to a channel is not taken for a notice", async () => {
    const process = await connect();
    const bus = toBus(process);
    const heard: unknown[] = [];
    await bus.subscribe("t", { hear: (one) => heard.push(one) });
    for (const text of ["", "{", "[]", "null", '{"method":1,"params":{}}', '{"method":"m"}']) {
      await process.link.send("PUBLISH", `${process.prefix}:bus:t`, text);
    }
    const said = JSON.stringify({ origin: "x", ...notice });
    await process.link.send("PUBLISH", `${process.prefix}:bus:t`, said);
    await until(() => expect(heard).toEqual([notice]));
  });

  test("one takes a state that the other has not", async () => {
    const [a, b] = (await connectTwo()).map(({ link, prefix }) => new RedisStates(link, prefix));
    const expiresAt = Date.now() + minute;
    const taken = [a, b, a, b].map((states) => states?.take("n", expiresAt, "ada"));
    expect((await Promise.all(taken)).filter(Boolean)).toHaveLength(1);
  });

  test("a task made by one is found, answered and cancelled by the other", async () => {
    const [a, b] = (await connectTwo()).map(toTasks);
    const told: string[] = [];
    await a?.create({ id: "t", owner: "ada", createdAt: Date.now(), ttlMs: minute });
    await a?.claim("t", lease());
    a?.watch("t", {
      changed: ({ status }) => told.push(status),
      answered: (key, answer) => told.push(`${key} ${JSON.stringify(answer)}`),
    });
    await a?.ask("t", "w", "one", { method: "roots/list" });
    expect(await b?.find("bob", "t")).toBeUndefined();
    const asked = await b?.find("ada", "t");
    expect([...(asked?.questions.keys() ?? [])]).toEqual(["one"]);
    await until(() => expect(told).toEqual(["input_required"]));
    await b?.answer("t", new Map([["one", { result: { roots: [] } }]]));
    await until(() => expect(told.slice(1)).toEqual(['one {"result":{"roots":[]}}', "working"]));
    await b?.cancel("t", "enough");
    await until(() => expect(told.at(-1)).toBe("cancelled"));
    expect(await a?.heartbeat("t", lease(), { message: "late", ttlMs: minute })).toBe(false);
  });

  test("a watcher that comes after the end is told of it", async () => {
    const [a, b] = (await connectTwo()).map(toTasks);
    await a?.create({ id: "t", owner: "ada", createdAt: Date.now(), ttlMs: minute });
    await a?.claim("t", lease());
    const end = { status: "completed", message: undefined, result: "{}", isError: false } as const;
    await a?.finish("t", "w", end, minute);
    const told = vi.fn();
    b?.watch("t", { changed: told });
    await until(() => expect(told).toHaveBeenCalledOnce());
    expect(told.mock.lastCall).toMatchObject([{ status: "completed" }]);
  });

  test("nobody waits for a task that Redis has lost", async () => {
    const process = await connect();
    const tasks = toTasks(process);
    await tasks.create({ id: "t", owner: "ada", createdAt: Date.now(), ttlMs: minute });
    const told = vi.fn();
    tasks.watch("t", { changed: told });
    await process.link.send("DEL", `${process.prefix}:tasks:t:t`);
    await process.link.send("PUBLISH", `${process.prefix}:tasks:c:t`, "");
    await until(() => expect(told).toHaveBeenCalledOnce());
    expect(told.mock.lastCall).toMatchObject([
      { status: "failed", message: expect.stringContaining("Start it again") },
    ]);
  });

  test("a result of over 4 MB is refused, and the task has not ended", async () => {
    const tasks = toTasks(await connect());
    await tasks.create({ id: "t", owner: "ada", createdAt: Date.now(), ttlMs: minute });
    await tasks.claim("t", lease());
    const end = (result: string) =>
      ({ status: "completed", message: undefined, result, isError: false }) as const;
    expect(await tasks.finish("t", "w", end("x".repeat(4_000_001)), minute)).toBe(false);
    expect((await tasks.find("ada", "t"))?.status).toBe("working");
    expect(await tasks.finish("t", "w", end("x".repeat(4_000_000)), minute)).toBe(true);
    expect((await tasks.find("ada", "t"))?.ending).toMatchObject({ status: "completed" });
  });

  test("a clock that is an hour wrong neither ends the tasks of others nor keeps its own", async () => {
    const clock = vi.spyOn(Date, "now");
    onTestFinished(() => clock.mockRestore());
    const real = () => performance.timeOrigin + performance.now();
    const at = (hours: number) => clock.mockImplementation(() => real() + hours * 60 * minute);
    at(-1);
    const a = await connect();
    const slow = toTasks(a);
    await slow.create({ id: "t", owner: "ada", createdAt: Date.now(), ttlMs: minute });
    await slow.claim("t", lease());
    at(1);
    const fast = toTasks(await connect({ prefix: a.prefix }));
    await fast.sweep(Date.now());
    expect((await fast.find("ada", "t"))?.status).toBe("working");
    await fast.sweep(Date.now() + minute - 10_000);
    expect((await fast.find("ada", "t"))?.status).toBe("working");
    await fast.sweep(Date.now() + minute + 10_000);
    at(-1);
    expect((await slow.find("ada", "t"))?.status).toBe("failed");
  });

  test("a clock that is set while the process runs neither ends tasks of others nor loses its own", async () => {
    const clock = vi.spyOn(Date, "now");
    onTestFinished(() => clock.mockRestore());
    const real = () => performance.timeOrigin + performance.now();
    const [mine, theirs] = (await connectTwo()).map(toTasks);
    await theirs?.create({ id: "t", owner: "ada", createdAt: Date.now(), ttlMs: minute });
    await theirs?.claim("t", lease());
    await mine?.create({ id: "u", owner: "ada", createdAt: Date.now(), ttlMs: minute });
    await mine?.claim("u", lease());
    for (const hours of [1, -1]) {
      clock.mockImplementation(() => real() + hours * 60 * minute);
      const facts = { message: "on", ttlMs: 2 * minute };
      expect(await mine?.heartbeat("u", lease(), facts)).toBe(true);
      await mine?.sweep(Date.now());
      clock.mockImplementation(real);
      await theirs?.sweep(Date.now());
      for (const id of ["t", "u"]) expect((await theirs?.find("ada", id))?.status).toBe("working");
    }
  });

  test("a task that Redis has evicted a part of ends no other, and nobody waits for it", async () => {
    const process = await connect();
    const { link, prefix } = process;
    const tasks = toTasks(process);
    const told: string[] = [];
    for (const id of ["evicted", "gone", "whole"]) {
      await tasks.create({ id, owner: "ada", createdAt: Date.now(), ttlMs: minute });
      await tasks.claim(id, lease());
      tasks.watch(id, {
        changed: ({ status, message }) => told.push(`${id} ${status} ${message}`),
      });
    }
    await link.send("HDEL", `${prefix}:tasks:meta`, "evicted");
    await link.send("DEL", `${prefix}:tasks:t:gone`);
    const end = { status: "completed", message: undefined, result: "{}", isError: false } as const;
    expect(await tasks.finish("evicted", "w", end, minute)).toBe(false);
    await tasks.sweep(Date.now() + 2 * minute);
    await until(() =>
      expect(told.toSorted()).toEqual([
        "evicted failed This task was lost. Start it again.",
        "gone failed This task was lost. Start it again.",
        "whole failed The process that ran this task is gone. Start it again.",
      ]),
    );
  });

  test("a task ends that has asked more than Lua can unpack", async () => {
    const process = await connect();
    const tasks = toTasks(process);
    await tasks.create({ id: "t", owner: "ada", createdAt: Date.now(), ttlMs: minute });
    await tasks.claim("t", lease());
    const asked = Array.from({ length: 9_000 }, (_, index) => [`q:${index}`, `${index} {}`]);
    await process.link.send("HSET", `${process.prefix}:tasks:t:t`, ...asked.flat());
    expect((await tasks.find("ada", "t"))?.questions.size).toBe(9_000);
    await tasks.cancel("t", "enough");
    expect(await tasks.find("ada", "t")).toMatchObject({
      status: "cancelled",
      questions: new Map(),
    });
  });

  test("who finds no room does not make Redis look again for each task of somebody else", async () => {
    const process = await connect();
    const figure = { all: 1_000, each: 1_000 };
    const limits = { tasks: { all: 1_000, each: 200 }, running: figure, characters: figure };
    const tasks = new RedisTasks({ ...process, limits });
    const create = (owner: string, id: string) =>
      tasks.create({ id, owner, createdAt: Date.now(), ttlMs: minute });
    for (let n = 0; n < 200; n += 1) {
      await create("bob", `b${n}`);
      await tasks.cancel(`b${n}`, "enough");
      await tasks.seen(`b${n}`);
      await create("ada", `a${n}`);
    }
    const count = async () => {
      const stats = String(await process.link.send("INFO", "commandstats"));
      return Number(/cmdstat_zcard:calls=(\d+)/.exec(stats)?.[1]);
    };
    const before = await count();
    expect(await create("ada", "one more")).toBeUndefined();
    expect((await count()) - before).toBeLessThan(20);
  });

  test("nothing is forgotten before its time", async () => {
    const process = await connect();
    const { link, prefix } = process;
    const tasks = toTasks(process);
    const livesMs = async (key: string) => Number(await link.send("PTTL", `${prefix}:${key}`));
    const hour = 60 * minute;
    await tasks.create({ id: "t", owner: "ada", createdAt: Date.now(), ttlMs: minute });
    await tasks.claim("t", { worker: "w", until: Date.now() + hour });
    expect(await livesMs("tasks:t:t")).toBeGreaterThan(hour);
    await tasks.heartbeat("t", lease(), { message: "half", ttlMs: 3 * hour });
    expect(await livesMs("tasks:t:t")).toBeGreaterThan(3 * hour);
    const rule = { kind: "rate", perSecond: 0.001, burst: 5 } as const;
    await new RedisLimits({ link, prefix }).take([{ key: "k", cost: 1, rule }], "l", 0);
    expect(await livesMs("limits:rate:k")).toBeGreaterThan(900_000);
  });

  test("an answer to nothing changes nothing, and an end has its own message or none", async () => {
    const process = await connect();
    const tasks = toTasks(process);
    await tasks.create({ id: "t", owner: "ada", createdAt: Date.now(), ttlMs: minute });
    await tasks.claim("t", lease());
    await tasks.heartbeat("t", lease(), { message: "half", ttlMs: minute });
    const version = () => process.link.send("HGET", `${process.prefix}:tasks:t:t`, "version");
    const before = await version();
    await tasks.answer("t", new Map([["nobody asked", { result: {} }]]));
    expect(await version()).toBe(before);
    const end = { status: "completed", message: undefined, result: "{}", isError: false } as const;
    await tasks.finish("t", "w", end, minute);
    expect((await tasks.find("ada", "t"))?.message).toBeUndefined();
  });

  test("nothing is kept for ever", async () => {
    const [process] = await connectTwo();
    const { link, prefix } = process;
    const tasks = toTasks(process);
    for (const id of ["t", "u"]) {
      await tasks.create({ id, owner: "ada", createdAt: Date.now(), ttlMs: minute });
      await tasks.claim(id, lease());
    }
    await tasks.ask("u", "w", "one", {});
    const end = { status: "completed", message: "m", result: "{}", isError: false } as const;
    await tasks.finish("t", "w", end, minute);
    await tasks.seen("t");
    await new RedisStates(link, prefix).take("n", Date.now() + minute, "ada");
    const limits = new RedisLimits({ link, prefix });
    const slots = { kind: "slots", limit: 2, leaseMs: minute } as const;
    const rate = { kind: "rate", perSecond: 1, burst: 5 } as const;
    const quota = { kind: "quota", limit: 5, window: "day" } as const;
    const charges = [slots, rate, quota].map((rule) => ({ key: rule.kind, cost: 1, rule }));
    expect(await limits.take(charges, "l", 0)).toEqual({ ok: true });
    const keys = await link.send("KEYS", `${prefix}:*`);
    if (!Array.isArray(keys)) throw new TypeError("No keys.");
    expect(keys.length).toBeGreaterThan(12);
    for (const key of keys) {
      const [name, lives] = [String(key), Number(await link.send("PTTL", String(key)))];
      expect(lives, name).toBeGreaterThan(0);
      expect(lives, name).toBeLessThanOrEqual(3 * 24 * 60 * minute);
    }
  });

  test("limits go by the clock of Redis, whatever a process takes for the time", async () => {
    const [a, b] = (await connectTwo()).map(
      ({ link, prefix }) => new RedisLimits({ link, prefix }),
    );
    const rule = { kind: "rate", perSecond: 0.001, burst: 2 } as const;
    const charges = [{ key: "k", cost: 1, rule }];
    const times = [0, Date.now(), Date.now() + 365 * 24 * 60 * minute];
    const taken = await Promise.all(
      times.flatMap((now) => [a?.take(charges, "l", now), b?.take(charges, "l", now)]),
    );
    expect(taken.filter((one) => one?.ok)).toHaveLength(2);
  });
});

// Two processes are two pairs of connections: what one does the other has to hear of.
import { createHop } from "@fairlead/testing";
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { RedisError } from "../src/connection/redis-error.ts";
import { openRedis } from "../src/index.ts";
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

describe.skipIf(server === undefined)("a connection", () => {
  /** Behind a hop that can be cut or frozen. */
  async function openBehindHop() {
    const hop = await createHop(Number(new URL(server?.url ?? "").port));
    onTestFinished(() => hop.close());
    const url = new URL(server?.url ?? "");
    url.port = String(hop.port);
    return { hop, url: url.href };
  }

  test("that is cut is made again, and those who listen are told what to read again", async () => {
    const { hop, url } = await openBehindHop();
    const [a, b] = (await connectTwo({ second: url })).map(toBus);
    const missed: string[] = [];
    const heard: unknown[] = [];
    for (const topic of ["t", "u"]) {
      await b?.subscribe(topic, {
        hear: (one) => heard.push(one),
        missed: (lost) => missed.push(lost),
      });
    }
    hop.cut();
    await until(() => expect(missed).toEqual(["t", "u"]));
    await a?.publish("u", notice);
    await until(() => expect(heard).toEqual([notice]));
  });

  test("that swallows everything is noticed on both sides, and given up", async () => {
    const { hop, url } = await openBehindHop();
    // No ping comes in time: what the commands have noticed is enough.
    const process = await connect({ url, timeoutMs: 300, pingMs: 60_000 });
    const missed = vi.fn();
    await toBus(process).subscribe("t", { hear: () => {}, missed });
    hop.freeze();
    const asked = process.link.send("PING");
    await expect(asked).rejects.toMatchObject({ name: "RedisError", reason: "timeout" });
    await until(() => expect(process.told.warn).toHaveLength(1));
    hop.thaw();
    await until(() => expect(missed).toHaveBeenCalledWith("t"));
    await until(() => expect(process.told.info).toHaveLength(1));
    expect(await process.link.send("PING")).toBe("PONG");
  });

  const notes = { warn: () => {}, info: () => {} };

  /** The URL of a user who may use the keys and channels of these patterns. */
  async function addUser(...patterns: readonly string[]): Promise<string> {
    const { link } = await connect();
    const name = `user${patterns.join("").length}`;
    await link.send("ACL", "SETUSER", name, "on", ">user-password", "+@all", ...patterns);
    onTestFinished(async () => void (await link.send("ACL", "DELUSER", name)));
    return (server?.url ?? "").replace(/:[^:/]+@/, `${name}:user-password@`);
  }

  test("of a user who may not use the keys, or the channels, is refused at once", async () => {
    for (const patterns of [["~other:*", "&*"], ["~mine:*"]]) {
      const url = await addUser("resetkeys", "resetchannels", ...patterns);
      const opening = openRedis({ url, prefix: "mine", notes });
      await expect(opening).rejects.toMatchObject({ reason: "NOPERM" });
    }
    const redis = await openRedis({
      url: await addUser("~mine:*", "&mine:*"),
      prefix: "mine",
      notes,
    });
    onTestFinished(() => redis.close());
    expect(await redis.states.take(String(Math.random()), Date.now() + minute, "ada")).toBe(true);
  });

  test("that refuses commands later on is told of once", async () => {
    const url = await addUser("resetkeys", "~mine:*", "resetchannels", "&mine:*");
    const { link, told } = await connect({ url });
    for (let n = 0; n < 3; n += 1) {
      const asked = link.send("SET", "theirs:key", "a secret value");
      await expect(asked).rejects.toMatchObject({ reason: "NOPERM" });
    }
    expect(told.warn).toEqual([expect.stringContaining("refuses commands (NOPERM)")]);
    expect(told.warn.join()).not.toMatch(/theirs|secret/);
  });

  test.each([
    ["a wrong password", (url: string) => url.replace("correct", "wrong"), "WRONGPASS"],
    ["no password", (url: string) => url.replace(/:[^/]+@/, ""), "NOAUTH"],
    ["nobody there", () => "redis://:a-secret-password@127.0.0.1:1", "ECONNREFUSED"],
    ["TLS where there is none", (url: string) => url.replace("redis:", "rediss:"), /^[A-Z_]+$/],
  ])("that cannot be made says why, and no secret: %s", async (_, toUrl, reason) => {
    const url = toUrl(server?.url ?? "");
    const error = await openRedis({ url, prefix: "p", notes, timeoutMs: 500 }).catch(
      (error: unknown) => error,
    );
    expect(error).toBeInstanceOf(RedisError);
    expect(error).toMatchObject({
      reason: typeof reason === "string" ? reason : expect.stringMatching(reason),
    });
    const { password = "-" } = new URL(url);
    for (const text of [
      String(error),
      JSON.stringify(error),
      String(error instanceof Error && error.stack),
    ]) {
      expect(text).not.toContain("127.0.0.1:");
      if (password !== "") expect(text).not.toContain(password);
    }
  });
});

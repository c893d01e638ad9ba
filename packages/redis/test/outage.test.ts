// What each port does while a real Redis is stopped, and after it was started again with what it had.
import { afterAll, describe, expect, test, vi } from "vitest";
import { RedisError } from "../src/connection/redis-error.ts";
import { RedisEventStore } from "../src/events/redis-event-store.ts";
import { RedisLimits } from "../src/limits/redis-limits.ts";
import { RedisBus } from "../src/redis-bus.ts";
import { RedisStates } from "../src/redis-states.ts";
import { RedisTasks } from "../src/tasks/redis-tasks.ts";
import { connect, server } from "./stores.fixture.ts";

afterAll(() => server?.close());

const minute = 60_000;
const notice = (n: number) => ({ method: "notifications/test", params: { n } });
const until = <T>(read: () => T) => vi.waitFor(read, { timeout: 20_000, interval: 10 });
const end = { status: "completed", message: undefined, result: "{}", isError: false } as const;

/** A process with all its stores. */
async function createProcess(prefix?: string) {
  const process = await connect(prefix === undefined ? {} : { prefix });
  const { link, channels } = process;
  return {
    ...process,
    bus: new RedisBus(link, channels, process.prefix),
    states: new RedisStates(link, process.prefix),
    tasks: new RedisTasks(process),
    events: new RedisEventStore(link, process.prefix),
    limits: new RedisLimits(process),
  };
}

describe.skipIf(server === undefined)("a Redis that stops and comes back", () => {
  test("costs what each port says, and no more", async () => {
    const a = await createProcess();
    const b = await createProcess(a.prefix);
    const heard: string[] = [];
    for (const [name, { bus }] of [
      ["a", a],
      ["b", b],
    ] as const) {
      await bus.subscribe("t", {
        hear: ({ params }) => void heard.push(`${name} ${params["n"]}`),
        missed: (topic) => void heard.push(`${name} missed ${topic}`),
      });
    }
    const lease = { worker: "w", until: Date.now() + minute };
    for (const id of ["ends", "goes", "asks"]) {
      await a.tasks.create({ id, owner: "ada", createdAt: Date.now(), ttlMs: minute });
      expect(await a.tasks.claim(id, lease)).toBe(true);
    }
    const changes: string[] = [];
    b.tasks.watch("ends", { changed: ({ status }) => void changes.push(status) });
    expect(await a.states.take("before", Date.now() + minute, "ada")).toBe(true);
    await a.events.add("s", { stream: "x", number: 1, frame: "kept" });

    await server?.stop();
    await until(() => expect(a.told.warn.length * b.told.warn.length).toBe(1));

    // The bus: this process hears itself, the other one nothing.
    for (const n of [1, 2]) await a.bus.publish("t", notice(n));
    expect(heard).toEqual(["a 1", "a 2"]);

    // States: closed.
    const refused = await a.states
      .take("during", Date.now() + minute, "ada")
      .catch((error) => error);
    expect(refused).toBeInstanceOf(RedisError);
    expect(refused).toMatchObject({ hint: "Try again in a few seconds." });

    // Tasks: no client gets an answer, and no worker loses its task.
    const asked = [
      () => a.tasks.create({ id: "new", owner: "ada", createdAt: Date.now(), ttlMs: minute }),
      () => a.tasks.find("ada", "goes"),
      () => a.tasks.list("ada", undefined, 9),
      () => a.tasks.answer("goes", new Map([["one", { result: {} }]])),
      () => a.tasks.cancel("goes", "enough"),
    ];
    for (const ask of asked) await expect(ask()).rejects.toBeInstanceOf(RedisError);
    const facts = { message: "half", ttlMs: minute };
    expect(await a.tasks.heartbeat("goes", lease, facts)).toBe(true);
    const ending = a.tasks.finish("ends", "w", end, minute);
    const asking = a.tasks.ask("asks", "w", "one", { method: "roots/list" });
    await Promise.all([a.tasks.seen("goes"), a.tasks.sweep(Date.now())]);
    const gone = { worker: "w", until: Date.now() - 1 };
    expect(await a.tasks.finish("unknown", gone.worker, end, minute)).toBe(false);

    // Limits reject, so that the policy can say what happens. Events are forgotten.
    const rule = { kind: "rate", perSecond: 1, burst: 1 } as const;
    const charges = [{ key: "k", cost: 1, rule }];
    await expect(a.limits.take(charges, "l", 0)).rejects.toBeInstanceOf(RedisError);
    await a.events.add("s", { stream: "x", number: 2, frame: "lost" });
    expect(await a.events.after("s", "x", 0)).toEqual([]);

    await server?.start();

    // Those who were deaf are told so. What was said last they hear if they listen again by then, which is up
    // to chance where both were cut off: connection.test.ts has a listener that was not.
    await until(() => expect(heard).toEqual(expect.arrayContaining(["a missed t", "b missed t"])));
    expect(heard).not.toContain("b 1");
    expect(await ending).toBe(true);
    await asking;
    await until(() => expect(changes).toEqual(["completed"]));
    expect((await b.tasks.find("ada", "asks"))?.status).toBe("input_required");
    expect(await a.tasks.heartbeat("goes", lease, facts)).toBe(true);
    expect((await b.tasks.find("ada", "goes"))?.message).toBe("half");
    expect(await b.tasks.find("ada", "new")).toBeUndefined();
    expect(await b.states.take("before", Date.now() + minute, "ada")).toBe(false);
    expect(await b.states.take("during", Date.now() + minute, "ada")).toBe(true);
    expect(await a.limits.take(charges, "l", 0)).toEqual({ ok: true });
    expect(await a.events.after("s", "x", 0)).toEqual([{ stream: "x", number: 1, frame: "kept" }]);
    for (const { told } of [a, b]) {
      expect([told.warn.length, told.info.length]).toEqual([1, 1]);
      expect(told.warn.join()).not.toContain(server?.password);
    }
  });
});

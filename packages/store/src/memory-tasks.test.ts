import { describe, expect, test } from "vitest";
import { MemoryTaskStore, type TaskLimits } from "./memory-tasks.ts";
import type { Task } from "./tasks.ts";

const minute = 60_000;
const lease = { worker: "w", until: 10 * minute };
const done = (result = "{}") =>
  ({ status: "completed", message: undefined, result, isError: false }) as const;

function open(limits: Partial<TaskLimits> = {}) {
  const clock = { now: 0 };
  const most = { all: 10, each: 3 };
  const all = { tasks: most, running: most, characters: { all: 100, each: 40 }, ...limits };
  const store = new MemoryTaskStore(all, () => clock.now);
  const create = (id: string, owner = "ada") => {
    const task = store.create({ id, owner, createdAt: clock.now, ttlMs: minute });
    if (task !== undefined) store.claim(id, lease);
    return task !== undefined;
  };
  const finish = (id: string, result?: string) => store.finish(id, "w", done(result), minute);
  return { clock, store, create, finish };
}

test("a task is its owner's alone, and the first end counts", () => {
  const { store, create, finish } = open();
  expect(create("t")).toBe(true);
  expect(store.find("bob", "t")).toBeUndefined();
  expect(store.find("ada", "t")?.status).toBe("working");
  store.cancel("t", "enough");
  expect(finish("t")).toBe(false);
  store.cancel("t", "again");
  expect(store.find("ada", "t")).toMatchObject({ status: "cancelled", message: "enough" });
  expect(store.heartbeat("t", lease, { message: "late", ttlMs: minute })).toBe(false);
});

describe("a lease", () => {
  test("is one worker's, and nobody else ends the task or asks for it", () => {
    const { store, create } = open();
    create("t");
    const other = { ...lease, worker: "other" };
    expect(store.claim("t", other)).toBe(false);
    expect(store.heartbeat("t", other, { message: undefined, ttlMs: minute })).toBe(false);
    store.ask("t", "other", "key", {});
    expect(store.finish("t", "other", done(), minute)).toBe(false);
    expect(store.find("ada", "t")?.status).toBe("working");
    expect(store.claim("t", lease)).toBe(true);
  });

  test("that runs out fails the task, so that nobody waits for ever", () => {
    const { store, create } = open();
    create("t");
    store.sweep(lease.until);
    expect(store.find("ada", "t")?.status).toBe("working");
    const changes: Task["status"][] = [];
    store.watch("t", { changed: ({ status }) => void changes.push(status) });
    store.sweep(lease.until + 1);
    expect(changes).toEqual(["failed"]);
    expect(store.find("ada", "t")?.ending).toMatchObject({
      status: "failed",
      error: expect.stringContaining("is gone"),
    });
  });
});

test("an end is forgotten when its time is up, and not before; work that goes on is kept", () => {
  const { clock, store, create, finish } = open();
  create("over");
  create("working");
  finish("over");
  clock.now = minute;
  store.sweep(clock.now);
  expect(store.find("ada", "over")).toBeDefined();
  clock.now = minute + 1;
  expect(store.find("ada", "over")).toBeUndefined();
  store.sweep(clock.now);
  expect(store.list("ada", undefined, 9).map(({ id }) => id)).toEqual(["working"]);
});

test("a list leaves out what is over, and goes on where it was though that is forgotten", () => {
  const { clock, store, create, finish } = open();
  for (const id of ["a", "b", "c"]) {
    create(id);
    clock.now += 1_000;
  }
  const [first] = store.list("ada", undefined, 1);
  finish("a");
  clock.now = minute + 500;
  expect(store.list("ada", undefined, 9).map(({ id }) => id)).toEqual(["b", "c"]);
  expect(store.list("ada", first, 9).map(({ id }) => id)).toEqual(["b", "c"]);
  store.sweep(clock.now);
  expect(store.list("ada", first, 9).map(({ id }) => id)).toEqual(["b", "c"]);
  const last = store.find("ada", "c");
  finish("c");
  clock.now += minute;
  store.sweep(clock.now);
  expect(store.list("ada", last, 9)).toEqual([]);
});

test("one owner has a share, and only what was seen makes room for more", () => {
  const { store, create, finish } = open();
  expect(["a", "b", "c", "d"].map((id) => create(id))).toEqual([true, true, true, false]);
  expect(create("x", "bob")).toBe(true);
  finish("a");
  expect(create("d")).toBe(false);
  store.seen("a");
  store.seen("b");
  expect(create("d")).toBe(true);
  expect(store.find("ada", "a")).toBeUndefined();
  expect(store.find("ada", "b")).toBeDefined();
});

test("all owners together have a bound, and another's seen end may go for it", () => {
  const { store, create, finish } = open({ tasks: { all: 2, each: 2 } });
  create("a");
  create("b", "bob");
  expect(create("c", "cy")).toBe(false);
  finish("a");
  store.seen("a");
  expect(create("c", "cy")).toBe(true);
  expect(store.find("ada", "a")).toBeUndefined();
});

test("no more than so many run, however many ends might be forgotten", () => {
  const { store, create, finish } = open({ running: { all: 10, each: 1 } });
  create("a");
  finish("a");
  store.seen("a");
  expect([create("b"), create("c")]).toEqual([true, false]);
  expect(store.find("ada", "a")).toBeDefined();
});

test("a result that finds no room is not kept, and the task has not ended", () => {
  const { store, create, finish } = open();
  create("a");
  create("b");
  expect(finish("a", "x".repeat(41))).toBe(false);
  expect(finish("a", "x".repeat(30))).toBe(true);
  expect(finish("b", "x".repeat(30))).toBe(false);
  expect(store.find("ada", "b")?.status).toBe("working");
  store.seen("a");
  expect(finish("b", "x".repeat(30))).toBe(true);
});

test("questions are outstanding until they are answered, each answer told once", () => {
  const { store, create } = open();
  create("t");
  const told: unknown[] = [];
  store.watch("t", { changed: () => {}, answered: (...what) => void told.push(what) });
  store.ask("t", "w", "one", { method: "roots/list" });
  store.ask("t", "w", "two", { method: "roots/list" });
  const answer = { result: {} };
  store.answer(
    "t",
    new Map([
      ["two", answer],
      ["none", answer],
    ]),
  );
  store.answer("t", new Map([["two", answer]]));
  expect(told).toEqual([["two", answer]]);
  const task = store.find("ada", "t");
  expect([task?.status, [...(task?.questions.keys() ?? [])]]).toEqual(["input_required", ["one"]]);
  store.answer("t", new Map([["one", answer]]));
  expect(task?.status).toBe("working");
});

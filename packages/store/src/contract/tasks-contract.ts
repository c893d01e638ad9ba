import { deepEqual, equal, match, notEqual } from "node:assert/strict";
import type { TaskAnswer } from "../tasks.ts";
import { type Case, until } from "./case.ts";
import { taskLimitCases } from "./task-limits-contract.ts";
import { done, lease, minute, type OpenTasks, openTasks } from "./tasks-fixture.ts";

const other = { ...lease, worker: "other" };
const beat = { message: undefined, ttlMs: minute };

/** What a TaskStore has to do. */
export const taskCases: readonly Case<OpenTasks>[] = [
  {
    name: "a task is its owner's alone, and the first end counts",
    async run(open) {
      const { store, create, finish } = await openTasks(open);
      equal(await create("t"), true);
      equal(await store.find("bob", "t"), undefined);
      equal(await store.find("ada", "unknown"), undefined);
      equal((await store.find("ada", "t"))?.status, "working");
      await store.cancel("t", "enough");
      equal(await finish("t"), false);
      await store.cancel("t", "again");
      const task = await store.find("ada", "t");
      deepEqual([task?.status, task?.message], ["cancelled", "enough"]);
      deepEqual(task?.ending, { status: "cancelled", message: "enough" });
      equal(await store.heartbeat("t", lease, { ...beat, message: "late" }), false);
      equal(await store.claim("t", lease), false);
    },
  },
  {
    name: "of many ends at once one counts",
    async run(open) {
      const { store, create } = await openTasks(open);
      await create("t");
      const ends = Array.from({ length: 20 }, async (_, n) =>
        store.finish("t", "w", done(`{"n":${n}}`), minute),
      );
      const places = (await Promise.all(ends)).flatMap((first, n) => (first ? [n] : []));
      equal(places.length, 1);
      const task = await store.find("ada", "t");
      deepEqual(task?.ending, done(`{"n":${places[0]}}`));
    },
  },
  {
    name: "every end is given as it was, with whatever text",
    async run(open) {
      const { store, create } = await openTasks(open);
      const text = "ü\u0000😀\r\n q: a:";
      const ends = [
        { status: "completed", message: text, result: text, isError: true },
        { status: "completed", message: undefined, result: "", isError: false },
        { status: "failed", message: undefined, error: `{"message":${JSON.stringify(text)}}` },
      ] as const;
      for (const [at, ending] of ends.entries()) {
        await create(`t${at}`, `owner ${at} ${text}`);
        equal(await store.finish(`t${at}`, "w", ending, minute), true);
        const task = await store.find(`owner ${at} ${text}`, `t${at}`);
        deepEqual(task?.ending, ending);
        equal(task?.message, ending.message);
      }
    },
  },
  {
    name: "a lease is one worker's, and nobody else ends the task or asks for it",
    async run(open) {
      const { store, create } = await openTasks(open);
      await create("t");
      equal(await store.claim("t", other), false);
      equal(await store.heartbeat("t", other, beat), false);
      await store.ask("t", "other", "key", {});
      equal(await store.finish("t", "other", done(), minute), false);
      equal((await store.find("ada", "t"))?.status, "working");
      equal(await store.claim("t", lease), true);
    },
  },
  {
    name: "a lease that runs out fails the task, so that nobody waits for ever",
    async run(open) {
      const { store, create, record, clock } = await openTasks(open);
      await create("t");
      clock.now = lease.until;
      await store.sweep(lease.until);
      equal((await store.find("ada", "t"))?.status, "working");
      const told = record("t");
      clock.now += 1;
      await store.sweep(clock.now);
      await until(() => told.length > 0);
      deepEqual(
        told.map(({ status }) => status),
        ["failed"],
      );
      match(told[0]?.message ?? "", /is gone/);
      equal(told[0]?.ending?.status, "failed");
    },
  },
  {
    name: "a heartbeat keeps the lease and tells what the work is at, each text once",
    async run(open) {
      const { store, create, record, clock } = await openTasks(open);
      await create("t");
      const told = record("t");
      const later = { ...lease, until: lease.until + minute };
      for (const message of ["1 of 2", "1 of 2", "2 of 2"]) {
        equal(await store.heartbeat("t", later, { message, ttlMs: 5 * minute }), true);
        await until(() => told.at(-1)?.message === message);
      }
      equal(told.length, 2);
      clock.now = lease.until + 1;
      await store.sweep(clock.now);
      const task = await store.find("ada", "t");
      deepEqual([task?.status, task?.ttlMs], ["working", 5 * minute]);
      equal(await store.heartbeat("t", later, beat), true);
      equal((await store.find("ada", "t"))?.message, undefined);
    },
  },
  {
    name: "an end is forgotten when its time is up, and not before; work that goes on is kept",
    async run(open) {
      const { clock, store, create, finish } = await openTasks(open);
      await create("over");
      await create("working");
      await finish("over");
      clock.now += minute;
      await store.sweep(clock.now);
      notEqual(await store.find("ada", "over"), undefined);
      clock.now += 1;
      equal(await store.find("ada", "over"), undefined);
      await store.sweep(clock.now);
      const left = await store.list("ada", undefined, 9);
      deepEqual(
        left.map(({ id }) => id),
        ["working"],
      );
    },
  },
  {
    name: "a list is in the order of creation, and one owner's",
    async run(open) {
      const { store, create } = await openTasks(open);
      for (const [id, owner] of [
        ["c", "ada"],
        ["x", "bob"],
        ["a", "ada"],
        ["b", "ada"],
      ] as const) {
        await create(id, owner);
      }
      const ids = async (after: string | undefined, limit: number) => {
        const place = after === undefined ? undefined : await store.find("ada", after);
        return (await store.list("ada", place, limit)).map(({ id }) => id);
      };
      deepEqual(await ids(undefined, 9), ["c", "a", "b"]);
      deepEqual(await ids(undefined, 2), ["c", "a"]);
      deepEqual([await ids("c", 1), await ids("a", 9), await ids("b", 9)], [["a"], ["b"], []]);
    },
  },
  {
    name: "a list leaves out what is over, and goes on where it was though that is forgotten",
    async run(open) {
      const { clock, store, create, finish } = await openTasks(open);
      for (const id of ["a", "b", "c"]) {
        await create(id);
        clock.now += 1_000;
      }
      const ids = async (after: Parameters<typeof store.list>[1]) =>
        (await store.list("ada", after, 9)).map(({ id }) => id);
      const [first] = await store.list("ada", undefined, 1);
      await finish("a");
      clock.now += minute - 2_500;
      deepEqual(
        [await ids(undefined), await ids(first)],
        [
          ["b", "c"],
          ["b", "c"],
        ],
      );
      await store.sweep(clock.now);
      deepEqual(await ids(first), ["b", "c"]);
      const last = await store.find("ada", "c");
      await finish("c");
      clock.now += minute;
      await store.sweep(clock.now);
      deepEqual(await ids(last), []);
    },
  },
  {
    name: "questions are outstanding until they are answered, each answer told once",
    async run(open) {
      const { store, create, record } = await openTasks(open);
      await create("t");
      const changes = record("t");
      const told: [string, TaskAnswer][] = [];
      store.watch("t", { changed: () => {}, answered: (...what) => void told.push(what) });
      const question = { method: "roots/list", params: { text: "ü 1 q:" } };
      await store.ask("t", "w", "two", question);
      await store.ask("t", "w", "one", question);
      const asked = await store.find("ada", "t");
      deepEqual(
        [asked?.status, [...(asked?.questions ?? [])]],
        [
          "input_required",
          [
            ["two", question],
            ["one", question],
          ],
        ],
      );
      const answer = { result: { text: "ü" } };
      await store.answer(
        "t",
        new Map([
          ["two", answer],
          ["none", answer],
        ]),
      );
      await store.answer("t", new Map([["two", { result: {} }]]));
      await until(() => told.length > 0);
      deepEqual(told, [["two", answer]]);
      const open1 = await store.find("ada", "t");
      deepEqual([open1?.status, [...(open1?.questions.keys() ?? [])]], ["input_required", ["one"]]);
      const refusal = { error: { code: -1, message: "no" } };
      await store.answer("t", new Map([["one", refusal]]));
      await until(() => told.length > 1);
      deepEqual(told.at(-1), ["one", refusal]);
      equal((await store.find("ada", "t"))?.status, "working");
      await until(() => changes.at(-1)?.status === "working");
    },
  },
  {
    name: "a watcher is told of the end, and of nothing once it has left",
    async run(open) {
      const { store, create, finish, record } = await openTasks(open);
      await create("t");
      await create("u");
      const heard: string[] = [];
      const leave = store.watch("t", { changed: ({ status }) => void heard.push(status) });
      leave();
      leave();
      const [told, others] = [record("t"), record("u")];
      await finish("t", '{"a":1}');
      await until(() => told.at(-1)?.status === "completed");
      deepEqual(told.at(-1)?.ending, done('{"a":1}'));
      deepEqual([heard, others], [[], []]);
    },
  },
  {
    name: "an end takes the open questions with it",
    async run(open) {
      const { store, create } = await openTasks(open);
      await create("t");
      await store.ask("t", "w", "one", {});
      await store.cancel("t", "enough");
      await store.answer("t", new Map([["one", { result: {} }]]));
      const task = await store.find("ada", "t");
      deepEqual([task?.status, task?.questions.size], ["cancelled", 0]);
    },
  },
  ...taskLimitCases,
];

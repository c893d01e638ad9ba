import { deepEqual, equal, notEqual } from "node:assert/strict";
import type { Case } from "./case.ts";
import { minute, type OpenTasks, openTasks } from "./tasks-fixture.ts";

/** What a TaskStore has to do where there is no room for more. */
export const taskLimitCases: readonly Case<OpenTasks>[] = [
  {
    name: "one owner has a share, and only what was seen makes room for more",
    async run(open) {
      const { store, create, finish } = await openTasks(open);
      const made: boolean[] = [];
      for (const id of ["a", "b", "c", "d"]) made.push(await create(id));
      deepEqual(made, [true, true, true, false]);
      equal(await create("x", "bob"), true);
      await finish("a");
      equal(await create("d"), false);
      await store.seen("a");
      await store.seen("b");
      equal(await create("d"), true);
      equal(await store.find("ada", "a"), undefined);
      notEqual(await store.find("ada", "b"), undefined);
    },
  },
  {
    name: "all owners together have a bound, and another's seen end may go for it",
    async run(open) {
      const { store, create, finish } = await openTasks(open, { tasks: { all: 2, each: 2 } });
      await create("a");
      await create("b", "bob");
      equal(await create("c", "cy"), false);
      await finish("a");
      await store.seen("a");
      equal(await create("c", "cy"), true);
      equal(await store.find("ada", "a"), undefined);
    },
  },
  {
    name: "what was seen first goes first, however often it is seen",
    async run(open) {
      const { store, create, finish } = await openTasks(open);
      for (const id of ["a", "b", "c"]) {
        await create(id);
        await finish(id);
      }
      for (const id of ["b", "a", "c", "b"]) await store.seen(id);
      equal(await create("d"), true);
      equal(await store.find("ada", "b"), undefined);
      equal(await create("e"), true);
      equal(await store.find("ada", "a"), undefined);
      notEqual(await store.find("ada", "c"), undefined);
    },
  },
  {
    name: "no more than so many run, however many ends might be forgotten",
    async run(open) {
      const { store, create, finish } = await openTasks(open, { running: { all: 10, each: 1 } });
      await create("a");
      await finish("a");
      await store.seen("a");
      deepEqual([await create("b"), await create("c")], [true, false]);
      notEqual(await store.find("ada", "a"), undefined);
    },
  },
  {
    name: "a result that finds no room is not kept, and the task has not ended",
    async run(open) {
      const { store, create, finish } = await openTasks(open);
      await create("a");
      await create("b");
      equal(await finish("a", "x".repeat(41)), false);
      equal(await finish("a", "x".repeat(30)), true);
      equal(await finish("b", "x".repeat(30)), false);
      equal((await store.find("ada", "b"))?.status, "working");
      await store.seen("a");
      equal(await finish("b", "x".repeat(30)), true);
    },
  },
  {
    name: "what is forgotten leaves room for as much",
    async run(open) {
      const { store, create, finish, clock } = await openTasks(open);
      for (let round = 0; round < 5; round += 1) {
        for (const id of ["a", "b", "c"]) equal(await create(`${id}${round}`), true);
        equal(await finish(`a${round}`, "x".repeat(40)), true);
        await store.cancel(`b${round}`, "enough");
        equal(await finish(`c${round}`, ""), true);
        clock.now += minute + 1;
        await store.sweep(clock.now);
      }
      deepEqual(await store.list("ada", undefined, 9), []);
    },
  },
];

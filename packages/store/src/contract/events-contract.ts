import { deepEqual } from "node:assert/strict";
import type { EventStore } from "../events.ts";
import type { Case } from "./case.ts";

/** Opens one that keeps so many events and characters of a session. */
type Open = (bounds: {
  readonly events: number;
  readonly characters: number;
}) => EventStore | Promise<EventStore>;

const bounds = { events: 3, characters: 100 };

async function numbersOf(store: EventStore, session: string, stream = "s"): Promise<number[]> {
  return (await store.after(session, stream, 0)).map(({ number }) => number);
}

/** What an EventStore has to do. */
export const eventCases: readonly Case<Open>[] = [
  {
    name: "the events of one stream after one of them are given in order, as they were",
    async run(open) {
      const store = await open(bounds);
      const frame = '{"text":"ü\\u0000😀\\n"}';
      await store.add("a", { stream: "s", number: 1, frame: "x" });
      await store.add("a", { stream: "t", number: 1, frame: "y" });
      await store.add("a", { stream: "s", number: 2, frame });
      deepEqual(await store.after("a", "s", 1), [{ stream: "s", number: 2, frame }]);
      deepEqual(await numbersOf(store, "a"), [1, 2]);
      deepEqual(await numbersOf(store, "a", "t"), [1]);
      deepEqual(await numbersOf(store, "b"), []);
    },
  },
  {
    name: "a session keeps so many events and characters, and its newest at any size",
    async run(open) {
      const store = await open(bounds);
      for (let number = 1; number <= 5; number += 1) {
        await store.add("a", { stream: "s", number, frame: "x" });
      }
      deepEqual(await numbersOf(store, "a"), [3, 4, 5]);
      await store.add("a", { stream: "s", number: 6, frame: "x".repeat(99) });
      deepEqual(await numbersOf(store, "a"), [5, 6]);
      await store.add("a", { stream: "t", number: 1, frame: "x".repeat(500) });
      deepEqual([await numbersOf(store, "a"), await numbersOf(store, "a", "t")], [[], [1]]);
      await store.add("a", { stream: "s", number: 7, frame: "x" });
      deepEqual([await numbersOf(store, "a"), await numbersOf(store, "a", "t")], [[7], []]);
    },
  },
  {
    name: "what is added and read at once is in order",
    async run(open) {
      const store = await open({ events: 100, characters: 1_000 });
      const adding = Array.from({ length: 20 }, async (_, at) =>
        store.add("a", { stream: "s", number: at + 1, frame: "x" }),
      );
      const [, ...after] = (await numbersOf(store, "a")).map((number, at) => number - at);
      deepEqual(
        after,
        Array.from({ length: 19 }, () => 1),
      );
      await Promise.all(adding);
    },
  },
  {
    name: "a session is forgotten whole, and can begin again",
    async run(open) {
      const store = await open(bounds);
      for (const [session, stream] of [
        ["a", "s"],
        ["a", "t"],
        ["b", "s"],
      ] as const) {
        await store.add(session, { stream, number: 1, frame: "x" });
      }
      await store.forget("a");
      await store.forget("unknown");
      deepEqual([await numbersOf(store, "a"), await numbersOf(store, "a", "t")], [[], []]);
      deepEqual(await numbersOf(store, "b"), [1]);
      await store.add("a", { stream: "s", number: 1, frame: "again" });
      deepEqual(await numbersOf(store, "a"), [1]);
    },
  },
];

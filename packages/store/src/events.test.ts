import { expect, test } from "vitest";
import { MemoryEventStore } from "./events.ts";

const bounds = { events: 3, characters: 100, allCharacters: 150 };
const numbers = (store: MemoryEventStore, session: string, stream = "s") =>
  store.after(session, stream, 0).map(({ number }) => number);

test("the events of one stream after one of them are given in order", () => {
  const store = new MemoryEventStore(bounds);
  store.add("a", { stream: "s", number: 1, frame: "x" });
  store.add("a", { stream: "t", number: 1, frame: "y" });
  store.add("a", { stream: "s", number: 2, frame: "z" });
  expect(store.after("a", "s", 1)).toEqual([{ stream: "s", number: 2, frame: "z" }]);
  expect(numbers(store, "a")).toEqual([1, 2]);
  expect(numbers(store, "b")).toEqual([]);
});

test("a session keeps so many events and characters, and its newest at any size", () => {
  const store = new MemoryEventStore(bounds);
  for (let number = 1; number <= 5; number += 1) {
    store.add("a", { stream: "s", number, frame: "x" });
  }
  expect(numbers(store, "a")).toEqual([3, 4, 5]);
  store.add("a", { stream: "s", number: 6, frame: "x".repeat(99) });
  expect(numbers(store, "a")).toEqual([5, 6]);
  store.add("a", { stream: "s", number: 7, frame: "x".repeat(500) });
  expect(numbers(store, "a")).toEqual([7]);
});

test("all sessions together keep so many characters: the quiet ones lose theirs first", () => {
  const store = new MemoryEventStore(bounds);
  const frame = "x".repeat(40);
  for (const session of ["a", "b", "a", "c"]) {
    store.add(session, { stream: "s", number: numbers(store, session).length + 1, frame });
  }
  expect(numbers(store, "b")).toEqual([]);
  expect([numbers(store, "a"), numbers(store, "c")]).toEqual([[1, 2], [1]]);
  store.forget("a");
  store.forget("unknown");
  for (const session of ["d", "e"]) store.add(session, { stream: "s", number: 1, frame });
  expect([..."acde"].map((session) => numbers(store, session).length)).toEqual([0, 1, 1, 1]);
});

import { expect, test } from "vitest";
import { MemoryEventStore } from "./events.ts";

const bounds = { events: 3, characters: 100, allCharacters: 150 };
const numbers = (store: MemoryEventStore, session: string, stream = "s") =>
  store.after(session, stream, 0).map(({ number }) => number);

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

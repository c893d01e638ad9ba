import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createPathGuard, createRoom, type PathGuard } from "@fairlead/guard";
import { beforeEach, expect, it } from "vitest";
import { readText } from "../src/read/text-reader.ts";
import { SearchPool } from "../src/search/search-pool.ts";
import { temporaryDirectory } from "./support/tree.ts";

const gigabyte = 1024 ** 3;
const { signal } = new AbortController();
const limits = { budget: 80_000, signal };
let guard: PathGuard;
let path: string;

/** A gigabyte with three lines before and two after a hole that takes no disk. */
beforeEach(async () => {
  const top = await temporaryDirectory();
  path = join(top, "large.log");
  await writeFile(path, "one\ntwo\nthree\n");
  const handle = await open(path, "r+");
  await handle.write("\nlast but one\nlast", gigabyte);
  await handle.close();
  guard = await createPathGuard({ directories: [top] });
});

/** Megabytes this process grew by at most while something ran. */
async function growth(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 5);
  await work();
  clearInterval(timer);
  return (Math.max(most, process.memoryUsage().rss) - before) / 1024 ** 2;
}

it.each([
  ["head", { head: 2 }, "one\ntwo"],
  ["tail", { tail: 2 }, "last but one\nlast"],
  ["a range at the start", { offset: 2, limit: 2 }, "two\nthree"],
  ["a range past the hole", { offset: 5, limit: 1 }, "last but one"],
  ["all, which stops at the budget", {}, "one\ntwo\nthree\n"],
])("a gigabyte is read in bounded memory: %s", async (_, range, expected) => {
  const grown = await growth(async () => {
    expect(
      (await readText(guard, "large.log", range, { room: createRoom(80_000), signal })).text,
    ).toBe(expected);
  });
  expect(grown).toBeLessThan(150);
});

it("a line of a gigabyte is cut at the budget", async () => {
  const found = await readText(
    guard,
    "large.log",
    { offset: 4 },
    { room: createRoom(80_000), signal },
  );
  expect(found.text).toHaveLength(limits.budget);
  expect(found).toMatchObject({ truncated: true, nextOffset: 4, nextColumn: 80_001 });
});

it("a gigabyte is searched in bounded memory", { timeout: 30_000 }, async () => {
  // Long enough for the file to pass for text in spite of its hole.
  const handle = await open(path, "r+");
  await handle.write("text\n".repeat(20_000), 0);
  await handle.close();
  const searches = new SearchPool();
  const from = { file: "", skip: 0 };
  const query = { pattern: "last", maxMatches: 9, respectGitignore: false, from, budget: 80_000 };
  const grown = await growth(async () => {
    const { matches } = await searches.contents(guard, "large.log", query, { id: "me", signal });
    expect(matches.map(({ text }) => text)).toEqual(["last but one", "last"]);
  });
  await searches.close();
  expect(grown).toBeLessThan(150);
});

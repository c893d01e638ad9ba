import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { createRoom } from "@fairlead/guard";
import { expect, it } from "vitest";
import { me, startSearching } from "../../test/support/searching.ts";
import { plant } from "../../test/support/tree.ts";
import { messageOf } from "../errors.ts";
import { joinSeveral, readSeveral } from "./several-files.ts";
import type { TextsQuery } from "./small-texts.ts";
import { readText } from "./text-reader.ts";

const { signal } = me;
const plenty = 50_000_000;

it("several files read together are those read one by one, whatever they are", async () => {
  const { top, guard, searches } = await startSearching();
  await plant(top, {
    "a.txt": "plain",
    "empty.txt": "",
    "large.txt": "0123456789\n".repeat(100_000),
    "latin.txt": Buffer.from("caf\u00e9", "latin1"),
    "wide.txt": Buffer.from("\ufeffwide", "utf16le"),
    "bytes.bin": Buffer.from([1, 0, 2, 255]),
    "sub/b.txt": "below",
    ".env": "secret",
    "in.txt": { link: "sub/b.txt" },
    "env.txt": { link: ".env" },
    "out.txt": { link: "/etc/hostname" },
    "nowhere.txt": { link: "missing.txt" },
  });
  execFileSync("mkfifo", [join(top, "pipe")]);
  const readAhead = (query: TextsQuery) => searches.texts(guard, query, me);
  const names = [
    ...["a.txt", "missing.txt", "empty.txt", "large.txt", "latin.txt", "wide.txt", "bytes.bin"],
    ...[
      "sub",
      "sub/b.txt",
      ".env",
      "in.txt",
      "env.txt",
      "out.txt",
      "nowhere.txt",
      "pipe",
      "a.txt/x",
    ],
    ...["", "../other", join(top, "a.txt"), "/etc/hostname", "/proc/self/environ", "a\0b", "a.txt"],
  ];
  const together = await readSeveral(guard, names, { room: createRoom(plenty), signal, readAhead });
  const each = await Promise.all(
    names.map((path) =>
      readText(guard, path, {}, { room: createRoom(plenty), signal }).then(
        (read) => ({ path, read, error: undefined }),
        (error: unknown) => ({ path, read: undefined, error: messageOf(error) }),
      ),
    ),
  );
  expect(together).toEqual(each);
  expect(together.filter(({ read }) => read !== undefined)).toHaveLength(10);
});

it("500 files are read with few questions to the thread, and no more than the room holds", async () => {
  const { top, guard, searches } = await startSearching();
  const names = Array.from({ length: 500 }, (_, at) => `f${at}.txt`);
  await plant(top, Object.fromEntries(names.map((name) => [name, `${name}\n`.repeat(9)])));
  const read: number[] = [];
  const readAhead = async (query: TextsQuery) => {
    const found = await searches.texts(guard, query, me);
    read.push(found.length);
    return found;
  };
  const all = await readSeveral(guard, names, { room: createRoom(plenty), signal, readAhead });
  expect(all.map(({ read: one }) => one?.text)).toEqual(names.map((name) => `${name}\n`.repeat(9)));
  expect(read.splice(0)).toEqual([500]);
  const few = await readSeveral(guard, names, { room: createRoom(90_000), signal, readAhead });
  expect(few[0]?.read?.text).toBe("f0.txt\n".repeat(9));
  expect(few.at(-1)?.error).toContain("The result is full");
  expect(read.reduce((sum, count) => sum + count)).toBeLessThan(200);
});

it("shares one room between several files", async () => {
  const tenLines = (letter: string) => `${letter.repeat(39)}\n`.repeat(10);
  const { top, guard, searches } = await startSearching();
  const readAhead = (query: TextsQuery) => searches.texts(guard, query, me);
  await plant(top, { "a.txt": tenLines("a"), "b.txt": tenLines("b"), "c.txt": "c" });
  const paths = ["a.txt", "missing", "b.txt", "c.txt"];
  const results = await readSeveral(guard, paths, { room: createRoom(1300), signal, readAhead });
  expect(results.map(({ read }) => read?.truncated)).toEqual([false, undefined, true, undefined]);
  expect(joinSeveral(results)).toMatch(/\[Stopped after line \d of 10\. Go on with offset \d\.\]/);
  expect(joinSeveral(results)).toContain("c.txt: Error - The result is full");
  expect(joinSeveral(results).length).toBeLessThan(1300);
});

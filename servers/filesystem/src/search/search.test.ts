import { readdirSync } from "node:fs";
import type { PathGuard } from "@fairlead/guard";
import { beforeEach, describe, expect, it } from "vitest";
import { me, type Searching, start, startSearching } from "../../test/support/searching.ts";
import { plant } from "../../test/support/tree.ts";
import { expandBraces } from "../walk/braces.ts";
import { formatMatches } from "./match-text.ts";
import type { SearchPosition } from "./search-contents.ts";
import type { NameQuery, NamesFound } from "./search-names.ts";
import type { SearchPool } from "./search-pool.ts";

let top: string;
let guard: PathGuard;
let searches: SearchPool;
let search: Searching["search"];

beforeEach(async () => {
  ({ top, guard, searches, search } = await startSearching());
});

describe("searching contents", () => {
  it("finds lines with their numbers, in order, in text files only", async () => {
    await plant(top, {
      "b.txt": "needle\nhay\nneedle needle\n",
      "a/z.txt": "hay\r\nneedle\r\n",
      "binary.bin": Buffer.from("\0needle"),
      "wide.txt": Buffer.from("\ufeffhay\nneedle", "utf16le"),
      ".env": "needle",
      link: { link: "b.txt" },
    });
    const { lines, matches, filesSkipped } = await search();
    expect(lines).toEqual(["a/z.txt:2", "b.txt:1", "b.txt:3", "wide.txt:2"]);
    expect(matches[0]?.text).toBe("needle");
    expect(filesSkipped).toBe(2);
    expect((await search({}, "b.txt")).lines).toEqual(["b.txt:1", "b.txt:3"]);
  });

  it("takes patterns literally unless told otherwise, and case as it is", async () => {
    await plant(top, { "a.txt": "a.c\nabc\nABC\n" });
    expect((await search({ pattern: "a.c" })).lines).toEqual(["a.txt:1"]);
    expect((await search({ pattern: "a.c", regex: true })).lines).toEqual(["a.txt:1", "a.txt:2"]);
    expect((await search({ pattern: "aBc", ignoreCase: true })).lines).toHaveLength(2);
    expect((await search({ pattern: "^b?A", regex: true, ignoreCase: true })).lines).toHaveLength(
      3,
    );
    await expect(search({ pattern: "(", regex: true })).rejects.toThrow("not valid");
    await expect(search({ pattern: "" })).rejects.toThrow("empty");
  });

  it("leaves nothing open where the pattern is refused", async () => {
    await plant(top, { "a/b.txt": "needle" });
    const count = () => readdirSync("/dev/fd").length;
    await search();
    const before = count();
    for (let i = 0; i < 30; i++) {
      await expect(search({ pattern: "(", regex: true })).rejects.toThrow("not valid");
      await expect(search({ pattern: "(", regex: true }, "a/b.txt")).rejects.toThrow("not valid");
    }
    expect(count()).toBeLessThan(before + 10);
  });

  it("shows the lines around, across blocks of the file too", async () => {
    const filler = `${"x".repeat(99)}\n`.repeat(10_486);
    await plant(top, { "a.txt": `one\ntwo\nneedle\nfour\nfive\n${filler}needle\nlast` });
    const { matches } = await search({ contextLines: 1 });
    expect(matches).toMatchObject([
      { line: 3, before: "two", after: "four" },
      { line: 10_492, before: "x".repeat(99), after: "last" },
    ]);
    expect(formatMatches(matches).split("\n")).toEqual([
      `${top}/a.txt`,
      "2-two",
      "3:needle",
      "4-four",
      "--",
      `10491-${"x".repeat(99)}`,
      "10492:needle",
      "10493-last",
    ]);
  });

  it("shows only the stretch around the match of a very long line", async () => {
    await plant(top, { "a.txt": `${"x".repeat(9000)}needle${"y".repeat(9000)}` });
    const { matches } = await search();
    expect(matches[0]?.text).toMatch(/^…x+needley+…$/);
    expect(matches[0]?.text.length).toBeLessThanOrEqual(2002);
  });

  it("honours .gitignore down the tree and from above, and can be told not to", async () => {
    await plant(top, {
      ".git/needle": "needle",
      ".gitignore": "*.log\n/build/\n!keep.log\n# comment\n",
      "a.log": "needle",
      "keep.log": "needle",
      "build/a.txt": "needle",
      "src/build/a.txt": "needle",
      "src/.gitignore": "secret.txt\n",
      "src/secret.txt": "needle",
    });
    expect((await search()).lines).toEqual(["keep.log:1", "src/build/a.txt:1"]);
    expect((await search({}, "src")).lines).toEqual(["src/build/a.txt:1"]);
    expect((await search({ respectGitignore: false })).lines).toHaveLength(6);
  });

  it("is not slowed by a .gitignore made to be slow", async () => {
    await plant(top, { ".gitignore": `x${" ".repeat(500_000)}y`, "a.txt": "needle" });
    expect((await search()).lines).toEqual(["a.txt:1"]);
  });

  it("restricts files by glob", async () => {
    await plant(top, {
      "a.ts": "needle",
      "b.tsx": "needle",
      "src/c.ts": "needle",
      "d.js": "needle",
    });
    expect((await search({ glob: "*.{ts,tsx}" })).lines).toEqual([
      "a.ts:1",
      "b.tsx:1",
      "src/c.ts:1",
    ]);
    expect((await search({ glob: "src/**" })).lines).toEqual(["src/c.ts:1"]);
    expect(expandBraces("{a,b{c,d}}{e}")).toEqual(["a{e}", "bc{e}", "bd{e}"]);
    expect(() => expandBraces("{a,b}".repeat(10))).toThrow("more than 64 globs");
  });

  it("pages through all matches without loss, from wherever a page was cut", async () => {
    await plant(top, {
      "a.txt": "needle\n".repeat(7),
      "b/c.txt": "needle\n".repeat(5),
      "d.txt": "needle\n".repeat(3),
    });
    const all = (await search()).lines;
    expect(all).toHaveLength(15);
    for (const maxMatches of [1, 2, 4, 14]) {
      const paged: string[] = [];
      let from: SearchPosition | undefined = { file: "", skip: 0 };
      while (from !== undefined) {
        const page = await search({ maxMatches, from });
        paged.push(...page.lines);
        from = page.next;
      }
      expect(paged).toEqual(all);
    }
    for (const skip of [0, 6, 7, 11, 12, 15]) {
      expect((await search({ from: { file: "", skip } })).lines).toEqual(all.slice(skip));
    }
    const small = await search({ budget: 200 });
    expect(small.matches.length).toBeLessThan(15);
    expect(small.next).toBeDefined();
  });

  it("ends when it is cancelled, before and while it runs", async () => {
    await plant(top, { "a.txt": `${"a".repeat(40)}!` });
    const cancelled = AbortSignal.abort(new Error("cancelled"));
    await expect(search({}, "", { id: "me", signal: cancelled })).rejects.toThrow("cancelled");
    const controller = new AbortController();
    const slow = { pattern: "(a+)+$", regex: true };
    const running = search(slow, "", { id: "me", signal: controller.signal });
    controller.abort(new Error("cancelled later"));
    await expect(running).rejects.toThrow("cancelled later");
    expect((await search({ pattern: "a!" })).lines).toEqual(["a.txt:1"]);
  });

  it("what was found when the time is up comes with a cursor, and leads through all of it", async () => {
    const files = Array.from({ length: 30 }, (_, i) => [
      `d${i % 7}/${i}.txt`,
      "needle\n".repeat(i % 3),
    ]);
    await plant(top, { ...Object.fromEntries(files), "d3/e/f/g.txt": "needle" });
    const [lines, paths]: [string[], string[]] = [[], []];
    for (let from: SearchPosition | undefined = start; from !== undefined; ) {
      const page: Awaited<ReturnType<typeof search>> = await search({ from, time: 0 });
      lines.push(...page.lines);
      from = page.next;
    }
    expect(lines).toEqual((await search()).lines);
    const names = { pattern: "**/*.txt", budget: 9999 };
    for (let from: SearchPosition | undefined = start; from !== undefined; ) {
      const page: NamesFound = await searches.names(guard, "", { ...names, from, time: 0 }, me);
      paths.push(...page.paths);
      from = page.next;
    }
    expect(paths).toEqual((await searches.names(guard, "", { ...names, from: start }, me)).paths);
    expect(paths).toHaveLength(31);
    const tree = { maxDepth: 9, maxEntries: 99, characters: 9999, time: 0 };
    expect(await searches.tree(guard, "", tree, me)).toMatchObject({ entries: 1, cut: "time" });
  });

  it("globs of 300,000 characters and patterns of 20,000 are refused with the cap", async () => {
    await plant(top, { "a.txt": "needle" });
    const long = "*a".repeat(150_000);
    await expect(search({ glob: long })).rejects.toThrow("at most 4096");
    await expect(search({ pattern: "x".repeat(20_000) })).rejects.toThrow("at most 10000");
    const query = { pattern: long, from: start, budget: 9999 };
    await expect(searches.names(guard, "", query, me)).rejects.toThrow("at most 4096");
    const excluding = { ...query, pattern: "*", excludePatterns: [long] };
    await expect(searches.names(guard, "", excluding, me)).rejects.toThrow("at most 4096");
    const many = {
      ...query,
      pattern: "*",
      excludePatterns: Array.from({ length: 5000 }, () => "a"),
    };
    const large = { ...many, excludePatterns: Array.from({ length: 20 }, () => "a".repeat(4000)) };
    await expect(searches.names(guard, "", large, me)).rejects.toThrow("at most 40960");
    await expect(searches.names(guard, "", many, me)).rejects.toHaveProperty(
      "hint",
      "Give at most 200.",
    );
  });
});

describe("searching names", () => {
  const names = async (query: Partial<NameQuery> = {}) => {
    const all = { pattern: "**/*", from: start, budget: 9999, ...query };
    const { paths, next } = await searches.names(guard, "", all, me);
    return { paths: paths.map((path) => path.slice(top.length + 1)), next };
  };

  it("pages, and restricts by type", async () => {
    await plant(top, { "a.txt": "", "b/c.txt": "", "b/d.txt": "", "b/e/f": "", "b.txt": "" });
    const all = ["a.txt", "b", "b/c.txt", "b/d.txt", "b/e", "b/e/f", "b.txt"];
    expect((await names()).paths).toEqual(all);
    expect((await names({ type: "directory" })).paths).toEqual(["b", "b/e"]);
    expect((await names({ from: { file: "", skip: 3 } })).paths).toEqual(all.slice(3));
    const paged: string[] = [];
    for (let from: SearchPosition | undefined = start; from !== undefined; ) {
      const page: Awaited<ReturnType<typeof names>> = await names({ budget: 1, from });
      expect(page.paths).toHaveLength(1);
      paged.push(...page.paths);
      from = page.next;
    }
    expect(paged).toEqual(all);
  });

  it("braces stand for a few names, and are refused where they stand for thousands", async () => {
    await plant(top, { "a.ts": "", "b.js": "", c1: "", c2: "", c9: "" });
    expect((await names({ pattern: "*.{ts,js}" })).paths).toEqual(["a.ts", "b.js"]);
    expect((await names({ pattern: "c{1..3}" })).paths).toEqual(["c1", "c2"]);
    const wide = Array.from({ length: 64 }, (_, i) => `x${i}`).join(",");
    expect((await names({ pattern: `{${wide}}` })).paths).toEqual([]);
    const tree = { maxDepth: 1, maxEntries: 9, characters: 999 };
    const words = "stands for more than 64 globs";
    for (const glob of [`{y,${wide}}`, "{a,b}".repeat(22), "{a,a}".repeat(22), "{1..999999}"]) {
      const excludePatterns = [glob];
      await expect(names({ pattern: glob })).rejects.toThrow(words);
      await expect(names({ excludePatterns })).rejects.toThrow(words);
      const growing = searches.tree(guard, "", { ...tree, excludePatterns }, me);
      await expect(growing).rejects.toThrow(words);
    }
    for (const glob of ["{".repeat(4000), "{a,".repeat(99) + "}".repeat(99)]) {
      await expect(names({ pattern: glob })).rejects.toThrow("braces");
      await expect(search({ glob })).rejects.toThrow("braces");
    }
  });

  it("finds the exact path src/app/[id]/page.tsx, and globs that mean the same letters", async () => {
    await plant(top, { "src/app/[id]/page.tsx": "", "src/app/i/page.tsx": "", "(x)/+(a).ts": "" });
    const found = async (pattern: string) => (await names({ pattern })).paths;
    expect(await found("src/app/[id]/page.tsx")).toEqual([
      "src/app/[id]/page.tsx",
      "src/app/i/page.tsx",
    ]);
    expect(await found("(x)/+(a).ts")).toEqual(["(x)/+(a).ts"]);
    expect(await found("src/app/[id]/*")).toEqual(["src/app/i/page.tsx"]);
  });
});

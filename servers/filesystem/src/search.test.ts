import { createPathGuard, type PathGuard } from "@fairlead/runtime/guard";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { plant, temporaryDirectory } from "../test/support/tree.ts";
import { expandBraces } from "./braces.ts";
import { formatMatches } from "./match-text.ts";
import type { ContentQuery, SearchPosition } from "./search-contents.ts";
import type { NameQuery } from "./search-names.ts";
import { SearchPool } from "./search-pool.ts";

const { signal } = new AbortController();
let top: string;
let guard: PathGuard;
let searches: SearchPool;
const me = { id: "me", signal };
const start = { file: "", skip: 0 };

beforeEach(async () => {
  top = await temporaryDirectory();
  guard = await createPathGuard({ directories: [top], deny: [".env"] });
  searches = new SearchPool();
  onTestFinished(() => searches.close());
});

async function search(query: Partial<ContentQuery> = {}, path = "", caller = me) {
  const all = {
    pattern: "needle",
    maxMatches: 200,
    respectGitignore: true,
    from: start,
    budget: 80_000,
    ...query,
  };
  const found = await searches.contents(guard, path, all, caller);
  const lines = found.matches.map(
    ({ path: file, line }) => `${file.slice(top.length + 1)}:${line}`,
  );
  return { ...found, lines };
}

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
    expect(() => expandBraces("{a,b}".repeat(10))).toThrow("alternatives");
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

  it("ends when it is cancelled", async () => {
    await plant(top, { "a.txt": "needle" });
    const cancelled = AbortSignal.abort(new Error("cancelled"));
    await expect(search({}, "", { id: "me", signal: cancelled })).rejects.toThrow("cancelled");
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

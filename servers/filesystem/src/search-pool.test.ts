import { writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createPathGuard, type PathGuard } from "@fairlead/runtime/guard";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { me, type Searching, start, startSearching } from "../test/support/searching.ts";
import { plant, temporaryDirectory } from "../test/support/tree.ts";
import { SearchPool } from "./search-pool.ts";

let top: string;
let guard: PathGuard;
let searches: SearchPool;
let search: Searching["search"];

beforeEach(async () => {
  ({ top, guard, searches, search } = await startSearching());
});

describe("the threads searches run in", () => {
  it("20 slow patterns of one caller hold up neither another caller nor another search of the same", async () => {
    await plant(top, { "a.txt": `${"a".repeat(60)}!\nneedle`, [`${"a".repeat(99)}`]: "" });
    let ended = 0;
    const slow = Array.from({ length: 20 }, () =>
      search({ pattern: "(a+)+$", regex: true }).then(
        () => {},
        (error: unknown) => {
          ended++;
          expect(error).toHaveProperty("message", "The pattern takes too long to match.");
        },
      ),
    );
    const other = { ...me, id: "other" };
    const [mine, theirs] = await Promise.all([
      search({ pattern: "ne+dle", regex: true }),
      search({ pattern: "ne+dle", regex: true }, "", other),
    ]);
    expect([mine.lines, theirs.lines]).toEqual([["a.txt:2"], ["a.txt:2"]]);
    expect(ended).toBeLessThan(10);
    await searches.close();
    expect(slow).toHaveLength(20);
  });

  it("a search goes on after a pattern that had to be ended", async () => {
    const impatient = new SearchPool({ patience: 300 });
    onTestFinished(() => impatient.close());
    await plant(top, { "a.txt": `${"a".repeat(40)}!` });
    const query = { maxMatches: 9, respectGitignore: true, from: start, budget: 9999 };
    const pattern = { pattern: "(a+)+$", regex: true };
    await expect(impatient.contents(guard, "", { ...query, ...pattern }, me)).rejects.toThrow(
      "too long",
    );
    const { matches } = await impatient.contents(guard, "", { ...query, pattern: "a!" }, me);
    expect(matches).toHaveLength(1);
  });

  it("the loop goes on while a directory of 20,000 files is searched", async () => {
    const files = Array.from({ length: 20_000 }, (_, i) => `d/${i}.txt`);
    const place = await temporaryDirectory({ inMemory: true });
    await mkdir(join(place, "d"));
    for (const file of files) writeFileSync(join(place, file), "hay\n");
    const wide = await createPathGuard({ directories: [place] });
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const query = { pattern: "needle", maxMatches: 9, respectGitignore: true, from: start };
    const found = await searches.contents(wide, "", { ...query, budget: 9999 }, me);
    clearInterval(timer);
    expect(found.filesSearched).toBe(20_000);
    expect(turns).toBeGreaterThan(20);
  });
});

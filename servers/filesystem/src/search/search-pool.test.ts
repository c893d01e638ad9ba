import { writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { createPathGuard, type PathGuard } from "@fairlead/guard";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { me, type Searching, start, startSearching } from "../../test/support/searching.ts";
import { plant, temporaryDirectory } from "../../test/support/tree.ts";
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
    const slow = Array.from({ length: 20 }, () => search({ pattern: "(a+)+$", regex: true }));
    const settled = Promise.allSettled(slow);
    let ended = 0;
    for (const one of slow) one.catch(() => ended++);
    const other = { ...me, id: "other" };
    const [mine, theirs] = await Promise.all([
      search({ pattern: "ne+dle", regex: true }),
      search({ pattern: "ne+dle", regex: true }, "", other),
    ]);
    expect([mine.lines, theirs.lines]).toEqual([["a.txt:2"], ["a.txt:2"]]);
    expect(ended).toBeLessThan(10);
    await searches.close();
    const reasons = (await settled).map((one) =>
      one.status === "rejected" ? String(one.reason) : "found something",
    );
    expect(reasons.filter((reason) => !/takes too long|shutting down/.test(reason))).toEqual([]);
  });

  it("a slow pattern is ended, also once the quick searches next to it are over", async () => {
    const impatient = new SearchPool({ patience: 300 });
    onTestFinished(() => impatient.close());
    // Without its end it would take seconds and find nothing.
    await plant(top, { "a.txt": `${"a".repeat(26)}!`, "b.txt": "b" });
    const query = { maxMatches: 9, respectGitignore: true, from: start, budget: 9999 };
    const slow = { ...query, pattern: "^(a+)+$", regex: true };
    const all = [
      impatient.contents(guard, "a.txt", slow, me),
      impatient.contents(guard, "b.txt", { ...query, pattern: "b" }, me),
      impatient.contents(guard, "b.txt", { ...query, pattern: "b" }, me),
    ];
    const [first, ...quick] = await Promise.allSettled(all);
    expect(quick.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    expect(first).toHaveProperty("reason.message", "The pattern takes too long to match.");
  });

  it("closing answers searches that run, that wait and that come later", async () => {
    await plant(top, { "a.txt": `${"a".repeat(99)}!` });
    const slow = Array.from({ length: 5 }, () => search({ pattern: "(a+)+$", regex: true }));
    const settled = Promise.allSettled(slow);
    await searches.close();
    const refused = { status: "rejected", reason: { message: "The server is shutting down." } };
    expect(await settled).toMatchObject(slow.map(() => refused));
    await expect(search()).rejects.toThrow("The server is shutting down.");
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
    const query = { pattern: "needle", maxMatches: 9, respectGitignore: true, from: start };
    const searching = searches.contents(wide, "", { ...query, budget: 9999 }, me);
    const first = await Promise.race([
      setTimeout(1, "a timer"),
      searching.then(() => "the search"),
    ]);
    expect(first).toBe("a timer");
    expect((await searching).filesSearched).toBe(20_000);
  });
});

import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createPathGuard } from "@fairlead/guard";
import { beforeEach, describe, expect, it } from "vitest";
import { me, type Searching, start, startSearching } from "../../test/support/searching.ts";
import { plant, temporaryDirectory } from "../../test/support/tree.ts";
import type { SearchPool } from "./search-pool.ts";

let top: string;
let searches: SearchPool;
let search: Searching["search"];

beforeEach(async () => {
  ({ top, searches, search } = await startSearching());
});

describe("trees", () => {
  it("goes down 4,000 levels as far as a path may be long, and stays linear with a .gitignore in each", async () => {
    const deep = { inMemory: true };
    const place = await temporaryDirectory(deep);
    const levels = 1500;
    let path = place;
    for (let level = 0; level < levels && path.length < 4080; level++) {
      path = `${path}/d`;
      await mkdir(path);
      if (level % 5 === 0) await writeFile(`${path}/.gitignore`, "no.txt\n/other\nx/y\n");
      if (level % 100 === 0) await plant(path, { "no.txt": "needle", "yes.txt": "needle" });
    }
    await writeFile(`${path}/last.txt`, "needle");
    const wide = await createPathGuard({ directories: [place] });
    const query = { pattern: "needle", maxMatches: 99, respectGitignore: true, budget: 1e6 };
    const { matches } = await searches.contents(wide, "", { ...query, from: start }, me);
    expect(matches).toHaveLength(16);
    expect(matches.every(({ path: file }) => !file.endsWith("no.txt"))).toBe(true);
  });

  it("deeper than files may be open is searched as far as it goes, and nothing stays open", async () => {
    await mkdir(join(top, ...Array.from({ length: 150 }, () => "d")), { recursive: true });
    const script = fileURLToPath(new URL("../../test/support/searcher.ts", import.meta.url));
    const limited = ["-c", 'ulimit -n 100 && exec "$0" "$@"', process.execPath, script, top];
    const [first, last] = execFileSync("sh", limited, { encoding: "utf8" }).split(" ").map(Number);
    expect(last).toBe(first);
  });

  it("a .gitignore of 40,000 rules of every kind is compiled once", async () => {
    const rules = Array.from({ length: 10_000 }, (_, i) => [
      `n${i}`,
      `*.e${i}`,
      `/a/b${i}`,
      `d${i}/`,
    ]);
    const files = Array.from({ length: 300 }, (_, i) => [`f/k${i}.txt`, "needle"]);
    await plant(top, {
      ".gitignore": `${rules.flat().join("\n")}\n!x.e77\n`,
      ...Object.fromEntries(files),
      ...{ n9999: "needle", "f/g.e77": "needle", "f/x.e77": "needle", "a/b5": "needle" },
      ...{ "d3/in": "needle", d4: "needle", "f/a/b5": "needle" },
    });
    const { lines } = await search({ maxMatches: 1000 });
    expect(lines.filter((line) => !line.startsWith("f/k"))).toEqual([
      ...["d4:1", "f/a/b5:1", "f/x.e77:1"],
    ]);
    expect(lines).toHaveLength(303);
  });
});

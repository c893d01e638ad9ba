// Run as a process of its own, which may open few files: searches a directory again and again, then
// prints how many descriptors were open after the first search and are now.
import { readdirSync } from "node:fs";
import { createPathGuard } from "@fairlead/guard";
import { SearchPool } from "../../src/search/search-pool.ts";

const [top = ""] = process.argv.slice(2);
const guard = await createPathGuard({ directories: [top] });
const searches = new SearchPool();
const caller = { id: "me", signal: new AbortController().signal };
const from = { file: "", skip: 0 };
const query = { pattern: "needle", maxMatches: 9, respectGitignore: true, from, budget: 9999 };
const counts: number[] = [];
for (let round = 0; round < 20; round++) {
  await searches.contents(guard, "", query, caller);
  counts.push(readdirSync("/dev/fd").length);
}
process.stdout.write(`${counts[0]} ${counts.at(-1)}\n`);
await searches.close();

import { createPathGuard, type PathGuard } from "@fairlead/guard";
import { onTestFinished } from "vitest";
import type { ContentQuery, ContentsFound } from "../../src/search/search-contents.ts";
import { type Caller, SearchPool } from "../../src/search/search-pool.ts";
import { temporaryDirectory } from "./tree.ts";

export const me: Caller = { id: "me", signal: new AbortController().signal };
export const start = { file: "", skip: 0 };

/** What a test of searches works with. */
export interface Searching {
  readonly top: string;
  readonly guard: PathGuard;
  readonly searches: SearchPool;
  /** Searches contents for `needle` or what else is asked; the lines found are `file:line`. */
  search(
    query?: Partial<ContentQuery>,
    path?: string,
    caller?: Caller,
  ): Promise<ContentsFound & { readonly lines: string[] }>;
}

/** An empty directory, a guard that denies `.env` in it, and threads to search it. */
export async function startSearching(): Promise<Searching> {
  const top = await temporaryDirectory();
  const guard = await createPathGuard({ directories: [top], deny: [".env"] });
  const searches = new SearchPool();
  onTestFinished(() => searches.close());
  const defaults = {
    pattern: "needle",
    maxMatches: 200,
    respectGitignore: true,
    from: start,
    budget: 80_000,
  };
  return {
    top,
    guard,
    searches,
    async search(query = {}, path = "", caller = me) {
      const found = await searches.contents(guard, path, { ...defaults, ...query }, caller);
      const lines = found.matches.map(
        ({ path: file, line }) => `${file.slice(top.length + 1)}:${line}`,
      );
      return { ...found, lines };
    },
  };
}

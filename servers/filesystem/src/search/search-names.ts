import { type PathGuard, statPath } from "@fairlead/guard";
import { showName } from "../names.ts";
import { startClock } from "../walk/limits.ts";
import { toPathTest } from "../walk/path-globs.ts";
import type { Beat, Steps } from "../walk/steps.ts";
import { Walk } from "../walk/walk.ts";
import type { SearchPosition } from "./search-contents.ts";

export interface NameQuery {
  readonly pattern: string;
  readonly excludePatterns?: readonly string[] | undefined;
  readonly type?: "file" | "directory" | undefined;
  readonly from: SearchPosition;
  /** Characters the paths found may have together. */
  readonly budget: number;
  /** Milliseconds after which what was found by then is the answer. */
  readonly time?: number | undefined;
}

export interface NamesFound {
  readonly paths: string[];
  /** Where to go on, if the budget or the time ended the search. */
  readonly next: SearchPosition | undefined;
}

/** The paths below a directory whose path from there matches a glob, each directory in order. */
export async function startNames(
  guard: PathGuard,
  requested: string,
  query: NameQuery,
  beat: Beat,
): Promise<Steps<NamesFound>> {
  const { path: top } = await statPath(guard, requested);
  const { pattern, excludePatterns = [] } = query;
  const matches = toPathTest(pattern === "" ? [] : [pattern]);
  const excluded = toPathTest(excludePatterns);
  const walk = new Walk(guard, top, {
    start: query.from.file,
    ignore: undefined,
    excludes: (below) => excluded?.(below) === true,
  });
  return search(walk, { ...query, matches, beat });
}

interface Search extends NameQuery {
  readonly matches: ((below: string) => boolean) | undefined;
  readonly beat: Beat;
}

function* search(walk: Walk, query: Search): Steps<NamesFound> {
  const { pattern, type, from, budget, matches, beat } = query;
  const { isUp } = startClock(query.time);
  const paths: string[] = [];
  let [seen, size] = [0, 0];
  try {
    for (;;) {
      // Whether an entry is left out is asked on the way to it.
      if (beat("matching")) yield;
      const found = walk.next();
      if (found === undefined) return { paths, next: undefined };
      const { below, path } = found;
      if (isUp()) {
        return { paths, next: { file: below, skip: Math.max(from.skip - seen, 0) } };
      }
      if (found.type === "link" && !found.directory.leadsInside(found.name)) continue;
      if (type !== undefined && found.type !== type) continue;
      // A path that is given as it is may hold what a glob takes for a sign, such as `[id]`.
      if (below !== pattern && matches?.(below) !== true) continue;
      if (seen++ < from.skip) continue;
      size += path.length + 3;
      if (size > budget && paths.length > 0) return { paths, next: { file: below, skip: 0 } };
      paths.push(showName(path));
    }
  } finally {
    walk.close();
  }
}

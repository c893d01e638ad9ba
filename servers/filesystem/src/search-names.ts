import { join } from "node:path";
import { type PathGuard, statPath } from "@fairlead/runtime/guard";
import { messageOf } from "./errors.ts";
import { type Entry, type EntryType, listDirectory } from "./listing.ts";
import type { PatternMatcher } from "./patterns.ts";

export interface NameQuery {
  readonly pattern: string;
  readonly excludePatterns?: readonly string[] | undefined;
  readonly type?: "file" | "directory" | undefined;
  /** How many of the first matches to leave out. */
  readonly skip: number;
  /** Characters the paths found may have together. */
  readonly budget: number;
  readonly signal: AbortSignal;
}

export interface NamesFound {
  readonly paths: string[];
  /** Whether the budget ended the search. */
  readonly more: boolean;
}

interface Found {
  readonly path: string;
  readonly type: EntryType;
}

/** The paths below a directory whose path from there matches a glob, each directory in order. */
export async function searchNames(
  guard: PathGuard,
  patterns: PatternMatcher,
  requested: string,
  query: NameQuery,
): Promise<NamesFound> {
  const { path: top } = await statPath(guard, requested);
  // What cannot be looked into further down is left out, but the top must be there.
  const entries = await listDirectory(guard, top);
  const paths: string[] = [];
  let [seen, size] = [0, 0];
  for await (const { path, type } of walk(guard, patterns, query, top, [], entries)) {
    if (query.type !== undefined && type !== query.type) continue;
    if (seen++ < query.skip) continue;
    size += path.length + 3;
    if (size > query.budget && paths.length > 0) return { paths, more: true };
    paths.push(path);
  }
  return { paths, more: false };
}

async function* walk(
  guard: PathGuard,
  patterns: PatternMatcher,
  query: NameQuery,
  directory: string,
  names: readonly string[],
  entries: readonly Entry[],
): AsyncGenerator<Found> {
  const groups = [query.excludePatterns ?? [], [query.pattern]];
  const relatives = entries.map(({ name }) => [...names, name].join("/"));
  const [excluded = [], matched = []] = await patterns.matchPaths(groups, relatives);
  for (const [index, { name, type }] of entries.entries()) {
    query.signal.throwIfAborted();
    const path = join(directory, name);
    if (excluded[index]) continue;
    if (type === "link" && !(await leadsInside(guard, path))) continue;
    if (matched[index]) yield { path, type };
    if (type !== "directory") continue;
    const inside = await listQuietly(guard, path);
    yield* walk(guard, patterns, query, path, [...names, name], inside);
  }
}

async function leadsInside(guard: PathGuard, path: string): Promise<boolean> {
  try {
    return (await guard.locate(path, "look")).missing === 0;
  } catch (error) {
    messageOf(error);
    return false;
  }
}

async function listQuietly(guard: PathGuard, path: string): Promise<Entry[]> {
  try {
    return await listDirectory(guard, path);
  } catch (error) {
    messageOf(error);
    return [];
  }
}

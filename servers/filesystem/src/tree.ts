import { join } from "node:path";
import type { Room } from "@fairlead/runtime/guard";
import { type PathGuard, statPath } from "@fairlead/runtime/guard";
import { messageOf } from "./errors.ts";
import { Ignore } from "./ignore.ts";
import { type Entry, listDirectory } from "./listing.ts";
import { showName } from "./names.ts";
import type { PatternMatcher } from "./patterns.ts";

export interface TreeNode {
  readonly name: string;
  readonly type: "file" | "directory";
  readonly children?: TreeNode[];
}

export interface TreeOptions {
  readonly excludePatterns?: readonly string[] | undefined;
  readonly maxDepth: number;
  readonly maxEntries: number;
  readonly respectGitignore?: boolean | undefined;
  /** What the tree may take up as JSON. */
  readonly room: Room;
  readonly signal: AbortSignal;
}

export interface Tree {
  readonly nodes: TreeNode[];
  readonly entries: number;
  /** What ended the tree before everything was in it. */
  readonly cut: "depth" | "entries" | "size" | undefined;
}

interface Open {
  readonly path: string;
  /** Names from the top of the tree. */
  readonly names: readonly string[];
  readonly children: TreeNode[];
  readonly ignore: Ignore | undefined;
}

/**
 * What is in a directory, level by level, so that a tree that is cut still shows the top of
 * everything. Links are leaves, so no circle is walked.
 */
export async function readTree(
  guard: PathGuard,
  patterns: PatternMatcher,
  requested: string,
  options: TreeOptions,
): Promise<Tree> {
  const { path: top } = await statPath(guard, requested);
  const groups = [(options.excludePatterns ?? []).flatMap(toGlobs)];
  const nodes: TreeNode[] = [];
  const ignore = options.respectGitignore ? await Ignore.above(guard, top) : undefined;
  const waiting: Open[] = [{ path: top, names: [], children: nodes, ignore }];
  options.room.take("[]");
  let [entries, deeper] = [0, false];
  for (let open = waiting.shift(); open !== undefined; open = waiting.shift()) {
    options.signal.throwIfAborted();
    const ignoreHere = await open.ignore?.enter(guard, open.path);
    const names = open.names;
    const found = await listOpen(guard, open);
    const paths = found.map(({ name }) => [...names, name].join("/"));
    const [excluded = []] = await patterns.matchPaths(groups, paths);
    for (const [index, { name, type }] of found.entries()) {
      const path = join(open.path, name);
      const directory = type === "directory";
      if (excluded[index] || ignoreHere?.ignores(path, directory)) continue;
      if (entries >= options.maxEntries) return { nodes, entries, cut: "entries" };
      const shown = showName(name);
      if (!options.room.take(toFrame(shown, directory))) return { nodes, entries, cut: "size" };
      entries++;
      const children: TreeNode[] = [];
      open.children.push(
        directory ? { name: shown, type, children } : { name: shown, type: "file" },
      );
      if (!directory) continue;
      if (names.length + 1 >= options.maxDepth) deeper = true;
      else waiting.push({ path, names: [...names, name], children, ignore: ignoreHere });
    }
  }
  return { nodes, entries, cut: deeper ? "depth" : undefined };
}

/** Only the top must be readable: what cannot be looked into below it is shown as empty. */
async function listOpen(guard: PathGuard, { path, names }: Open): Promise<Entry[]> {
  try {
    return await listDirectory(guard, path);
  } catch (error) {
    if (names.length === 0) throw error;
    messageOf(error);
    return [];
  }
}

/** A pattern without a star names something at any depth, and what is in it. */
function toGlobs(pattern: string): string[] {
  return pattern.includes("*") ? [pattern] : [pattern, `**/${pattern}`, `**/${pattern}/**`];
}

/** A node as it stands in JSON, its children and the comma behind it included. */
function toFrame(name: string, directory: boolean): string {
  return `${JSON.stringify(directory ? { name, type: "directory", children: [] } : { name, type: "file" })},`;
}

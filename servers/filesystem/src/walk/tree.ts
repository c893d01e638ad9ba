import { join } from "node:path";
import {
  createRoom,
  HeldDirectory,
  isSystemError,
  type PathGuard,
  statPath,
} from "@fairlead/guard";
import { messageOf } from "../errors.ts";
import { showName } from "../names.ts";
import { Ignore } from "./ignore.ts";
import { type Level, listLevel } from "./levels.ts";
import { startClock } from "./limits.ts";
import { toPathTest } from "./path-globs.ts";
import type { Beat, Steps } from "./steps.ts";

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
  readonly characters: number;
  /** Milliseconds after which what was found by then is the answer. */
  readonly time?: number | undefined;
}

export interface Tree {
  readonly nodes: TreeNode[];
  readonly entries: number;
  /** What ended the tree before everything was in it. */
  readonly cut: "depth" | "entries" | "size" | "time" | undefined;
}

interface Open {
  readonly path: string;
  /** The path from the top of the tree, empty or with a slash at its end. */
  readonly below: string;
  readonly depth: number;
  readonly children: TreeNode[];
  readonly ignore: Ignore | undefined;
}

/**
 * What is in a directory, level by level, so that a tree that is cut still shows the top of
 * everything. Links are leaves, so no circle is walked.
 */
export async function startTree(
  guard: PathGuard,
  requested: string,
  options: TreeOptions,
  beat: Beat,
): Promise<Steps<Tree>> {
  const { path } = await statPath(guard, requested);
  const ignore = options.respectGitignore ? await Ignore.above(guard, path) : undefined;
  return grow(guard, { path, below: "", depth: 1, children: [], ignore }, { ...options, beat });
}

type Growth = TreeOptions & { readonly beat: Beat };

function* grow(guard: PathGuard, top: Open, options: Growth): Steps<Tree> {
  const excluded = toPathTest((options.excludePatterns ?? []).flatMap(toGlobs));
  const room = createRoom(options.characters);
  room.take("[]");
  const { isUp } = startClock(options.time);
  const nodes = top.children;
  const waiting = [top];
  let [entries, deeper] = [0, false];
  for (const open of waiting) {
    const { entries: found, ignore } = readLevel(guard, open);
    for (const { name, type } of found) {
      if (options.beat("matching")) yield;
      if (excluded?.(open.below + name) === true) continue;
      const path = join(open.path, name);
      if (ignore?.ignores(path, name, type)) continue;
      if (isUp()) return { nodes, entries, cut: "time" };
      if (entries >= options.maxEntries) return { nodes, entries, cut: "entries" };
      const shown = showName(name);
      const children: TreeNode[] = [];
      const node: TreeNode =
        type === "directory" ? { name: shown, type, children } : { name: shown, type: "file" };
      // As it stands in JSON, with the comma behind it.
      if (!room.take(`${JSON.stringify(node)},`)) return { nodes, entries, cut: "size" };
      entries++;
      open.children.push(node);
      if (type !== "directory") continue;
      const below = `${open.below}${name}/`;
      if (open.depth >= options.maxDepth) deeper = true;
      else waiting.push({ path, below, depth: open.depth + 1, children, ignore });
    }
  }
  return { nodes, entries, cut: deeper ? "depth" : undefined };
}

/** Only the top must be readable: what cannot be looked into below it is shown as empty. */
function readLevel(guard: PathGuard, { path, depth, ignore }: Open): Level {
  try {
    const directory = HeldDirectory.hold(guard, path);
    try {
      return listLevel(directory, ignore);
    } finally {
      directory.release();
    }
  } catch (error) {
    if (depth === 1) throw error;
    if (!isSystemError(error)) messageOf(error);
    return { entries: [], ignore };
  }
}

/** A pattern without a star names something at any depth, and what is in it. */
function toGlobs(pattern: string): string[] {
  return pattern.includes("*") ? [pattern] : [pattern, `**/${pattern}`, `**/${pattern}/**`];
}

import { dirname, join } from "node:path";
import { type PathGuard, withFile } from "@fairlead/guard";
import { messageOf } from "../errors.ts";
import { IgnoreRules } from "./ignore-rules.ts";
import type { EntryType } from "./listing.ts";

export const largestRules = 1024 * 1024;

/** The rules of one .gitignore file, and how long the path of its directory is. */
interface Level {
  readonly base: number;
  readonly rules: IgnoreRules;
}

/** What the .gitignore files from some directory up leave out; each is compiled once and inherited. */
export class Ignore {
  /** The nearest directory first. */
  readonly #levels: readonly Level[];

  private constructor(levels: readonly Level[]) {
    this.#levels = levels;
  }

  /** The rules that hold in a directory because of those above it, up to the repository's top. */
  static async above(guard: PathGuard, directory: string): Promise<Ignore> {
    const above: string[] = [];
    let current = directory;
    while (!(await holdsRepository(guard, current))) {
      const parent = dirname(current);
      // Without a repository around it, only the directory's own rules count.
      if (parent === current || !guard.admits(parent, "look")) return new Ignore([]);
      above.unshift(parent);
      current = parent;
    }
    let ignore = new Ignore([]);
    for (const parent of above) {
      ignore = ignore.enter(parent, await readRules(guard, join(parent, ".gitignore")));
    }
    return ignore;
  }

  /** These rules and those that one more directory has in its .gitignore. */
  enter(directory: string, text: string): Ignore {
    const rules = IgnoreRules.parse(text);
    if (rules === undefined) return this;
    const base = directory.endsWith("/") ? directory.length : directory.length + 1;
    return new Ignore([{ base, rules }, ...this.#levels]);
  }

  /** Whether an entry is left out; the last rule of the nearest directory that names it decides. */
  ignores(path: string, name: string, type: EntryType): boolean {
    if (type === "directory" && name === ".git") return true;
    for (const { base, rules } of this.#levels) {
      const ignored = rules.decide({ path, base, name, type });
      if (ignored !== undefined) return ignored;
    }
    return false;
  }
}

async function readRules(guard: PathGuard, path: string): Promise<string> {
  try {
    return await withFile(guard, path, async ({ handle, stats }) =>
      stats.size > largestRules ? "" : handle.readFile("utf8"),
    );
  } catch (error) {
    messageOf(error);
    return "";
  }
}

async function holdsRepository(guard: PathGuard, directory: string): Promise<boolean> {
  return (await guard.locate(join(directory, ".git"), "look")).missing === 0;
}

import { dirname, join, relative, sep } from "node:path";
import {
  type Glob,
  matchesGlob,
  type PathGuard,
  parseGlob,
  withFile,
} from "@fairlead/runtime/guard";
import { messageOf } from "./errors.ts";

interface Rule {
  readonly glob: Glob;
  readonly negated: boolean;
}

/** The rules of one .gitignore file, and the directory they count from. */
interface Level {
  readonly base: string;
  readonly rules: readonly Rule[];
}

const largestRules = 1024 * 1024;

/** What the .gitignore files from some directory up leave out. */
export class Ignore {
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
    for (const parent of above) ignore = await ignore.enter(guard, parent);
    return ignore;
  }

  /** These rules and those of one more directory. */
  async enter(guard: PathGuard, directory: string): Promise<Ignore> {
    const text = await readRules(guard, join(directory, ".gitignore"));
    const rules = text.split(/\r?\n/).flatMap(parseRule);
    return rules.length === 0 ? this : new Ignore([...this.#levels, { base: directory, rules }]);
  }

  /** Whether a path is left out; the last rule that names it decides. */
  ignores(path: string, directory: boolean): boolean {
    if (directory && path.endsWith(`${sep}.git`)) return true;
    for (const { base, rules } of this.#levels.toReversed()) {
      const names = relative(base, path).split(sep);
      const rule = rules.findLast(
        ({ glob }) => (directory || !glob.directory) && matchesGlob(glob, names),
      );
      if (rule !== undefined) return !rule.negated;
    }
    return false;
  }
}

function parseRule(line: string): Rule[] {
  const trimmed = trimSpaces(line);
  if (trimmed === "" || trimmed.startsWith("#")) return [];
  const negated = trimmed.startsWith("!");
  const glob = parseGlob(negated ? trimmed.slice(1) : trimmed);
  return glob === undefined ? [] : [{ glob, negated }];
}

/** The line without the spaces at its end, unless the first of them is escaped. */
function trimSpaces(line: string): string {
  let end = line.length;
  while (line[end - 1] === " ") end--;
  return line[end - 1] === "\\" ? line.slice(0, end + 1) : line.slice(0, end);
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

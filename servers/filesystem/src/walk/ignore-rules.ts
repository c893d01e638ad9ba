import { type GlobTest, parseGlob, toGlobTest } from "@fairlead/guard";
import type { EntryType } from "./listing.ts";

interface Rule {
  readonly index: number;
  readonly negated: boolean;
  readonly directory: boolean;
}

interface TestedRule extends Rule {
  readonly test: GlobTest;
  /** The name alone decides, at whatever depth. */
  readonly byName: boolean;
}

/** An entry whose path below the directory of the file starts at `base`. */
export interface IgnoredEntry {
  readonly path: string;
  readonly base: number;
  readonly name: string;
  readonly type: EntryType;
}

/**
 * The rules of one .gitignore file, compiled. Most name a file, a path or an ending, which takes one
 * look-up however many there are; only the others are tried one by one.
 */
export class IgnoreRules {
  readonly #names = new Map<string, Rule[]>();
  /** By the path below the directory of the file. */
  readonly #paths = new Map<string, Rule[]>();
  readonly #endings = new Map<string, Rule[]>();
  readonly #others: TestedRule[] = [];
  /** How long the endings are, so that only these are cut off a name. */
  readonly #lengths = new Set<number>();

  /** Reads a .gitignore file; undefined for one without rules. */
  static parse(text: string): IgnoreRules | undefined {
    const rules = new IgnoreRules();
    for (const [index, line] of text.split(/\r?\n/).entries()) rules.#add(line, index);
    const { size } = rules.#names;
    const all = size + rules.#paths.size + rules.#endings.size + rules.#others.length;
    return all === 0 ? undefined : rules;
  }

  /** Whether an entry is left out by these rules; undefined where none names it. */
  decide({ path, base, name, type }: IgnoredEntry): boolean | undefined {
    let found = last(this.#names.get(name), type, undefined);
    if (this.#paths.size > 0) found = last(this.#paths.get(path.slice(base)), type, found);
    for (const length of this.#lengths) {
      if (length > name.length) continue;
      found = last(this.#endings.get(name.slice(name.length - length)), type, found);
    }
    for (let at = this.#others.length - 1; at >= 0; at--) {
      const rule = this.#others[at];
      if (rule === undefined || (found !== undefined && found.index > rule.index)) break;
      if (rule.directory && type !== "directory") continue;
      if (!rule.test(rule.byName ? name : path.slice(base))) continue;
      found = rule;
      break;
    }
    return found === undefined ? undefined : !found.negated;
  }

  #add(line: string, index: number): void {
    const trimmed = trimSpaces(line);
    if (trimmed === "" || trimmed.startsWith("#")) return;
    const negated = trimmed.startsWith("!");
    const glob = parseGlob(negated ? trimmed.slice(1) : trimmed);
    if (glob === undefined) return;
    const { segments, anchored, directory } = glob;
    const rule = { index, negated, directory };
    const [name = ""] = segments;
    const byName = !anchored && segments.length === 1 && name !== "**";
    if (byName && !/[*?[\\]/.test(name)) return add(this.#names, name, rule);
    if (byName && /^\*[^*?[\\]+$/.test(name)) {
      this.#lengths.add(name.length - 1);
      return add(this.#endings, name.slice(1), rule);
    }
    if (anchored && segments.every((segment) => !/[*?[\\]/.test(segment))) {
      return add(this.#paths, segments.join("/"), rule);
    }
    const test = toGlobTest([byName ? { ...glob, anchored: true } : glob]);
    this.#others.push({ ...rule, test, byName });
  }
}

function add(rules: Map<string, Rule[]>, key: string, rule: Rule): void {
  const known = rules.get(key);
  if (known === undefined) rules.set(key, [rule]);
  else known.push(rule);
}

/** The last of some rules and of the one known already that holds. */
function last(
  rules: readonly Rule[] | undefined,
  type: EntryType,
  known: Rule | undefined,
): Rule | undefined {
  const found = rules?.findLast((rule) => type === "directory" || !rule.directory);
  return found === undefined || (known !== undefined && known.index > found.index) ? known : found;
}

/** The line without the spaces at its end, unless the first of them is escaped. */
function trimSpaces(line: string): string {
  let end = line.length;
  while (line[end - 1] === " ") end--;
  return line[end - 1] === "\\" ? line.slice(0, end + 1) : line.slice(0, end);
}

import { type GlobTest, toGlobTest } from "../globs/glob-tests.ts";
import { type Glob, parseGlob } from "../globs/globs.ts";
import { foldName } from "./syntax.ts";

/** Globs of paths that are kept from something, with all that is in them; compiled once. */
export class Rules {
  readonly #test: GlobTest;
  /** Those that look at one name alone, at whatever depth, and the others. */
  readonly #names: GlobTest;
  readonly #paths: GlobTest | undefined;
  readonly #each: readonly { readonly pattern: string; readonly test: GlobTest }[];

  constructor(patterns: readonly string[]) {
    const rules = patterns.flatMap((pattern) => {
      const folded = foldName(pattern.replaceAll("\\", "/")).replace(/\/(?:\*\*)?$/, "");
      const glob = parseGlob(folded.startsWith("/") ? folded : `**/${folded}`);
      return folded === "" || glob === undefined ? [] : [{ pattern, glob }];
    });
    const whole = { whole: true };
    this.#test = toGlobTest(
      rules.map(({ glob }) => glob),
      whole,
    );
    const byName = rules.flatMap(({ glob }) => toNameGlob(glob) ?? []);
    const others = rules.filter(({ glob }) => toNameGlob(glob) === undefined);
    this.#names = toGlobTest(byName);
    this.#paths =
      others.length === 0
        ? undefined
        : toGlobTest(
            others.map(({ glob }) => glob),
            whole,
          );
    this.#each = rules.map(({ pattern, glob }) => ({ pattern, test: toGlobTest([glob], whole) }));
  }

  /** Whether one of them names a path, given as folded names joined by `/`. */
  hold(path: string): boolean {
    return this.#test(path);
  }

  /** The answers of `hold` for what is in one directory: what all of it shares is looked at once. */
  inside(directory: string): (name: string) => boolean {
    if (directory !== "" && this.#test(directory)) return () => true;
    const paths = this.#paths;
    if (paths === undefined) return this.#names;
    const before = directory === "" ? "" : `${directory}/`;
    return (name) => this.#names(name) || paths(before + name);
  }

  /** The first that names a path. */
  find(path: string): string | undefined {
    return this.#test(path) ? this.#each.find(({ test }) => test(path))?.pattern : undefined;
  }
}

/** A glob of one name at any depth as one for the name itself; undefined for any other. */
function toNameGlob({ segments, ...glob }: Glob): Glob | undefined {
  const [first, name] = segments;
  const isName = first === "**" && name !== undefined && name !== "**" && segments.length === 2;
  return isName ? { ...glob, segments: [name], anchored: true } : undefined;
}

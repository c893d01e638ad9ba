import { type GlobTest, toGlobTest } from "./glob-tests.ts";
import { parseGlob } from "./globs.ts";
import { foldName } from "./syntax.ts";

/** Globs of paths that are kept from something, with all that is in them; compiled once. */
export class Rules {
  readonly #test: GlobTest;
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
    this.#each = rules.map(({ pattern, glob }) => ({ pattern, test: toGlobTest([glob], whole) }));
  }

  /** Whether one of them names a path, given as folded names joined by `/`. */
  hold(path: string): boolean {
    return this.#test(path);
  }

  /** The first that names a path. */
  find(path: string): string | undefined {
    return this.#test(path) ? this.#each.find(({ test }) => test(path))?.pattern : undefined;
  }
}

import { FileError } from "../errors.ts";

/** A path of Linux has at most so many bytes, so a longer glob names nothing. */
const longestGlob = 4096;
const mostGlobs = 200;
/** Characters of all globs together: what compiling them takes grows with these. */
const mostCharacters = 10 * longestGlob;
/** Globs that one with braces may stand for, and braces it may have. */
export const mostAlternatives = 64;
/** Milliseconds a search may take: a call has a minute, and what was found by then is of use. */
const searchTime = 20_000;

/** Begins to count the time a search has; whatever that is, one entry is looked at. */
export function startClock(time = searchTime): { isUp(): boolean } {
  const until = performance.now() + time;
  let begun = false;
  return {
    isUp() {
      if (begun) return performance.now() >= until;
      begun = true;
      return false;
    },
  };
}

/** Refuses globs that are longer, or more, than any path could need. */
export function assertGlobs(globs: readonly string[]): void {
  if (globs.length > mostGlobs) {
    throw new FileError(`${globs.length} globs were given.`, `Give at most ${mostGlobs}.`);
  }
  const characters = globs.reduce((sum, glob) => sum + glob.length, 0);
  if (globs.length > 1 && characters > mostCharacters) {
    throw new FileError(
      `The globs have ${characters} characters together, and may have at most ${mostCharacters}.`,
      "Use fewer or shorter ones.",
    );
  }
  for (const glob of globs) {
    if (glob.length > longestGlob) {
      throw new FileError(
        `A glob has ${glob.length} characters, and may have at most ${longestGlob}.`,
        "Use a shorter one.",
      );
    }
    if (glob.split("{").length - 1 <= mostAlternatives) continue;
    throw new FileError(
      `A glob has more than ${mostAlternatives} opening braces: ${shorten(glob)}`,
      "Use fewer braces.",
    );
  }
}

/** Refuses a glob that stands for more globs than are worth trying on every path. */
export function assertAlternatives(glob: string, count: number): void {
  if (count <= mostAlternatives) return;
  throw new FileError(
    `${shorten(glob)} stands for more than ${mostAlternatives} globs.`,
    "Use fewer braces, or several calls.",
  );
}

function shorten(glob: string): string {
  return glob.length > 100 ? `${glob.slice(0, 100)}…` : glob;
}

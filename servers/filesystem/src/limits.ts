import { FileError } from "./errors.ts";

/** A path of Linux has at most so many bytes, so a longer glob names nothing. */
export const longestGlob = 4096;
export const mostGlobs = 200;
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
  for (const glob of globs) {
    if (glob.length <= longestGlob) continue;
    throw new FileError(
      `A glob has ${glob.length} characters, and at most ${longestGlob} are taken.`,
      "Use a shorter one.",
    );
  }
}

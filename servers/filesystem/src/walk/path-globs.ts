import { braceExpand, Minimatch } from "minimatch";
import { assertAlternatives, assertGlobs, mostAlternatives } from "./limits.ts";

/** The test whether any of some globs, as the reference server reads them, names a path. */
export function toPathTest(globs: readonly string[]): ((path: string) => boolean) | undefined {
  assertGlobs(globs);
  if (globs.length === 0) return undefined;
  const tests = globs.map(toTest);
  return (path) => tests.some((test) => test(path));
}

function toTest(glob: string): (path: string) => boolean {
  // One more than may be shows that there are too many.
  const options = { dot: true, braceExpandMax: mostAlternatives + 1 };
  assertAlternatives(glob, braceExpand(glob, options).length);
  const matcher = new Minimatch(glob, options);
  // A pattern of plain signs means the same as one expression, which spares taking each path apart;
  // only at its end `**` does not, as the expression takes a directory for what is in it.
  const plain = /^[\w./*-]+$/.test(glob) && !glob.endsWith("**") && isQuick([glob]);
  const expression = plain ? matcher.makeRe() : false;
  return expression === false ? (path) => matcher.match(path) : (path) => expression.test(path);
}

/** Whether no name can keep these globs busy for long: few stars, and no groups or braces. */
export function isQuick(globs: readonly string[]): boolean {
  return globs.every(
    (glob) =>
      !/[{}]|[+*?@!]\(/.test(glob) && glob.split("/").every((part) => countStars(part) <= 2),
  );
}

function countStars(part: string): number {
  return part === "**" ? 0 : part.split("*").length - 1;
}

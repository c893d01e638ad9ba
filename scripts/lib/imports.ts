import { matchesGlob, posix } from "node:path";
import { listImports, type Source } from "./source.ts";
import type { Violation } from "./violation.ts";

/** Who may import whom. Paths are those of the repository; `./` begins the file's own package. */
export interface ImportRule {
  readonly rule: string;
  readonly files: readonly string[];
  readonly except?: readonly string[];
  /** What may be imported and nothing else; without it everything may that is not forbidden. */
  readonly may?: readonly string[];
  readonly mayNot?: readonly string[];
  readonly why: string;
}

/** The imports of one file that a rule does not permit. */
export function checkImports(
  path: string,
  source: Source,
  rules: readonly ImportRule[],
): Violation[] {
  const home = toPackage(path);
  const applying = rules.filter(
    ({ files, except = [] }) => fits(path, files) && !fits(path, except),
  );
  return listImports(source).flatMap(({ specifier, line }) => {
    const target = toTarget(path, specifier);
    return applying
      .filter((rule) => !isPermitted(rule, home, target))
      .map(({ rule, why }) => ({ path, line, rule, message: `imports ${specifier}. ${why}` }));
  });
}

/** The imports of one file that go up, where folders are floors and the first is the highest. */
export function checkFloors(
  path: string,
  source: Source,
  house: string,
  floors: readonly string[],
): Violation[] {
  const from = toFloor(path, house, floors);
  if (from === undefined) return [];
  return listImports(source).flatMap(({ specifier, line }) => {
    const to = toFloor(toTarget(path, specifier), house, floors);
    if (to === undefined || to >= from) return [];
    const message = `${floors[from]} imports ${specifier}, which is above it.`;
    return [{ path, line, rule: "floors", message }];
  });
}

/** The folder of the package a file belongs to. */
export function toPackage(path: string): string {
  return /^(?:packages|servers|examples)\/[^/]+/.exec(path)?.[0] ?? path.split("/")[0] ?? "";
}

function toTarget(path: string, specifier: string): string {
  return specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : specifier;
}

function isPermitted(rule: ImportRule, home: string, target: string): boolean {
  const local = (globs: readonly string[] = []) =>
    globs.map((glob) => (glob.startsWith("./") ? `${home}/${glob.slice(2)}` : glob));
  if (fits(target, local(rule.mayNot))) return false;
  return rule.may === undefined || fits(target, local(rule.may));
}

function toFloor(path: string, house: string, floors: readonly string[]): number | undefined {
  if (!path.startsWith(`${house}/`)) return undefined;
  const room = path.slice(house.length + 1).split("/")[0] ?? "";
  const floor = floors.indexOf(room);
  return floor === -1 ? undefined : floor;
}

function fits(path: string, globs: readonly string[]): boolean {
  return globs.some((glob) => matchesGlob(path, glob));
}

import { assertAlternatives, assertGlobs } from "./limits.ts";

/** The globs a glob with `{a,b}` stands for; none for an empty one. */
export function expandBraces(glob: string): string[] {
  if (glob === "") return [];
  assertGlobs([glob]);
  const done: string[] = [];
  const open = [glob];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const group = findGroup(next);
    if (group === undefined) done.push(next);
    else {
      const [before, after] = [next.slice(0, group.start), next.slice(group.end + 1)];
      open.push(...group.alternatives.map((part) => before + part + after));
    }
    assertAlternatives(glob, done.length + open.length);
  }
  return done;
}

/** The first outermost `{...}` that has a comma in it. */
function findGroup(glob: string) {
  let from = glob.indexOf("{");
  while (from >= 0) {
    const alternatives: string[] = [];
    let depth = 0;
    let part = from + 1;
    for (let at = from; at < glob.length; at++) {
      const character = glob[at];
      if (character === "{") depth++;
      if (character === "," && depth === 1) {
        alternatives.push(glob.slice(part, at));
        part = at + 1;
      }
      if (character !== "}" || --depth > 0) continue;
      if (alternatives.length === 0) break;
      alternatives.push(glob.slice(part, at));
      return { start: from, end: at, alternatives };
    }
    from = glob.indexOf("{", from + 1);
  }
  return undefined;
}

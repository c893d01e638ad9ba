import type { Surface } from "@fairlead/define";
import { toProblem } from "../file/problem.ts";
import type { LimitText, PolicyFile, RateText, RuleText } from "../file/schema.ts";
import { isForAll } from "./caller.ts";
import { type Costs, isTool } from "./costs.ts";
import { toPlainUri } from "./patterns.ts";

type Path = readonly (string | number)[];

/**
 * What is wrong in a file of the right form: names that the server does not have, rules that are never
 * reached, and limits that a single call exceeds, so that it could never run.
 */
export function checkPolicy(surface: Surface, file: PolicyFile, costs: Costs): readonly string[] {
  const toolsets = [...surface.toolsets.map(({ name }) => name), "default", "all"];
  const tools = [...costs.keys()].filter(isTool);
  return [
    ...checkNames(["costs", "tools"], Object.keys(file.costs?.tools ?? {}), tools),
    ...file.rules.flatMap((rule, index) => {
      const path = ["rules", index];
      return [
        ...checkNames([...path, "toolsets"], rule.toolsets, toolsets),
        ...checkNames([...path, "tools"], rule.tools, tools),
        ...checkNames([...path, "excludeTools"], rule.excludeTools, tools),
        ...checkPrompts(surface, [...path, "prompts"], rule.prompts),
        ...checkPrompts(surface, [...path, "excludePrompts"], rule.excludePrompts),
        ...checkPatterns([...path, "resources"], rule.resources),
        ...checkPatterns([...path, "excludeResources"], rule.excludeResources),
        ...checkReach(file.rules, index),
        ...checkBurst([...path, "requests"], rule.requests, 1),
        ...(rule.limits ?? []).flatMap((limit, place) => [
          ...checkNames([...path, "limits", place, "tools"], limit.tools, tools),
          ...checkRoom([...path, "limits", place], limit, costs),
          ...checkTwice(rule.limits ?? [], place, [...path, "limits", place]),
        ]),
      ];
    }),
  ];
}

/** What decides which calls a limit counts together. */
export function toCounter({ per, tools, methods = [] }: LimitText): string {
  const counted = [...(tools ?? ["*"]), ...methods];
  const isAll = tools === undefined && methods.length === 0;
  const names = isAll ? "" : `(${[...new Set(counted)].toSorted().join()})`;
  return `${[...new Set(per)].toSorted().join("+")}${names}`;
}

/** The cost of the costliest call that a limit counts. */
export function findDearest(
  { tools, methods = [] }: Pick<LimitText, "tools" | "methods">,
  costs: Costs,
): number {
  const counted = [...(tools ?? [...costs.keys()].filter(isTool)), ...methods];
  return Math.max(1, ...counted.map((name) => costs.get(name) ?? 1));
}

function checkNames(path: Path, given: readonly string[] = [], known: readonly string[]): string[] {
  return given
    .filter((name) => !known.includes(name))
    .map((name) => toProblem(path, `one of ${known.join(", ")}`, name));
}

/** A pattern may be there for prompts to come. */
function checkPrompts({ prompts }: Surface, path: Path, given: readonly string[] = []): string[] {
  const known = prompts.map(({ name }) => String(name));
  const names = given.filter((name) => !name.includes("*"));
  return checkNames(path, names, known);
}

function checkPatterns(path: Path, given: readonly string[] = []): string[] {
  return given
    .filter((pattern) => toPlainUri(pattern) === undefined)
    .map((pattern) => toProblem(path, "a URI or a pattern without `.` and `..` in it", pattern));
}

function checkReach(rules: readonly RuleText[], index: number): string[] {
  const before = rules.slice(0, index).findIndex(({ match }) => isForAll(match));
  if (before < 0) return [];
  const expected = `no rule after rules[${before}], which matches everybody`;
  return [toProblem(["rules", index], expected, rules[index]?.match)];
}

function checkTwice(limits: readonly LimitText[], place: number, path: Path): string[] {
  const counters = limits.map(toCounter);
  const first = counters.indexOf(counters[place] ?? "");
  if (first === place) return [];
  const expected = `other calls than limits[${first}] counts; write both as one limit`;
  return [toProblem(path, expected, limits[place])];
}

function checkRoom(path: Path, limit: LimitText, costs: Costs): string[] {
  const dearest = findDearest(limit, costs);
  const spans = ["day", "month"] as const;
  return [
    ...checkBurst([...path, "rate"], limit.rate, dearest),
    ...spans.flatMap((span) => {
      const quota = limit[span];
      if (quota === undefined || quota >= dearest) return [];
      return [toProblem([...path, span], `at least ${dearest}, ${whatOneCosts}`, quota)];
    }),
  ];
}

function checkBurst(path: Path, rate: RateText | undefined, dearest: number): string[] {
  const { burst } = rate ?? {};
  if (burst === undefined || burst >= dearest) return [];
  return [toProblem([...path, "burst"], `at least ${dearest}, ${whatOneCosts}`, burst)];
}

const whatOneCosts = "which is what the costliest call takes of it";

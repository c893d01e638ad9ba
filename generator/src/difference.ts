import { type ApiData, listOperations, type OperationEntry, toInput } from "@fairlead/openapi";
import { readApi } from "./emit/api.ts";
import { findChanges, findTouched, type Lock } from "./emit/lock.ts";
import type { Made } from "./generate.ts";
import { toJson, toList } from "./json.ts";

export type Change = ReturnType<typeof findChanges>[number];

/** What an update would do, and what stands in its way. */
export interface Difference {
  /** Files of the generator's that somebody has changed. */
  readonly touched: readonly string[];
  readonly changes: readonly Change[];
  /** The operations as a reader sees them: `+ name`, `- name`, `~ name (arguments: +size)`. */
  readonly operations: readonly string[];
}

/** What a package's folder contains, compared with what it should contain. */
export function compare(directory: string, made: Made, lock: Lock): Difference {
  const before = readApi(directory);
  const old = before === undefined ? new Map<string, Found>() : toEntries(before);
  const now = toEntries(made.plan.data);
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  return {
    touched: findTouched(directory, lock),
    changes: findChanges(directory, made.generated, lock),
    operations: names.flatMap((name) => toLine(name, old.get(name), now.get(name)) ?? []),
  };
}

/** An operation of a package, with everything its arguments lead to in one text. */
interface Found {
  readonly entry: OperationEntry;
  readonly data: ApiData;
  readonly whole: string;
}

function toEntries(data: ApiData): Map<string, Found> {
  const entries = listOperations(data).map((entry) => {
    const whole = JSON.stringify([entry, toInput(entry, data)]);
    return [entry.name, { entry, data, whole }] as const;
  });
  return new Map(entries);
}

function toLine(name: string, old: Found | undefined, now: Found | undefined): string | undefined {
  if (old === undefined) return `+ ${name}`;
  if (now === undefined) return `- ${name}`;
  if (old.whole === now.whole) return undefined;
  const [was, is] = [old.entry, now.entry];
  const args = toArguments(old, now);
  const what = [
    ...(args.length > 0 ? [`arguments: ${args.join(" ")}`] : []),
    ...(was.effect === is.effect ? [] : [`effect: ${was.effect} -> ${is.effect}`]),
    ...(was.title === is.title && was.description === is.description ? [] : ["words"]),
    ...(JSON.stringify(was.operation) === JSON.stringify(is.operation) ? [] : ["request"]),
  ];
  return what.length > 0 ? `~ ${name} (${what.join("; ")})` : `~ ${name}`;
}

/** `+new`, `-gone`, `~changed`, `!required` of late and `?optional` of late. */
function toArguments(old: Found, now: Found): string[] {
  const [before, after] = [toMembers(old), toMembers(now)];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    if (was === undefined) return [`+${name}`];
    if (is === undefined) return [`-${name}`];
    const [had, has] = [isRequired(old, name), isRequired(now, name)];
    const need = had === has ? [] : [`${has ? "!" : "?"}${name}`];
    return was === is ? need : [`~${name}`, ...need];
  });
}

/** The arguments with all they lead to: a change of a shared schema is one of each that has it. */
function toMembers({ entry, data }: Found): Map<string, string> {
  const members = Object.entries(toJson(entry.input["properties"])).map(([name, schema]) => {
    const whole = toInput({ ...entry, input: toJson(schema) }, data);
    return [name, JSON.stringify(whole)] as const;
  });
  return new Map(members);
}

function isRequired({ entry }: Found, name: string): boolean {
  return toList(entry.input["required"]).includes(name);
}

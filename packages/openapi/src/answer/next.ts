import { findNextLink } from "@fairlead/upstream";
import type { ArgumentParameter, NextHint, Operation } from "../request/operation.ts";
import { toPlainText } from "../values/digits.ts";

/**
 * How to get the page after this one, in the words of the operation's own arguments: from a Link
 * header (RFC 8288), or from the member of the answer that holds the next position or its
 * address. Undefined on the last page.
 */
export function toNext(
  operation: Operation,
  { url, headers }: Response,
  value: unknown,
): string | undefined {
  const position = operation.next && findPosition(operation.next, value);
  const argument = operation.next?.argument;
  if (argument !== undefined && position !== undefined) {
    const taking = operation.parameters?.find((one) => one.argument === argument);
    return say({ [argument]: toTyped(position, taking) });
  }
  const link = argument === undefined ? position : undefined;
  const target = URL.parse(link ?? findNextLink(headers) ?? "", url);
  if (target === null || target.href === url) return undefined;
  const changed = findChanged(operation, new URL(url), target);
  return Object.keys(changed).length > 0 ? say(changed) : undefined;
}

function say(args: Readonly<Record<string, unknown>>): string {
  const named = Object.entries(args).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return `More: call again with the same arguments and ${named.join(", ")}.`;
}

function findPosition({ member }: NextHint, value: unknown): string | undefined {
  let at = value;
  for (const name of member) {
    if (typeof at !== "object" || at === null) return undefined;
    at = new Map<string, unknown>(Object.entries(at)).get(name);
  }
  if (typeof at === "string") return at === "" ? undefined : toPlainText(at);
  return typeof at === "number" ? String(at) : undefined;
}

/** The arguments whose query parameter differs in the link from what was asked. */
function findChanged({ parameters = [] }: Operation, asked: URL, next: URL) {
  const changed: Record<string, string | number> = {};
  for (const parameter of parameters) {
    const value = next.searchParams.get(parameter.name);
    if (parameter.in !== "query" || value === null) continue;
    if (value === asked.searchParams.get(parameter.name)) continue;
    changed[parameter.argument] = toTyped(value, parameter);
  }
  return changed;
}

/** A value as its argument takes it: a number only where that keeps every digit. */
function toTyped(text: string, parameter: ArgumentParameter | undefined): string | number {
  const number = Number(text);
  return parameter?.text !== true && String(number) === text ? number : text;
}

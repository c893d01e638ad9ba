import { cuttable, ToolError } from "@fairlead/runtime";
import { z } from "zod";

export const owner = z.string().describe("Owner.");
export const repo = z.string().describe("Name.");
export const name = { owner, repo };

export const page = z.int().optional().describe("Page.");
export const perPage = z.int().optional().describe("Rows; 20.");

export const issueNumber = z.int().describe("Number.");
export const pullNumber = z.int().describe("Number.");
export const order = z.enum(["asc", "desc"]).optional().describe("Order.");
export const state = z.enum(["open", "closed", "all"]).optional().describe("State; open.");

// Every word of a schema is paid for in each conversation, and answers explain themselves: of the
// tools in the default list only what other calls ask for is spelt out.
export const rows = cuttable(z.array(z.unknown())).optional();
export const answer = z.looseObject({});

export const fields = z.array(z.string()).optional().describe("Only these.");

/** Rows and their lines: with some of their fields only, where these are named. */
export function toRows<R extends object>(
  all: R[],
  named: readonly string[] | undefined,
  format: (row: R) => string,
): { readonly rows: object[]; readonly lines: readonly string[] } {
  if (named === undefined) return { rows: all, lines: all.map(format) };
  const known = [...new Set(all.flatMap((row) => Object.keys(row)))];
  const stranger = named.find((field) => known.length > 0 && !known.includes(field));
  if (stranger !== undefined) {
    throw new ToolError(`There is no field ${stranger}.`, `There are: ${known.join(", ")}.`);
  }
  const kept = all.map((row) => Object.entries(row).filter(([key]) => named.includes(key)));
  return {
    rows: kept.map((entries) => Object.fromEntries(entries)),
    lines: kept.map((entries) =>
      entries
        .map(([, value]) => String(value ?? ""))
        .join(" ")
        .trim(),
    ),
  };
}

/** Says what a list cannot show. */
export function formatList(
  lines: readonly string[],
  {
    next_page: next,
    hidden: kept,
  }: { readonly next_page?: number | undefined; readonly hidden?: number | undefined },
): string {
  const notes = [
    ...(lines.length === 0 ? ["None."] : []),
    ...(kept === undefined
      ? []
      : [`[${kept} kept back: not by people with push access, or not allowed.]`]),
    ...(next === undefined ? [] : [`[More: page ${next}.]`]),
  ];
  return [...lines, ...notes].join("\n");
}

/** A flat answer as text: one field a line, without what is empty, long text last. */
export function formatFields(fields: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(fields).flatMap(([key, value]) => {
    if (value === undefined || value === "" || (Array.isArray(value) && value.length === 0))
      return [];
    const text = Array.isArray(value) ? value.join(", ") : String(value);
    return [key === "body" ? text : `${key}: ${text}`];
  });
  return lines.join("\n");
}

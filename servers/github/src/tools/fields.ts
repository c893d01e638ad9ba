import { type CallContext, cuttable, ToolError } from "@fairlead/runtime";
import { z } from "zod";
import { fitPage, type Next, type PageQuery } from "../api/pages.ts";

export const owner = z.string().describe("Owner: a user or organization.");
export const repo = z.string().describe("Repository name, without the owner.");
export const name = { owner, repo };

export const page = z.int().optional().describe("Page to read, from 1. Default 1.");
export const perPage = z.int().optional().describe("Rows a page, 1 to 100. Default 20.");

export const issueNumber = z.int().describe("Number of the issue, without #.");
export const pullNumber = z.int().describe("Number of the pull request, without #.");
export const order = z
  .enum(["asc", "desc"])
  .optional()
  .describe("asc: ascending; desc: descending (default).");
export const state = z
  .enum(["open", "closed", "all"])
  .optional()
  .describe("Which to list: open (default), closed, or all.");
export const body = z.string().optional().describe("Text of it, in Markdown.");
export const bodyOffset = z
  .int()
  .optional()
  .describe("Characters of its text to skip, as a shortened answer says. Default 0.");

// Every word of a schema is paid for in each conversation, and answers explain themselves: of the
// tools in the default list only what other calls ask for is spelt out.
export const rows = cuttable(z.array(z.unknown())).optional();
export const answer = z.looseObject({});

export const fields = z
  .array(z.string())
  .optional()
  .describe("Show only these fields of each row, e.g. number and title. Default all.");

/** Characters kept free for the column names of a list and what is said below it. */
const listRoom = 500;

/** A page of a list with as many rows as one answer holds. */
export function listPage<Q extends PageQuery, L extends Next>(
  { room }: CallContext,
  query: Q,
  list: (query: Q) => Promise<L>,
) {
  return fitPage(query, (listed) => room(listRoom).take(JSON.stringify(listed)), list);
}

/** Rows with some of their fields only, where these are named. */
export function pickFields<R extends object>(all: R[], named: readonly string[] | undefined) {
  if (named === undefined) return all;
  const known = [...new Set(all.flatMap((row) => Object.keys(row)))];
  const stranger = named.find((field) => known.length > 0 && !known.includes(field));
  if (stranger !== undefined) {
    throw new ToolError(
      `The rows have no field "${stranger}".`,
      `Name some of: ${known.join(", ")}.`,
    );
  }
  return all.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([key]) => named.includes(key))),
  );
}

/** A list as text: the names of the columns, a line for each row, and what is not shown. */
export function formatList(
  list: readonly unknown[] = [],
  more: Readonly<Record<string, unknown>> = {},
): string {
  const { total, hidden, next_page: next, per_page: size } = more;
  const notes = [
    ...(total === undefined ? [] : [`[${total} found in all.]`]),
    ...(hidden === undefined
      ? []
      : [`[${hidden} kept back: not by people with push access, or not allowed.]`]),
    ...(next === undefined ? [] : [`[More: page ${next} with ${size} rows a page.]`]),
  ];
  return [...toTable(list), ...notes].join("\n");
}

/** Columns are parted by tabs, which no value can hold. */
function toTable(list: readonly unknown[]): string[] {
  if (list.length === 0) return ["None."];
  const cells = list.map((row) => new Map<string, unknown>(Object.entries(Object(row))));
  const columns = [...new Set(cells.flatMap((row) => [...row.keys()]))];
  const filled = columns.filter((column) => cells.some((row) => toCell(row.get(column)) !== ""));
  const lines = cells.map((row) => filled.map((column) => toCell(row.get(column))).join("\t"));
  return [filled.join("\t"), ...lines];
}

function toCell(value: unknown): string {
  if (value === undefined || value === null) return "";
  return (Array.isArray(value) ? value.join(", ") : String(value)).replace(/[\t\r\n]/g, " ");
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

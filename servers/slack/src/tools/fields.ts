import { cursor, cuttable } from "@fairlead/runtime";
import { z } from "zod";

export const channel = z.string().describe("Id or #name.");
export const thread = z.string().describe("ts of the thread's first message.");
export const ts = z.string().describe("The message's ts.");
/** Names by user id. */
export const users = z.unknown();
/** Each by its own rules, which the domain knows. */
export const blocks = z.array(z.record(z.string(), z.unknown())).optional().describe("Block Kit.");
/** Slack's own bound; more is not refused, as the reference server has it. */
export const limit = z.number().default(100).describe("At most 200.");

/** Where a page of Slack's begins, and how much of it was shown. */
export const position = z.object({ at: z.string().optional(), skip: z.int() });
export const page = cursor(position).describe("next_cursor.");

/** With reactions, replies and files where there are any. */
const row = z.looseObject({ ts: z.string(), user: z.string(), text: z.string() });
export const rows = cuttable(z.array(row));

type Position = z.output<typeof position>;

/** The position after the first `kept` items of the page at `from`. */
export function after(from: Position | undefined, kept: number): Position {
  const skip = (from?.skip ?? 0) + kept;
  return from?.at === undefined ? { skip } : { at: from.at, skip };
}

/** What Slack has on the page at `from`, less what was shown of it. */
export function unshown<T>(items: readonly T[], from: Position | undefined): T[] {
  return items.slice(from?.skip ?? 0);
}

/** The start of Slack's next page, for an answer's `next_cursor`. */
export function toNext(at: string | undefined): { next_cursor?: Position } {
  return at === undefined ? {} : { next_cursor: { at, skip: 0 } };
}

/** A page's size as Slack takes it. */
export function toLimit(limit: number): number {
  return Math.min(Math.max(Math.floor(limit), 1), 200);
}

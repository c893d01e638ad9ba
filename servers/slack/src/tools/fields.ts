import { cursor, cuttable } from "@fairlead/runtime";
import { z } from "zod";

export const channel = z
  .string()
  .describe("Channel id such as C0123456789, or name such as #general.");
export const thread = z
  .string()
  .describe("ts of the message that starts the thread, such as 1700000002.000200.");
export const ts = z
  .string()
  .describe("ts of the message, such as 1700000002.000200, or as in its link: p1700000002000200.");
export const emoji = z
  .string()
  .describe("Name of the emoji without colons, such as thumbsup, eyes or white_check_mark.");
/** Each by its own rules, which the domain knows. */
export const blocks = z
  .array(z.record(z.string(), z.unknown()))
  .optional()
  .describe(
    'Block Kit blocks for a richer layout, each an object such as {"type":"divider"}. Without them the text is the message.',
  );
export const mentions = z
  .boolean()
  .optional()
  .describe(
    "true notifies the people mentioned as <@U0123456789>. By default a mention is plain text.",
  );
/** Slack's own bound; more is not refused, as the reference server has it. */
export const limit = z
  .number()
  .default(100)
  .describe("Entries of a page: 1 to 200, by default 100.");

/** Where a page of Slack's begins, and how much of it was shown. */
export const position = z.object({ at: z.string().optional(), skip: z.int() });
export const page = cursor(position).describe(
  "next_cursor of the answer before, for the page after it. Without it the first page comes.",
);

/** With how much of it is shown, reactions and number of replies where there are any. */
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

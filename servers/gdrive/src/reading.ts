import { cleanText, markUntrusted, revealText } from "@fairlead/runtime/guard";
import { type Part, readContent } from "./content.ts";
import type { Drive } from "./drive.ts";
import type { Entry } from "./files.ts";
import type { FileRef } from "./ids.ts";
import { sliceRows, sliceText } from "./texts.ts";

export interface ReadOptions extends Part {
  /** Characters of a text or rows of a table to skip. */
  readonly offset: number;
  readonly limit?: number | undefined;
  /** Characters the answer may hold. */
  readonly budget: number;
  readonly signal: AbortSignal;
}

/** The part of a file that was asked for and fits. */
export interface Reading {
  readonly entry: Entry;
  readonly format: "markdown" | "text" | "csv" | "image" | "none";
  /** Marked as what others wrote; why there is none, for a file without text. */
  readonly text: string;
  readonly image?: { readonly bytes: Uint8Array; readonly mimeType: string };
  /** Characters, or rows of a table. */
  readonly total?: number;
  readonly next?: number | undefined;
  readonly sheets?: readonly string[];
}

/** Room kept for the marks around a text and for what is said beside it. */
const reserve = 600;

/** Reads a file, or the part of it that was asked for and fits. */
export async function readPart(
  drive: Drive,
  file: FileRef,
  { offset, limit, budget, signal, ...part }: ReadOptions,
): Promise<Reading> {
  const { entry, body } = await readContent(drive, file, part, signal);
  if (body.format === "none") {
    return { entry, format: "none", text: `${body.why} ${entry.webViewLink ?? ""}`.trim() };
  }
  if (body.format === "image") return { entry, format: "image", text: "", image: body };
  const range = { offset, limit, budget: Math.max(budget - reserve, 100) };
  const slice = body.format === "csv" ? sliceRows(body.rows, range) : sliceText(body.text, range);
  return {
    entry,
    format: body.format,
    text: markUntrusted(slice.text, entry.name, body.whole ? revealText : cleanText),
    total: slice.total,
    next: slice.next,
    ...(body.format === "csv" && { sheets: body.sheets }),
  };
}

/** What to say beside a part: how much there is, and how to get the rest. */
export function toNote({ format, total, next, sheets = [] }: Reading): string {
  const unit = format === "csv" ? "rows" : "characters";
  const rest = next === undefined ? "" : `Cut: ${total} ${unit} in all. More: offset ${next}.`;
  const others = sheets.length < 2 ? "" : `Sheets: ${sheets.join(", ")}.`;
  return [rest, others].filter((part) => part !== "").join(" ");
}

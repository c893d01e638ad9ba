import { markExcerpt, type Room } from "@fairlead/guard";
import type { Drive } from "../api/drive.ts";
import { cleanName, type Entry } from "../api/files.ts";
import type { FileRef } from "../api/ids.ts";
import { type Part, readContent } from "./content.ts";
import { markRows } from "./rows.ts";

export interface ReadOptions extends Part {
  /** Characters of a text or rows of a table to skip. */
  readonly offset: number;
  readonly limit?: number | undefined;
  /** What the text and the note may take. */
  readonly room: Room;
  readonly signal: AbortSignal;
}

/** The part of a file that was asked for and fits. */
export interface Reading {
  readonly entry: Entry;
  /** Marked as what others wrote; undefined for a file that has no text. */
  readonly text?: string;
  readonly image?: { readonly bytes: Uint8Array; readonly mimeType: string };
  /** Why there is neither text nor picture. */
  readonly why?: string;
  /** How much there is, and how to get the rest; empty for a whole file. */
  readonly note: string;
  readonly next?: number | undefined;
}

/** Characters the note takes besides the names of sheets, and those the names take. */
const noteRoom = 400;
const mostNames = 1_000;

/** Reads a file, or the part of it that was asked for and fits. */
export async function readPart(
  drive: Drive,
  file: FileRef,
  { offset, limit, room, signal, ...part }: ReadOptions,
): Promise<Reading> {
  const { entry, body } = await readContent(drive, file, part, signal);
  if (body.format === "none") return { entry, why: body.why, note: "" };
  if (body.format === "image") return { entry, image: body, note: "" };
  const sheets = toSheetNote(body.format === "csv" ? body.sheets : []);
  room.take(`${" ".repeat(noteRoom)}${sheets}`);
  const range = { source: entry.name, offset, limit, room };
  if (body.format === "csv") {
    const { marked, next, total, cut } = markRows(body.rows, range);
    const note = [cut, toRestNote("Rows", { offset, next, total }), sheets, body.note ?? ""];
    return { entry, text: marked, note: toNote(note), next };
  }
  const { marked, next, total } = markExcerpt(body.text, range);
  const note = [toRestNote("Characters", { offset, next, total }), body.note ?? ""];
  return { entry, text: marked, note: toNote(note), next };
}

interface Extent {
  readonly offset: number;
  readonly next: number | undefined;
  readonly total: number;
}

function toRestNote(unit: string, { offset, next, total }: Extent): string {
  if (next !== undefined) {
    return `${unit} ${offset} to ${next} of ${total}. More: call again with offset ${next}.`;
  }
  return offset > total ? `There are only ${total} ${unit.toLowerCase()}.` : "";
}

function toNote(parts: readonly string[]): string {
  const said = parts.filter((part) => part !== "").join(" ");
  return said === "" ? "" : `[${said}]`;
}

/** The names of the sheets, where there are several: strangers name them, any number of them. */
function toSheetNote(sheets: readonly string[]): string {
  if (sheets.length < 2) return "";
  const names = sheets.map((name) => cleanName.parse(name)).join(", ");
  if (names.length <= mostNames) return `Sheets: ${names}.`;
  return `${sheets.length} sheets: ${names.slice(0, mostNames).toWellFormed()}…`;
}

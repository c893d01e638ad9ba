import { revealText } from "@fairlead/guard";
import type { Drive } from "../api/drive.ts";
import {
  downloadFile,
  exportFile,
  findReadableType,
  isGoogleType,
  officeTypes,
  whyUnreadable,
} from "../api/exports.ts";
import { type Entry, followShortcut, googleTypes } from "../api/files.ts";
import type { FileRef } from "../api/ids.ts";
import { splitCsv } from "../documents/csv.ts";
import { type DocumentKind, readDocument } from "../documents/documents.ts";
import { DriveError } from "../errors.ts";
import { listSheets, readRange } from "./sheets.ts";
import { isText, toPlain, toShown } from "./texts.ts";

/** What a file says, in the form a model reads best, and what is to be said of that. */
export type Body =
  | {
      readonly format: "markdown" | "text";
      readonly text: string;
      readonly note?: string | undefined;
    }
  | {
      readonly format: "csv";
      readonly rows: readonly string[];
      readonly sheets: readonly string[];
      readonly note?: string | undefined;
    }
  | { readonly format: "image"; readonly bytes: Uint8Array; readonly mimeType: string }
  | { readonly format: "none"; readonly why: string };

export interface Part {
  readonly sheet?: string | undefined;
  readonly range?: string | undefined;
}

/** Bytes of a file that is worth fetching for its text. */
const maxBytes = 30 * 1024 * 1024;

/** Reads a file as text, a table or a picture; where there is nothing to read it says why. */
export async function readContent(
  drive: Drive,
  file: FileRef,
  part: Part,
  signal: AbortSignal,
): Promise<{ readonly entry: Entry; readonly body: Body }> {
  const { entry, ref } = await followShortcut(drive, file, signal);
  const spreadsheet = [googleTypes.spreadsheet, officeTypes.excel].some(
    (type) => type === entry.mimeType,
  );
  if (!spreadsheet && (part.sheet ?? part.range) !== undefined) {
    throw new DriveError(`${entry.name} is not a spreadsheet.`, "Leave out sheet and range.");
  }
  try {
    const body = isGoogleType(entry.mimeType)
      ? await readGoogle(drive, entry, ref, part, signal)
      : await readStored(drive, entry, ref, part, signal);
    return { entry, body };
  } catch (error) {
    if (!(error instanceof DriveError) || error.reason !== "exportSizeLimitExceeded") throw error;
    const why = `Google exports at most 10 MB. ${spreadsheet ? "Ask for a range." : "Open the link."}`;
    return { entry, body: { format: "none", why } };
  }
}

async function readGoogle(
  drive: Drive,
  { mimeType }: Entry,
  ref: FileRef,
  part: Part,
  signal: AbortSignal,
): Promise<Body> {
  if (mimeType === googleTypes.folder) {
    return { format: "none", why: "It is a folder: see list_folder." };
  }
  if (mimeType === googleTypes.spreadsheet) return readSpreadsheet(drive, ref, part, signal);
  const type = findReadableType(mimeType);
  if (type === undefined) return { format: "none", why: whyUnreadable(mimeType) };
  const bytes = await exportFile(drive, ref, type, signal);
  if (type === "image/png") return { format: "image", bytes, mimeType: type };
  const format = type === "text/markdown" ? "markdown" : "text";
  return { format, text: toShown(bytes, type) };
}

async function readSpreadsheet(
  drive: Drive,
  ref: FileRef,
  part: Part,
  signal: AbortSignal,
): Promise<Body> {
  if ((part.sheet ?? part.range) !== undefined) {
    const rows = await readRange(drive, ref, part, signal);
    return { format: "csv", rows: rows.map(toPlain), sheets: [] };
  }
  const [bytes, sheets] = await Promise.all([
    exportFile(drive, ref, "text/csv", signal),
    // The names are a courtesy: the Sheets API may not be enabled.
    listSheets(drive, ref, signal).catch((error: unknown) => {
      if (error instanceof DriveError) return [];
      throw error;
    }),
  ]);
  return { format: "csv", rows: splitCsv(toShown(bytes, "text/csv")), sheets };
}

async function readStored(
  drive: Drive,
  { mimeType, size = 0 }: Entry,
  ref: FileRef,
  { sheet, range }: Part,
  signal: AbortSignal,
): Promise<Body> {
  const kind = documents.get(mimeType);
  if (kind === undefined && !isText(mimeType)) {
    return { format: "none", why: `This server cannot turn a file of type ${mimeType} into text.` };
  }
  if (size > maxBytes) return { format: "none", why: "It is too large to be read." };
  if (range !== undefined) {
    throw new DriveError(
      "A range works only in a Google spreadsheet, not in an Excel file.",
      "Choose a sheet, and its rows with offset and limit.",
    );
  }
  const bytes = await downloadFile(drive, ref, signal);
  if (kind !== undefined) {
    const { text, rows, sheets } = await readDocument({ kind, bytes, sheet }, signal);
    if (kind === "excel") return { format: "csv", rows: rows.map(toPlain), sheets };
    return { format: "text", text: toPlain(text) };
  }
  const { text: decoded, note } = await decodeStored(bytes);
  const text = revealText(decoded);
  if (mimeType === "text/csv") return { format: "csv", rows: splitCsv(text), sheets: [], note };
  return { format: mimeType === "text/markdown" ? "markdown" : "text", text, note };
}

/** Text of a file as it is; what finds its character set is loaded with the first. */
async function decodeStored(bytes: Uint8Array) {
  const { decodeText } = await import("../documents/charsets.ts");
  return decodeText(bytes);
}

const documents: ReadonlyMap<string, DocumentKind> = new Map(
  Object.entries({
    [officeTypes.word]: "word",
    [officeTypes.excel]: "excel",
    [officeTypes.powerpoint]: "powerpoint",
    "application/pdf": "pdf",
  }),
);

/** A file as the resource `gdrive:///<id>`: Google's documents as text or a picture, others as they are. */
export async function readWhole(
  drive: Drive,
  file: FileRef,
  signal: AbortSignal,
): Promise<{ readonly mimeType: string; readonly body: string | Uint8Array }> {
  const { entry, ref } = await followShortcut(drive, file, signal);
  if (!isGoogleType(entry.mimeType)) {
    const bytes = await downloadFile(drive, ref, signal);
    if (!isText(entry.mimeType)) return { mimeType: entry.mimeType, body: bytes };
    return { mimeType: entry.mimeType, body: revealText((await decodeStored(bytes)).text) };
  }
  const mimeType = findReadableType(entry.mimeType);
  if (mimeType === undefined) {
    throw new DriveError(whyUnreadable(entry.mimeType), `Open ${entry.webViewLink ?? "its link"}.`);
  }
  const bytes = await exportFile(drive, ref, mimeType, signal);
  return { mimeType, body: isText(mimeType) ? toShown(bytes, mimeType) : bytes };
}

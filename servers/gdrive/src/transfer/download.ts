import { findImageType, markExcerpt, type Room, revealText } from "@fairlead/guard";
import type { Drive } from "../api/drive.ts";
import {
  downloadFile,
  exportFile,
  findFileType,
  findReadableType,
  isGoogleType,
  whyUnreadable,
} from "../api/exports.ts";
import { type Entry, followShortcut } from "../api/files.ts";
import type { FileRef } from "../api/ids.ts";
import { DriveError } from "../errors.ts";
import { isText, toShown } from "../reading/texts.ts";
import type { Content, LocalFiles } from "./local-files.ts";
import { type TransferOptions, writeInParts } from "./parts.ts";

/** Bytes an answer may carry; more is a link. */
const maxInline = 1024 * 1024;
/** Bytes a file may have that goes to a disk: anybody can share one that fills it. */
const maxStored = 4 * 1024 ** 3;

export interface Download {
  readonly entry: Entry;
  readonly mimeType: string;
  readonly size: number;
  /** A picture by its bytes, whatever its type says. */
  readonly picture?: { readonly bytes: Uint8Array; readonly mimeType: string };
  /** The whole of a text, marked as what others wrote. */
  readonly text?: string;
  /** The file it was written to. */
  readonly path?: string;
  /** What else can be done, where it is neither shown nor written. */
  readonly advice?: string;
}

export interface DownloadOptions extends TransferOptions {
  readonly exportType?: string | undefined;
  readonly path?: string | undefined;
  /** What a text may take of the answer. */
  readonly room: Room;
}

/** Fetches a file, or another form of one of Google's own, into the answer or into a local file. */
export async function download(
  drive: Drive,
  local: LocalFiles,
  file: FileRef,
  { exportType, path, room, ...options }: DownloadOptions,
): Promise<Download> {
  const { signal } = options;
  const { entry, ref } = await followShortcut(drive, file, signal);
  const google = isGoogleType(entry.mimeType);
  if (!google && exportType !== undefined) {
    throw new DriveError(
      `${entry.name} is a file of type ${entry.mimeType}, which Google turns into no other.`,
      "Leave out export_mime_type.",
    );
  }
  const mimeType = google
    ? (exportType ?? findFileType(entry.mimeType, entry.exportLinks))
    : entry.mimeType;
  if (mimeType === undefined) {
    return { entry, mimeType: entry.mimeType, size: 0, advice: whyUnreadable(entry.mimeType) };
  }
  if (!google && path !== undefined) {
    const size = toStoredSize(entry);
    const content: Content = (target) => writeInParts(drive, ref, entry, target, options);
    return { entry, mimeType, size, path: await local.write(path, content) };
  }
  const known = entry.size ?? 0;
  if (!google && known > maxInline) return { entry, mimeType, size: known, advice: toSave };
  const bytes = google
    ? await exportFile(drive, ref, mimeType, signal)
    : await downloadFile(drive, ref, signal);
  const found = { entry, mimeType, size: bytes.length };
  if (path !== undefined) return { ...found, path: await local.write(path, bytes) };
  const picture = bytes.length > maxInline ? undefined : findImageType(bytes);
  if (picture !== undefined) return { ...found, picture: { bytes, mimeType: picture } };
  if (!isText(mimeType)) return { ...found, advice: toSave };
  const { text, note } = google
    ? { text: toShown(bytes, mimeType), note: undefined }
    : (await import("../documents/charsets.ts")).decodeText(bytes);
  const said = note === undefined ? "" : `\n[${note}]`;
  room.take(said);
  const body = google ? text : revealText(text);
  const { marked, next } = markExcerpt(body, { source: entry.name, offset: 0, room });
  if (next === undefined) return { ...found, text: `${marked}${said}` };
  const readable = !google || mimeType === findReadableType(entry.mimeType);
  return { ...found, advice: readable ? `${toRead} ${toSave}` : toSave };
}

const toSave = "With path, download_file_content saves it on this machine.";
const toRead = "It is too long for one answer: read_file_content reads it in parts.";

/** The size of a file that goes to this machine's disk. Throws DriveError for one too large for it. */
function toStoredSize({ name, size = 0 }: Entry): number {
  if (size <= maxStored) return size;
  throw new DriveError(
    `${name} has ${size.toLocaleString("en-US")} bytes; at most ${maxStored.toLocaleString("en-US")} are downloaded.`,
    "Open its link.",
  );
}

import { findImageType } from "@fairlead/runtime/guard";
import type { Drive } from "./drive.ts";
import { DriveError } from "./errors.ts";
import { downloadFile, exportFile, isGoogleType, toFileType } from "./exports.ts";
import { type Entry, followShortcut } from "./files.ts";
import type { FileRef } from "./ids.ts";
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
  /** The kind of picture its bytes are, whatever its type says. */
  readonly picture?: string | undefined;
  /** The content, where it is small enough and goes into no file. */
  readonly bytes?: Uint8Array;
  /** The file it was written to. */
  readonly path?: string;
}

export interface DownloadOptions extends TransferOptions {
  readonly exportType?: string | undefined;
  readonly path?: string | undefined;
}

/** Fetches a file, or another form of one of Google's own, into the answer or into a local file. */
export async function download(
  drive: Drive,
  local: LocalFiles,
  file: FileRef,
  { exportType, path, ...options }: DownloadOptions,
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
  const mimeType = google ? (exportType ?? toFileType(entry.mimeType)) : entry.mimeType;
  if (!google && path !== undefined) {
    const size = toStoredSize(entry);
    const content: Content = (target) => writeInParts(drive, ref, entry, target, options);
    return { entry, mimeType, size, path: await local.write(path, content) };
  }
  const known = entry.size ?? 0;
  if (!google && known > maxInline) return { entry, mimeType, size: known };
  const bytes = google
    ? await exportFile(drive, ref, mimeType, signal)
    : await downloadFile(drive, ref, signal);
  const found = { entry, mimeType, size: bytes.length };
  if (path !== undefined) return { ...found, path: await local.write(path, bytes) };
  if (bytes.length > maxInline) return found;
  return { ...found, bytes, picture: findImageType(bytes) };
}

/** The size of a file that goes to this machine's disk. Throws DriveError for one too large for it. */
function toStoredSize({ name, size = 0 }: Entry): number {
  if (size <= maxStored) return size;
  throw new DriveError(
    `${name} has ${size.toLocaleString("en-US")} bytes; at most ${maxStored.toLocaleString("en-US")} are downloaded.`,
    "Open its link.",
  );
}

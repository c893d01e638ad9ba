import type { Drive } from "./drive.ts";
import { DriveError } from "./errors.ts";
import { downloadFile, exportFile, isGoogleType, toFileType } from "./exports.ts";
import { type Entry, followShortcut } from "./files.ts";
import type { FileRef } from "./ids.ts";
import type { LocalFiles } from "./local-files.ts";

/** Bytes an answer may carry; more is a link. */
const maxInline = 1024 * 1024;

export interface Download {
  readonly entry: Entry;
  readonly mimeType: string;
  readonly size: number;
  /** The content, where it is small enough and goes into no file. */
  readonly bytes?: Uint8Array;
  /** The file it was written to. */
  readonly path?: string;
}

export interface DownloadOptions {
  readonly exportType?: string | undefined;
  readonly path?: string | undefined;
  readonly signal: AbortSignal;
}

/** Fetches a file, or another form of one of Google's own, into the answer or into a local file. */
export async function download(
  drive: Drive,
  local: LocalFiles,
  file: FileRef,
  { exportType, path, signal }: DownloadOptions,
): Promise<Download> {
  const { entry, ref } = await followShortcut(drive, file, signal);
  const google = isGoogleType(entry.mimeType);
  if (!google && exportType !== undefined) {
    throw new DriveError(
      `${entry.name} is a file of type ${entry.mimeType}, which Google turns into no other.`,
      "Leave out export_mime_type.",
    );
  }
  const mimeType = google ? (exportType ?? toFileType(entry.mimeType)) : entry.mimeType;
  const known = entry.size ?? 0;
  if (!google && path === undefined && known > maxInline) return { entry, mimeType, size: known };
  const bytes = google
    ? await exportFile(drive, ref, mimeType, signal)
    : await downloadFile(drive, ref, signal);
  const found = { entry, mimeType, size: bytes.length };
  if (path !== undefined) return { ...found, path: await local.write(path, bytes) };
  return bytes.length > maxInline ? found : { ...found, bytes };
}

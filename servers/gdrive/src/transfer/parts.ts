import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import type { Drive } from "../api/drive.ts";
import { downloadFile } from "../api/exports.ts";
import type { Entry } from "../api/files.ts";
import type { FileRef } from "../api/ids.ts";
import { brokenOff, DriveError, unreadable } from "../errors.ts";

/**
 * Bytes of one part of a large file, which is all of it that is ever in memory. Google takes
 * multiples of 256 KiB.
 */
export const partSize = 4 * 1024 * 1024;
/** Tries at one part whose answer breaks off. */
const maxTries = 4;

export interface TransferOptions {
  readonly signal: AbortSignal;
  /** Told how many bytes have gone over, of all. */
  progress(done: number, total: number): void;
}

/** Downloads a file part by part; what broke off is asked for again. Throws where it has changed. */
export async function writeInParts(
  drive: Drive,
  file: FileRef,
  { name, size = 0, md5Checksum }: Entry,
  target: FileHandle,
  { signal, progress }: TransferOptions,
): Promise<void> {
  const hash = createHash("md5");
  for (let start = 0; start < size; ) {
    const end = Math.min(start + partSize, size);
    const bytes = await readPart(drive, file, { start, end }, signal);
    const whole = start === 0 && bytes.length === size;
    if (bytes.length !== end - start && !whole) throw unreadable("it is not the part asked for");
    hash.update(bytes);
    await target.writeFile(bytes);
    start += bytes.length;
    progress(start, size);
  }
  if (md5Checksum === undefined || hash.digest("hex") === md5Checksum) return;
  throw new DriveError(
    `${name} was changed while it was downloaded; nothing was written.`,
    "Download it again.",
  );
}

async function readPart(
  drive: Drive,
  file: FileRef,
  { start, end }: { readonly start: number; readonly end: number },
  signal: AbortSignal,
): Promise<Uint8Array> {
  const range = `bytes=${start}-${end - 1}`;
  for (let tries = 1; ; tries += 1) {
    try {
      return await downloadFile(drive, file, signal, { range });
    } catch (error) {
      const again = error instanceof DriveError && error.reason === brokenOff;
      if (!again || tries === maxTries) throw error;
    }
  }
}

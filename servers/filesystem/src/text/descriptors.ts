import { readSync } from "node:fs";
import type { HeldFile } from "@fairlead/guard";

/** All bytes of a file that is open. */
export function readWhole({ descriptor, size }: HeldFile): Buffer {
  const buffer = Buffer.allocUnsafe(size);
  return buffer.subarray(0, fill({ descriptor, size }, buffer, 0, 0));
}

/** Reads into a buffer from an offset on until it is full or the file ends; returns where it stopped. */
export function fill(
  { descriptor, size }: HeldFile,
  buffer: Buffer,
  offset: number,
  position: number,
): number {
  let filled = offset;
  while (filled < buffer.length) {
    const at = position + filled - offset;
    const read = readSync(descriptor, buffer, filled, buffer.length - filled, at);
    filled += read;
    // Asking once more only to hear that nothing is left costs as much as the opening did.
    if (read === 0 || at + read === size) break;
  }
  return filled;
}

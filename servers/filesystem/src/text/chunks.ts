import type { FileHandle } from "node:fs/promises";
import { detectEncoding, type Encoding, sampleSize, toEncoding } from "./encoding.ts";

const chunkSize = 256 * 1024;

/** A file's bytes from the start, piece by piece; a piece is valid until the next is asked for. */
export async function* readChunks(
  handle: FileHandle,
  signal: AbortSignal,
  size = chunkSize,
): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(size);
  let position = 0;
  for (;;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, size, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** The encoding of an open file: the one declared or, without one, by its first bytes. */
export async function sniff(handle: FileHandle, declared?: string): Promise<Encoding> {
  if (declared !== undefined) return toEncoding(declared);
  return detectEncoding(await readAt(handle, 0, sampleSize));
}

/** So many bytes from a position on, or fewer where the file ends before. */
export async function readAt(handle: FileHandle, position: number, size: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await handle.read(buffer, filled, size - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** How many line ends a chunk has; one of UTF-16 starts where a character does. */
export function countNewlines(chunk: Buffer, { name }: Encoding): number {
  let count = 0;
  for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) {
    const even = at % 2 === 0;
    if (name === "utf-16le" && !(even && chunk[at + 1] === 0)) continue;
    if (name === "utf-16be" && !(!even && chunk[at - 1] === 0)) continue;
    count++;
  }
  return count;
}

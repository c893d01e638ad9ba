import type { FileHandle } from "node:fs/promises";
import { detectEncoding, type Encoding, sampleSize } from "./encoding.ts";

const chunkSize = 256 * 1024;

/** A file's bytes from the start, piece by piece; a piece is valid until the next is asked for. */
export async function* readChunks(handle: FileHandle, signal: AbortSignal): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(chunkSize);
  let position = 0;
  for (;;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, chunkSize, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** The encoding of an open file, from its first bytes. */
export async function sniff(handle: FileHandle): Promise<Encoding> {
  const sample = Buffer.allocUnsafe(sampleSize);
  const { bytesRead } = await handle.read(sample, 0, sampleSize, 0);
  return detectEncoding(sample.subarray(0, bytesRead));
}

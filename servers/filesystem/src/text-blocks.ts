import type { FileHandle } from "node:fs/promises";
import { readChunks } from "./chunks.ts";
import { createDecoder, type Encoding } from "./encoding.ts";

/** Characters a block has at most, unless it is one chunk that ends no line. */
const blockSize = 1024 * 1024;

/** A file's text in blocks of whole lines; a line longer than a block comes in pieces. */
export async function* readBlocks(
  handle: FileHandle,
  encoding: Encoding,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const decoder = createDecoder(encoding);
  let held = "";
  for await (const chunk of readChunks(handle, signal)) {
    held += decoder.decode(chunk, { stream: true });
    if (held.length < blockSize) continue;
    const end = held.lastIndexOf("\n") + 1;
    yield end > 0 ? held.slice(0, end) : held;
    held = end > 0 ? held.slice(end) : "";
  }
  held += decoder.decode();
  if (held !== "") yield held;
}

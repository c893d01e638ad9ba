import type { FileHandle } from "node:fs/promises";
import type { OpenFile } from "@fairlead/runtime/guard";
import { createDecoder, type Encoding } from "./encoding.ts";
import type { ReadLimits, TextRead } from "./text-read.ts";

const chunkSize = 64 * 1024;

/** Reads the last lines from the end backwards: the start of the file is never touched. */
export async function readTail(
  { handle, stats }: OpenFile,
  encoding: Encoding,
  count: number,
  { budget, signal }: ReadLimits,
): Promise<TextRead> {
  const chunks: Buffer[] = [];
  let position = stats.size;
  let newlines = 0;
  let bytes = 0;
  // Four bytes are the most one character takes, so this much holds the budget in any encoding.
  while (position > 0 && newlines < count && bytes < budget * 4 + chunkSize) {
    signal.throwIfAborted();
    // Chunks end where the file divides evenly, so that no two-byte unit is torn.
    const size = position % chunkSize || chunkSize;
    position -= size;
    const chunk = await readAt(handle, position, size);
    chunks.unshift(chunk);
    bytes += chunk.length;
    newlines += countNewlines(chunk, encoding);
  }
  // Ends of line as one character, which is how the lines of a tail have always been given.
  const text = createDecoder(encoding).decode(Buffer.concat(chunks)).replaceAll("\r\n", "\n");
  const lines = text.split("\n").slice(-count);
  let tail = lines.join("\n");
  let truncated = position > 0 && newlines < count;
  if (tail.length > budget) {
    truncated = true;
    const lineEnd = tail.indexOf("\n", tail.length - budget - 1);
    tail = tail.slice(lineEnd < 0 ? tail.length - budget : lineEnd + 1);
  }
  const shown = tail === "" ? 0 : tail.split("\n").length;
  return {
    text: tail,
    encoding: encoding.name,
    lines: shown,
    totalLines: undefined,
    sha256: undefined,
    truncated,
    nextOffset: undefined,
    note: truncated
      ? `[Only the last ${shown} lines fit. Read what comes before with offset and limit.]`
      : undefined,
  };
}

async function readAt(handle: FileHandle, position: number, size: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await handle.read(buffer, filled, size - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function countNewlines(chunk: Buffer, { name }: Encoding): number {
  let count = 0;
  for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) {
    const even = at % 2 === 0;
    if (name === "utf-16le" && !(even && chunk[at + 1] === 0)) continue;
    if (name === "utf-16be" && !(!even && chunk[at - 1] === 0)) continue;
    count++;
  }
  return count;
}

import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

const lineEnd = 0x0a;
/** Bytes of a line; a server writes a few thousand. */
const maxLine = 1024 * 1024;

/** Cuts a file into its lines, as bytes without their ends, and holds no more than one of them. */
export class LineSplitter {
  #rest: Buffer[] = [];
  #length = 0;

  /** The lines that end in this piece of the file; throws RangeError where one is over 1 MB. */
  push(chunk: Buffer): readonly Buffer[] {
    const lines: Buffer[] = [];
    let from = 0;
    for (let to = chunk.indexOf(lineEnd); to >= 0; to = chunk.indexOf(lineEnd, from)) {
      lines.push(this.#take(chunk.subarray(from, to)));
      from = to + 1;
    }
    this.#keep(chunk.subarray(from));
    return lines;
  }

  /** What follows the last line end; undefined for nothing. */
  end(): Buffer | undefined {
    return this.#length === 0 ? undefined : this.#take(Buffer.alloc(0));
  }

  #keep(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length > maxLine)
      throw new RangeError("The line is longer than any of an audit log.");
    if (piece.length > 0) this.#rest.push(piece);
  }

  #take(piece: Buffer): Buffer {
    this.#keep(piece);
    const [only] = this.#rest;
    const line = only !== undefined && this.#rest.length === 1 ? only : Buffer.concat(this.#rest);
    this.#rest = [];
    this.#length = 0;
    return line;
  }
}

/** The content of a file, unpacked where its name ends in `.gz`. */
export function openFile(path: string): Readable {
  const raw = createReadStream(path);
  if (!path.endsWith(".gz")) return raw;
  const unpacked = createGunzip();
  raw.on("error", (error) => unpacked.destroy(error));
  return raw.pipe(unpacked);
}

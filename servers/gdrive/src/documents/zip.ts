import { inflateRawSync } from "node:zlib";
import { DriveError } from "../errors.ts";

/** Bytes the entries of one archive may have unpacked, all together. */
const maxBytes = 64 * 1024 * 1024;
const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;

/** The entries of a ZIP archive, each unpacked when it is asked for (PKWARE APPNOTE 4.3). */
export class Zip {
  readonly #bytes: Buffer;
  readonly #entries = new Map<string, { start: number; size: number; method: number }>();
  #left = maxBytes;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    try {
      this.#readDirectory();
    } catch (error) {
      throw broken(error);
    }
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** The text of an entry; empty where there is none of this name. */
  text(name: string): string {
    const entry = this.#entries.get(name);
    if (entry === undefined) return "";
    try {
      const header = entry.start;
      const names = this.#bytes.readUInt16LE(header + 26) + this.#bytes.readUInt16LE(header + 28);
      const start = header + 30 + names;
      const packed = this.#bytes.subarray(start, start + entry.size);
      if (this.#left === 0) throw tooLarge;
      const content =
        entry.method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: this.#left });
      this.#left -= content.length;
      if (this.#left < 0) throw tooLarge;
      return content.toString("utf8");
    } catch (error) {
      throw broken(error);
    }
  }

  #readDirectory(): void {
    const bytes = this.#bytes;
    // The end may be followed by a comment of at most 64 KiB.
    let end = bytes.length - 22;
    const first = Math.max(end - 0xffff, 0);
    while (end >= first && bytes.readUInt32LE(end) !== endSignature) end -= 1;
    if (end < first) throw new RangeError("no directory");
    let at = bytes.readUInt32LE(end + 16);
    for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
      if (bytes.readUInt32LE(at) !== entrySignature) throw new RangeError("no entry");
      const length = bytes.readUInt16LE(at + 28);
      this.#entries.set(bytes.toString("utf8", at + 46, at + 46 + length), {
        start: bytes.readUInt32LE(at + 42),
        size: bytes.readUInt32LE(at + 20),
        method: bytes.readUInt16LE(at + 10),
      });
      at += 46 + length + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    }
  }
}

const tooLarge = Symbol("too large");

function broken(error: unknown): DriveError {
  const code = error instanceof Error && "code" in error ? error.code : error;
  return new DriveError(
    code === "ERR_BUFFER_TOO_LARGE" || code === tooLarge
      ? "The file unpacks to more than 64 MB."
      : "The file is not what its type says, or damaged.",
    "Open its link, or download it with download_file_content.",
  );
}

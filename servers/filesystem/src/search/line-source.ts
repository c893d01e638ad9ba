import { isAscii } from "node:buffer";
import type { TextDecoder } from "node:util";
import { createDecoder, type Encoding } from "../text/encoding.ts";
import type { LinePattern } from "./line-pattern.ts";

/** Whole lines of a file, in which lines that match are looked for. */
export interface LineSource {
  readonly length: number;
  /** Where a line may match, from a place on; -1 for nowhere. */
  find(from: number): number;
  /** Where the line ends that a place is in. */
  endOf(at: number): number;
  /** Where the line starts that a place is in. */
  startOf(at: number): number;
  text(start: number, end: number): string;
}

/** Bytes of an encoding in which a line end is one byte; only the lines shown are decoded. */
class ByteSource implements LineSource {
  readonly length: number;
  readonly #bytes: Buffer;
  readonly #encoding: Encoding;
  #decoder: TextDecoder | undefined;
  readonly #find: (from: number) => number;

  constructor(bytes: Buffer, encoding: Encoding, find: (from: number) => number) {
    this.length = bytes.length;
    this.#bytes = bytes;
    this.#encoding = encoding;
    this.#find = find;
  }

  find(from: number): number {
    return this.#find(from);
  }

  endOf(at: number): number {
    const end = this.#bytes.indexOf(10, at);
    return end < 0 ? this.length : end;
  }

  startOf(at: number): number {
    return at === 0 ? 0 : this.#bytes.lastIndexOf(10, at - 1) + 1;
  }

  text(start: number, end: number): string {
    this.#decoder ??= createDecoder(this.#encoding);
    return this.#decoder.decode(this.#bytes.subarray(start, end));
  }
}

class TextSource implements LineSource {
  readonly length: number;
  readonly #text: string;
  readonly #find: (from: number) => number;

  constructor(text: string, find: (from: number) => number) {
    this.length = text.length;
    this.#text = text;
    this.#find = find;
  }

  find(from: number): number {
    return this.#find(from);
  }

  endOf(at: number): number {
    const end = this.#text.indexOf("\n", at);
    return end < 0 ? this.length : end;
  }

  startOf(at: number): number {
    return at === 0 ? 0 : this.#text.lastIndexOf("\n", at - 1) + 1;
  }

  text(start: number, end: number): string {
    return this.#text.slice(start, end);
  }
}

/** Bytes of a file as lines to look in, decoded only as far as the pattern needs it. */
export function toLineSource(bytes: Buffer, encoding: Encoding, pattern: LinePattern): LineSource {
  const wide = encoding.name.startsWith("utf-16");
  const { literal, candidates, mayMatch } = pattern;
  if (!wide && mayMatch?.(bytes) === false) {
    return new ByteSource(bytes, encoding, () => -1);
  }
  const needle = pattern.ascii || encoding.name === "utf-8" ? pattern.bytes : undefined;
  if (needle !== undefined && !wide) {
    return new ByteSource(bytes, encoding, (from) => bytes.indexOf(needle, from));
  }
  if (!wide && (pattern.ascii || isAscii(bytes))) {
    const find = toFind(bytes.toString("latin1"), literal, candidates);
    return new ByteSource(bytes, encoding, find);
  }
  const text = createDecoder(encoding).decode(bytes);
  return new TextSource(text, toFind(text, literal, candidates));
}

function toFind(text: string, literal: string | undefined, candidates: RegExp | undefined) {
  if (literal !== undefined) return (from: number) => text.indexOf(literal, from);
  // Line by line each may match.
  if (candidates === undefined) return (from: number) => (from < text.length ? from : -1);
  return (from: number) => {
    candidates.lastIndex = from;
    return candidates.exec(text)?.index ?? -1;
  };
}

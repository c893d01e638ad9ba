import { TextDecoder } from "node:util";
import { FileError } from "../errors.ts";
import { detectEncoding, sampleSize, toEncoding } from "./encoding.ts";
import { decodeLenient, encodeLenient } from "./stray-bytes.ts";

/** A text that can be changed and turned back into bytes without harm to the rest of the file. */
export interface EditableText {
  /** With the byte order mark, if there is one, as its first character. */
  readonly text: string;
  readonly encoding: string;
  /** Bytes of a UTF-8 file that are not UTF-8; each stands in the text as half a surrogate pair. */
  readonly strays: readonly Buffer[];
}

/**
 * Decodes a whole file so that `encodeText` gives back the same bytes for the same text. The encoding
 * is the one that reading shows the file in, or the one declared.
 */
export function decodeText(bytes: Uint8Array, declared?: string): EditableText {
  const { name } =
    declared === undefined ? detectEncoding(bytes.subarray(0, sampleSize)) : toEncoding(declared);
  if (name === "utf-8" || name === "binary") return decodeUtf8(bytes);
  const text = decodeWhole(bytes, name);
  if (text !== undefined) {
    const found = { text, encoding: name, strays: [] };
    if (encodeText(found).equals(bytes)) return found;
  }
  if (declared === undefined) return decodeUtf8(bytes);
  throw new FileError(
    `Some bytes of the file are not valid ${name}, or ${name} has several spellings for them, so an edit could not keep the rest of the file as it is.`,
    "Leave out encoding, or convert the file to UTF-8 first.",
  );
}

function decodeUtf8(bytes: Uint8Array): EditableText {
  const found = decodeLenient(bytes);
  if (found !== undefined) return { ...found, encoding: "utf-8" };
  const text = new TextDecoder("windows-1252").decode(bytes);
  return { text, encoding: "windows-1252", strays: [] };
}

/** The text of bytes that are all of an encoding. */
function decodeWhole(bytes: Uint8Array, name: string): string | undefined {
  try {
    return new TextDecoder(name, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Turns text into bytes of the encoding its file has. */
export function encodeText({ text, encoding, strays }: EditableText): Buffer {
  if (encoding === "utf-8") return encodeLenient(text, strays);
  if (encoding === "utf-16le") return Buffer.from(text, "utf16le");
  if (encoding === "utf-16be") return Buffer.from(text, "utf16le").swap16();
  return encodeByTable(text, encoding);
}

function encodeByTable(text: string, encoding: string): Buffer {
  const codes = toTable(encoding);
  // Looked up by code unit: a file has millions of characters. 0 is for those of another length.
  const ofUnits = new Uint16Array(0x10000);
  for (const [character, [first = 0, second]] of codes) {
    const code = second === undefined ? first : first * 0x100 + second;
    if (character.length === 1) ofUnits[character.charCodeAt(0)] = code;
  }
  const bytes = Buffer.allocUnsafe(text.length * 2);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = ofUnits[text.charCodeAt(at)] ?? 0;
    if (code > 0xff) bytes[length++] = code >> 8;
    if (code > 0) {
      bytes[length++] = code & 0xff;
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    for (const byte of codes.get(character) ?? refuse(character, encoding)) bytes[length++] = byte;
    at += character.length - 1;
  }
  return bytes.subarray(0, length);
}

function refuse(character: string, encoding: string): never {
  throw new FileError(
    `The file is in ${encoding}, which has no "${character}".`,
    "Use characters of that encoding, or write the whole file anew in UTF-8.",
  );
}

/** What each character of an encoding of one or two bytes is written as. */
function toTable(encoding: string): ReadonlyMap<string, readonly number[]> {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  const table = new Map<string, readonly number[]>();
  const add = (codes: readonly (readonly number[])[]) => {
    // A line end can follow anything, and so parts what would run together.
    const decoded = decoder.decode(Uint8Array.from(codes.flatMap((code) => [...code, 10])));
    for (const [index, characters] of decoded.split("\n").entries()) {
      const code = codes[index];
      const isOne = [...characters].length === 1 && characters !== "\ufffd";
      if (code !== undefined && isOne && !table.has(characters)) table.set(characters, code);
    }
  };
  const range = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => from + i);
  add(range(0, 9).map((byte) => [byte]));
  table.set("\n", [10]);
  add(range(11, 255).map((byte) => [byte]));
  // An encoding with two bytes a character leaves most of the upper half to its first bytes.
  if (table.size < 210) add(range(0x81, 0xfe).flatMap((a) => range(0x40, 0xfe).map((b) => [a, b])));
  return table;
}

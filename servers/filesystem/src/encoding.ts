import { isUtf8 } from "node:buffer";
import { TextDecoder } from "node:util";
import { FileError } from "./errors.ts";

export type EncodingName = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252" | "binary";

export interface Encoding {
  readonly name: EncodingName;
  /** Whether the file opens with a byte order mark. */
  readonly bom: boolean;
}

/** Bytes at the start of a file that are enough to tell its encoding. */
export const sampleSize = 64 * 1024;

/** Tells the encoding of a file from its first bytes, by its mark or by what would be valid. */
export function detectEncoding(sample: Uint8Array): Encoding {
  const [first, second, third] = sample;
  if (first === 0xef && second === 0xbb && third === 0xbf) return { name: "utf-8", bom: true };
  if (first === 0xff && second === 0xfe) return { name: "utf-16le", bom: true };
  if (first === 0xfe && second === 0xff) return { name: "utf-16be", bom: true };
  if (sample.includes(0)) return { name: detectWide(sample), bom: false };
  return { name: looksLikeUtf8(sample) ? "utf-8" : "windows-1252", bom: false };
}

/** Western text in UTF-16 without a mark has its zeros on one side only. */
function detectWide(sample: Uint8Array): EncodingName {
  const zeros = [0, 0];
  for (let at = 0; at < sample.length; at++) {
    if (sample[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  }
  const [even = 0, odd = 0] = zeros;
  const most = sample.length / 2;
  if (sample.length % 2 === 0 && odd > most * 0.7 && even < most * 0.05) return "utf-16le";
  if (sample.length % 2 === 0 && even > most * 0.7 && odd < most * 0.05) return "utf-16be";
  return "binary";
}

function looksLikeUtf8(sample: Uint8Array): boolean {
  // If there may be more, a character that the sample cuts in two is not an error.
  const end = sample.length < sampleSize ? sample.length : startOfLastCharacter(sample);
  return isUtf8(sample.subarray(0, end));
}

function startOfLastCharacter(bytes: Uint8Array): number {
  let at = bytes.length - 1;
  while (at > bytes.length - 4 && isContinuation(bytes[at])) at--;
  return at;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** A decoder for reading piece by piece; it leaves out the byte order mark. */
export function createDecoder({ name }: Encoding): TextDecoder {
  return new TextDecoder(toLabel(name));
}

function toLabel(name: EncodingName): string {
  return name === "binary" ? "utf-8" : name;
}

/** A text that can be changed and turned back into bytes without harm to the rest of the file. */
export interface EditableText {
  /** With the byte order mark, if there is one, as its first character. */
  readonly text: string;
  readonly encoding: EncodingName;
}

/** Decodes a whole file so that `encodeText` gives back the same bytes for the same text. */
export function decodeText(bytes: Uint8Array): EditableText {
  const { name } = detectEncoding(bytes);
  for (const encoding of [name, "utf-8"] as const) {
    if (encoding === "binary" || encoding === "windows-1252") continue;
    try {
      const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
      return { text: decoder.decode(bytes), encoding };
    } catch {
      // Not this one: the last resort below takes any bytes.
    }
  }
  return {
    text: new TextDecoder("windows-1252", { ignoreBOM: true }).decode(bytes),
    encoding: "windows-1252",
  };
}

/** Turns text into bytes of the encoding its file has. */
export function encodeText({ text, encoding }: EditableText): Buffer {
  if (encoding === "utf-16le") return Buffer.from(text, "utf16le");
  if (encoding === "utf-16be") return Buffer.from(text, "utf16le").swap16();
  if (encoding === "windows-1252") return encodeWindows1252(text);
  return Buffer.from(text, "utf8");
}

function encodeWindows1252(text: string): Buffer {
  const decoder = new TextDecoder("windows-1252");
  const codes = new Map<string, number>();
  for (let byte = 0; byte < 256; byte++) codes.set(decoder.decode(Uint8Array.of(byte)), byte);
  return Buffer.from(
    Uint8Array.from(text, (character) => {
      const code = codes.get(character);
      if (code !== undefined) return code;
      throw new FileError(
        `The file is in windows-1252, which has no "${character}".`,
        "Use characters of that encoding, or write the whole file anew in UTF-8.",
      );
    }),
  );
}

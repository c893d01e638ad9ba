import { isUtf8 } from "node:buffer";
import { TextDecoder } from "node:util";
import { FileError } from "../errors.ts";

/** The WHATWG's name of an encoding, or `binary` for what is not text. */
export interface Encoding {
  readonly name: string;
  /** Whether the file opens with a byte order mark. */
  readonly bom: boolean;
  /** It was guessed, and the bytes look as if the guess were wrong. */
  readonly doubtful?: boolean;
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
  if (looksLikeUtf8(sample)) return { name: "utf-8", bom: false };
  return { name: "windows-1252", bom: false, doubtful: looksForeign(sample) };
}

/** Whether a file may be anything but text in an encoding that contains ASCII. */
export function mayBeWide(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  return (first >= 0xfe && second >= 0xfe) || bytes.subarray(0, sampleSize).includes(0);
}

/** The encoding of a name that someone has given for a file. */
export function toEncoding(label: string): Encoding {
  try {
    return { name: new TextDecoder(label).encoding, bom: false };
  } catch {
    throw new FileError(
      `The encoding "${label.slice(0, 50)}" is not known.`,
      "Use a name of the WHATWG Encoding Standard, such as utf-8, gbk, shift_jis or windows-1251.",
    );
  }
}

/** Western text in UTF-16 without a mark has its zeros on one side only. */
function detectWide(sample: Uint8Array): string {
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

/** Valid, or with a stray byte here and there among characters that can hardly be chance. */
function looksLikeUtf8(sample: Uint8Array): boolean {
  // If there may be more, a character that the sample cuts in two is not an error.
  const end = sample.length < sampleSize ? sample.length : startOfLastCharacter(sample);
  const whole = sample.subarray(0, end);
  if (isUtf8(whole)) return true;
  const foreign = new TextDecoder().decode(whole).match(/\P{ASCII}/gu) ?? [];
  const stray = foreign.filter((character) => character === "\ufffd").length;
  return foreign.length - stray >= stray;
}

/** Western text seldom has two letters with accents side by side; other scripts have little else. */
function looksForeign(sample: Uint8Array): boolean {
  let [high, paired] = [0, 0];
  for (let at = 0; at < sample.length; at++) {
    if ((sample[at] ?? 0) < 0x80) continue;
    high++;
    if ((sample[at - 1] ?? 0) >= 0x80 || (sample[at + 1] ?? 0) >= 0x80) paired++;
  }
  return paired * 2 > high;
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
export function createDecoder({ name }: Pick<Encoding, "name">): TextDecoder {
  return new TextDecoder(toLabel(name));
}

function toLabel(name: string): string {
  return name === "binary" ? "utf-8" : name;
}

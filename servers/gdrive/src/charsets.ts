import { analyse } from "chardet";

/** Text out of bytes, and what had to be guessed or is missing, in words. */
export interface Decoded {
  readonly text: string;
  /** Undefined where the bytes say themselves what they are, or are UTF-8. */
  readonly note?: string;
}

const sampleSize = 64 * 1024;
/** What the web calls by the name of the larger set (WHATWG Encoding). */
const western: readonly string[] = ["ASCII", "ISO-8859-1"];
/** Controls and private letters, which no text has: it was written in another character set. */
const unlikely = /[\u0080-\u009F\uE000-\uF8FF]/;
/** East Asian signs within a word of Latin letters: two letters with accents, if little else is there. */
const mixed = /[a-z][\u2E80-\uFFEF]{1,2}[a-z]/i;
const kana = /[\u3041-\u30FE]/;
/** What confidence of the guess, of 100, counts, and which is that of any text that is short. */
const likely = 50;
const unsure = 10;
const marks: readonly (readonly [string, readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/**
 * Bytes as text: by their byte order mark, as UTF-8 where they are that, by the character set that
 * HTML and XML name, and else by the one their letters look most like, which is said.
 */
export function decodeText(bytes: Uint8Array): Decoded {
  const marked = marks.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte));
  if (marked !== undefined) return { text: new TextDecoder(marked[0]).decode(bytes) };
  const head = Buffer.from(bytes.subarray(0, 2_048)).toString("latin1");
  const declared = /<(?:\?xml|meta)[^>]*?(?:encoding|charset)\s*=\s*["']?([\w:.-]+)/i.exec(
    head,
  )?.[1];
  const strict = decodeAs(bytes, "utf-8");
  // Seven bits with escapes: every such text is UTF-8 as well.
  if (strict?.includes("\u001b$")) return guessed(bytes, "iso-2022-jp", strict);
  if (strict !== undefined) return { text: strict };
  const named = declared === undefined ? undefined : decodeAs(bytes, declared);
  if (named !== undefined) return { text: named };
  const loose = new TextDecoder().decode(bytes);
  return guessed(bytes, isNearlyUtf8(loose) ? undefined : findCharset(bytes), loose);
}

/** Whether text is UTF-8 but for a few bytes: of another character set hardly a letter would be left. */
function isNearlyUtf8(text: string): boolean {
  const letters = text.match(/[^\p{ASCII}\uFFFD]/gu)?.length ?? 0;
  return letters > 2 * (text.split("\uFFFD").length - 1);
}

function guessed(bytes: Uint8Array, charset: string | undefined, otherwise: string): Decoded {
  const text = charset === undefined ? undefined : decodeAs(bytes, charset);
  if (text !== undefined) {
    return { text, note: `Read as ${charset}, which is a guess: the file is not UTF-8.` };
  }
  const wrong = otherwise.split("\uFFFD").length - 1;
  const note = `${wrong} places are not UTF-8 and shown as \uFFFD: download_file_content saves the bytes.`;
  return { text: otherwise, note };
}

/** The bytes in a character set; undefined where they are not in it, or it is not known. */
function decodeAs(bytes: Uint8Array, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The character set that the letters beyond ASCII look most like and that takes all bytes. */
function findCharset(bytes: Uint8Array): string | undefined {
  const first = bytes.findIndex((byte) => byte > 0x7f);
  // From the start of its line, so that no letter of several bytes is parted.
  const start = bytes.lastIndexOf(0x0a, first) + 1;
  const from = first - start > sampleSize / 2 ? first : start;
  const matches = analyse(bytes.subarray(from, from + sampleSize));
  const texts = matches.flatMap(({ name, confidence }) => {
    const text = decodeAs(bytes, name);
    return text === undefined || unlikely.test(text) ? [] : [{ name, confidence, text }];
  });
  const sure = texts.find(({ confidence }) => confidence >= likely);
  // Of a few words only kana tell much.
  const short = texts.find(({ text }) => kana.test(text) && !mixed.test(text));
  const found =
    sure ?? short ?? texts.find(({ confidence, text }) => confidence > unsure || !mixed.test(text));
  return found === undefined || western.includes(found.name) ? "windows-1252" : found.name;
}

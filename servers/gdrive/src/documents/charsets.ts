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
/** Western European, which has a sign for every byte. */
const anyBytes = "windows-1252";
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
  const escaped = strict?.includes("\u001b$") ? decodeAs(bytes, "iso-2022-jp") : undefined;
  if (escaped !== undefined) return { text: escaped, note: toGuess("iso-2022-jp") };
  if (strict !== undefined) return { text: strict };
  const named = declared === undefined ? undefined : decodeAs(bytes, declared);
  if (named !== undefined) return { text: named };
  const { letters, wrong } = countUtf8(bytes);
  // Of another character set hardly a letter would be left.
  if (letters <= 2 * wrong) return guess(bytes, listCharsets(bytes));
  const note = `${wrong} places are not UTF-8 and shown as \uFFFD: download_file_content saves the bytes.`;
  return { text: new TextDecoder().decode(bytes), note };
}

/** How many characters beyond ASCII there are, and how many places that are not UTF-8. */
function countUtf8(bytes: Uint8Array): { readonly letters: number; readonly wrong: number } {
  const decoder = new TextDecoder();
  let [letters, wrong] = [0, 0];
  // Piece by piece, for all of it as one text would be kept for nothing where it is not UTF-8.
  for (let at = 0; at < bytes.length; at += sampleSize) {
    const piece = decoder.decode(bytes.subarray(at, at + sampleSize), { stream: true });
    for (let index = 0; index < piece.length; index += 1) {
      const code = piece.charCodeAt(index);
      if (code === 0xfffd) wrong += 1;
      // The second half of a character that takes two counts for both.
      else if (code > 0x7f && (code < 0xd800 || code > 0xdbff)) letters += 1;
    }
  }
  // What the end cuts off is one more.
  if (decoder.decode() !== "") wrong += 1;
  return { letters, wrong };
}

/** The bytes in the first of these character sets that takes all of them. */
function guess(bytes: Uint8Array, charsets: Iterable<string>): Decoded {
  for (const charset of charsets) {
    const text = decodeAs(bytes, charset);
    if (text === undefined || unlikely.test(text)) continue;
    return { text, note: toGuess(charset) };
  }
  return { text: new TextDecoder(anyBytes).decode(bytes), note: toGuess(anyBytes) };
}

function toGuess(charset: string): string {
  return `Read as ${charset}, which is a guess: the file is not UTF-8.`;
}

/** The bytes in a character set; undefined where they are not in it, or it is not known. */
function decodeAs(
  bytes: Uint8Array,
  charset: string,
  options?: { readonly stream: boolean },
): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes, options);
  } catch {
    return undefined;
  }
}

/**
 * The character sets that the letters beyond ASCII look most like, the most likely one first. A sample
 * says so: all of a long file in each of them would take its size many times over.
 */
function listCharsets(bytes: Uint8Array): Set<string> {
  const first = bytes.findIndex((byte) => byte > 0x7f);
  // From the start of its line, so that no letter of several bytes is parted.
  const start = bytes.lastIndexOf(0x0a, first) + 1;
  const from = first - start > sampleSize / 2 ? first : start;
  const sample = bytes.subarray(from, from + sampleSize);
  const texts = analyse(sample).flatMap(({ name, confidence }) => {
    // The end may part a letter of several bytes.
    const text = decodeAs(sample, name, { stream: true });
    if (text === undefined || unlikely.test(text)) return [];
    return [{ name: western.includes(name) ? anyBytes : name, confidence, text }];
  });
  const sure = texts.filter(({ confidence }) => confidence >= likely);
  // Of a few words only kana tell much.
  const short = texts.filter(({ text }) => kana.test(text) && !mixed.test(text));
  const rest = texts.filter(({ confidence, text }) => confidence > unsure || !mixed.test(text));
  return new Set([...sure, ...short, ...rest].map(({ name }) => name));
}

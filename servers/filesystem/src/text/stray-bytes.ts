import { TextDecoder } from "node:util";

/** So many kinds of stray bytes have a character of their own; a file with more is not text. */
const mostKinds = 1024;
const first = 0xdc00;
/** The second half of a surrogate pair without its first, which no UTF-8 decodes to. */
const lone = /(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export interface LenientText {
  readonly text: string;
  readonly strays: readonly Buffer[];
}

/** Decodes UTF-8 and keeps the bytes that are none; undefined for what is full of them. */
export function decodeLenient(bytes: Uint8Array): LenientText | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const decoded = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const kinds = new Map<string, number>();
  const pieces: string[] = [];
  let [at, from] = [0, 0];
  for (let found = decoded.indexOf("\ufffd"); found >= 0; found = decoded.indexOf("\ufffd", from)) {
    const before = decoded.slice(from, found);
    at += Buffer.byteLength(before);
    from = found + 1;
    const length = findStray(buffer, at);
    const stray = buffer.subarray(at, at + (length ?? 3));
    at += stray.length;
    pieces.push(before);
    if (length === undefined) pieces.push("\ufffd");
    else {
      const key = stray.toString("latin1");
      const kind = kinds.get(key) ?? kinds.size;
      if (kind >= mostKinds) return undefined;
      kinds.set(key, kind);
      pieces.push(String.fromCharCode(first + kind));
    }
  }
  const strays = [...kinds.keys()].map((key) => Buffer.from(key, "latin1"));
  return { text: pieces.join("") + decoded.slice(from), strays };
}

/** Turns such text back into bytes. */
export function encodeLenient(text: string, strays: readonly Buffer[]): Buffer {
  if (strays.length === 0) return Buffer.from(text, "utf8");
  const parts: Buffer[] = [];
  let from = 0;
  for (const { index } of text.matchAll(lone)) {
    parts.push(Buffer.from(text.slice(from, index), "utf8"));
    parts.push(strays[text.charCodeAt(index) - first] ?? Buffer.alloc(0));
    from = index + 1;
  }
  return Buffer.concat([...parts, Buffer.from(text.slice(from), "utf8")]);
}

/** New text for a stretch whose stray bytes it was shown as U+FFFD: in their order they stay. */
export function keepStrays(newText: string, stretch: string): string {
  if (!newText.includes("\ufffd")) return newText;
  const strays = stretch.match(lone) ?? [];
  return newText.replaceAll("\ufffd", () => strays.shift() ?? "\ufffd");
}

/**
 * How many bytes make one replacement character: the longest start of a character that goes no further
 * (Unicode 3.9, "maximal subparts"). Undefined where the replacement character itself is written.
 */
function findStray(bytes: Buffer, at: number): number | undefined {
  const [lead = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
  if (lead === 0xef && second === 0xbf && third === 0xbd) return undefined;
  if (lead < 0xe0 || lead > 0xf4) return 1;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 1;
  return lead >= 0xf0 && third >= 0x80 && third <= 0xbf ? 3 : 2;
}

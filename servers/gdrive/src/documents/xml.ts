/** A tag or a text of an XML document, in the order they stand. */
export interface XmlPart {
  /** Local name of the tag; empty for text. */
  readonly name: string;
  readonly closes: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

const none: Readonly<Record<string, string>> = {};

/** What may hold any sign but its own end, and whether that is text. */
const literals = [
  ["<!--", "-->", false],
  ["<![CDATA[", "]]>", true],
] as const;

/**
 * Reads XML as a flat sequence, once from left to right. Enough for Office's own files; there are
 * no entities of a document's own, so none can grow.
 */
export function* readXml(xml: string): Generator<XmlPart> {
  let at = 0;
  while (at < xml.length) {
    const open = xml.indexOf("<", at);
    const end = open < 0 ? xml.length : open;
    if (end > at)
      yield { name: "", closes: false, attributes: none, text: decode(xml.slice(at, end)) };
    if (open < 0) return;
    const literal = literals.find(([start]) => xml.startsWith(start, open));
    if (literal !== undefined) {
      const [start, finish, isText] = literal;
      const stop = xml.indexOf(finish, open + start.length);
      const text = xml.slice(open + start.length, stop < 0 ? xml.length : stop);
      if (isText) yield { name: "", closes: false, attributes: none, text };
      if (stop < 0) return;
      at = stop + finish.length;
      continue;
    }
    const close = xml.indexOf(">", open);
    if (close < 0) return;
    const tag = xml.slice(open + 1, close);
    at = close + 1;
    if (tag.startsWith("?") || tag.startsWith("!")) continue;
    const closes = tag.startsWith("/");
    const [, name = ""] = /^\/?(?:[\w.-]+:)?([\w.-]+)/.exec(tag) ?? [];
    const attributes = closes ? none : readAttributes(tag);
    yield { name, closes, attributes, text: "" };
    if (tag.endsWith("/")) yield { name, closes: true, attributes: none, text: "" };
  }
}

/** An attribute by its local name; empty where it is not there. */
export function attributeOf(attributes: XmlPart["attributes"], name: string): string {
  const found = Object.entries(attributes).find(
    ([key]) => key === name || key.endsWith(`:${name}`),
  );
  return found?.[1] ?? "";
}

function readAttributes(tag: string): Record<string, string> {
  const pairs = tag.matchAll(/\s([\w:.-]+)=(?:"([^"]*)"|'([^']*)')/g);
  return Object.fromEntries([...pairs].map(([, key = "", a, b]) => [key, decode(a ?? b ?? "")]));
}

const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

function decode(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w{1,4}));/g, (all, hex, dec, name) => {
    if (name !== undefined) return named[name] ?? all;
    const code = hex === undefined ? Number(dec) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

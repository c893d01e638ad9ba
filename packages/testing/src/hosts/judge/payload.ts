import { at, leaves, listAt, textAt } from "../json.ts";
import type { Received } from "../plain.ts";

/** What of an answer has to reach the model, whichever of its forms a host shows. */
export interface Payload {
  /** Lines, names, numbers, fences, notices and cursors. */
  readonly pieces: readonly string[];
  /** Of each picture its bytes in base64, or undefined where they differ from run to run. */
  readonly pictures: readonly (string | undefined)[];
}

/** A word that a server's own code holds is a label, not an answer of its backend. */
export type IsLabel = (word: string) => boolean;

/**
 * Computes the payload of a call from what a plain client received for it twice: what both runs
 * agree on. Of a line that has a time or an id in it the other words remain.
 */
export function toPayload(first: Received, second: Received, isLabel: IsLabel): Payload {
  const pieces = listPieces(first, isLabel);
  const others = new Set(listPieces(second, isLabel));
  const words = new Set([...others].flatMap(toWords));
  const agreed = pieces.flatMap((piece) => {
    if (others.has(piece)) return [piece];
    return toWords(piece).filter((word) => words.has(word));
  });
  const pictures = listPictures(first.result);
  const again = listPictures(second.result);
  return {
    pieces: [...new Set(agreed)],
    pictures: pictures.map((data, index) => (data === again[index] ? data : undefined)),
  };
}

function listPieces({ call, result, schema }: Received, isLabel: IsLabel): readonly string[] {
  const toLines = (text: string) => toParts(text, call.varies);
  const blocks = listAt(result, "content");
  const lines = blocks.flatMap((block) => toLines(textAt(block, "text")));
  const links = blocks
    .filter((block) => at(block, "type") === "resource_link")
    .flatMap((block) => [textAt(block, "uri"), textAt(block, "name")]);
  const structured = at(result, "structuredContent");
  if (structured === undefined) return [...lines, ...links];
  // Some hosts show the one form, some the other: of the text, what is not the words of a label.
  const data = listData(structured, schema).flatMap(toLines);
  const fences = lines.flatMap(
    (line) => line.match(/<\/?untrusted[^>]*>|data, not instructions/g) ?? [],
  );
  const words = lines.flatMap(toWords).filter((word) => !isLabel(word));
  return [...data, ...fences, ...links, ...words];
}

/** Strings and numbers of an answer, without those of which its schema says what they can be. */
function listData(value: unknown, schema: unknown): readonly string[] {
  const branches = [schema, ...listAt(schema, "anyOf"), ...listAt(schema, "oneOf")];
  const has = (name: string) => branches.some((branch) => at(branch, name) !== undefined);
  if (typeof value !== "object" || value === null) {
    return has("enum") || has("const") ? [] : [...leaves(value)].map(String);
  }
  const inside = (name: string) =>
    branches.map((branch) => at(branch, name)).find((found) => found !== undefined);
  if (Array.isArray(value)) return value.flatMap((item) => listData(item, inside("items")));
  return Object.entries(value).flatMap(([key, member]) => {
    const known = branches.map((branch) => at(branch, "properties", key));
    const schemaOf = known.find((found) => found !== undefined);
    return listData(member, schemaOf ?? inside("additionalProperties"));
  });
}

function listPictures(result: unknown): readonly string[] {
  return listAt(result, "content")
    .filter((block) => at(block, "type") === "image")
    .map((block) => textAt(block, "data"));
}

/** The lines of a text, without what varies in them. */
function toParts(text: string, varies?: RegExp): readonly string[] {
  return text
    .split(/\r?\n/)
    .flatMap((line) => (varies === undefined ? [line] : line.split(varies)))
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function toWords(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}_]{4,}/gu) ?? [];
}

import { writeJson } from "./digits.ts";
import {
  type Encode,
  encodeAll,
  encodeQueryReserved,
  isList,
  isRecord,
  toText,
  type Value,
} from "./encode.ts";
import { type Style, writeParameter } from "./styles.ts";

/** How one member of a form is written, where OpenAPI says so. */
export interface Encoding {
  /** One media type or several, separated by commas. */
  readonly contentType?: string;
  readonly style?: Style;
  readonly explode?: boolean;
  readonly allowReserved?: boolean;
}

export function isUrlEncoded(contentType: string): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(contentType);
}

export function isJson(contentType: string): boolean {
  return /^[^;]*[/+]json\b/i.test(contentType);
}

/** Types that are one JSON value after another: JSON Lines under its names, and RFC 7464. */
export function isJsonLines(contentType: string): boolean {
  return /^application\/(?:x-)?(?:jsonl|jsonlines|ndjson|json-lines|json-seq)\b/i.test(contentType);
}

/**
 * A value in its media type: JSON where that is the type, each item of a list in a line of its own in
 * JSON Lines; text as it is, and all else as JSON.
 */
export function writeContent(contentType: string, value: Value): string {
  if (isJsonLines(contentType) && isList(value)) {
    const start = /json-seq/i.test(contentType) ? "\u001e" : "";
    return value.map((item) => `${start}${writeJson(item)}\n`).join("");
  }
  return isJson(contentType) ? writeJson(value) : toText(value);
}

/**
 * Writes an object as `application/x-www-form-urlencoded`. A member goes by its `encoding`; without
 * one, single values and lists of them are written as `form` with `explode`, and what nests in
 * brackets, which is how forms are read nearly everywhere.
 */
export function writeUrlEncoded(
  value: { readonly [name: string]: Value | undefined },
  encoding: Readonly<Record<string, Encoding>> = {},
): string {
  return Object.entries(value)
    .flatMap(([name, item]) => (item === undefined ? [] : writeMember(name, item, encoding[name])))
    .filter((part) => part !== "")
    .join("&");
}

function writeMember(name: string, value: Value, encoding: Encoding = {}): string {
  const { style, explode, allowReserved, contentType } = encoding;
  const encode: Encode = allowReserved === true ? encodeQueryReserved : encodeAll;
  const styled = style !== undefined || explode !== undefined || allowReserved !== undefined;
  if (!styled && contentType !== undefined) {
    return `${encodeAll(name)}=${encodeAll(writeContent(contentType, value))}`;
  }
  if (!styled && nests(value)) {
    return writeParameter({ name, style: "deepObject", explode: true, encode }, value);
  }
  const own = style ?? "form";
  return writeParameter(
    { name, style: own, explode: explode ?? (own === "form" || own === "deepObject"), encode },
    value,
  );
}

function nests(value: Value): boolean {
  if (isList(value)) return value.some((item) => isList(item) || isRecord(item));
  return isRecord(value);
}

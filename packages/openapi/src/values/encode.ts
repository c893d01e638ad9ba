import { toPlainText, writeJson } from "./digits.ts";

/** What JSON can say, which is what arguments are. */
export type Value =
  | string
  | number
  | boolean
  | null
  | readonly Value[]
  | { readonly [key: string]: Value | undefined };

export type Encode = (text: string) => string;

/** Percent-encodes everything but RFC 3986's unreserved characters. */
export const encodeAll: Encode = (text) =>
  encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, toHex);

/** As `encodeAll`, leaving what is reserved and what is encoded already (RFC 6570 `+`). */
export const encodeReserved: Encode = (text) =>
  encodeURI(text.toWellFormed())
    .replaceAll("%5B", "[")
    .replaceAll("%5D", "]")
    .replace(/%25([0-9A-Fa-f]{2})/g, "%$1");

/** As `encodeReserved` inside a query, where these characters would end the value. */
export const encodeQueryReserved: Encode = (text) =>
  encodeReserved(text).replace(/[#&+]/g, toHex).replaceAll("[", "%5B").replaceAll("]", "%5D");

/** For headers and cookies, which percent-encoding is foreign to. */
export const asItIs: Encode = (text) => text;

/** The name of each member and its value as text; members that are not there are left out. */
export function toEntries(value: { readonly [key: string]: Value | undefined }): [string, Value][] {
  return Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, item]]));
}

/** A value as text: what has members stands as JSON. */
export function toText(value: Value): string {
  if (value === null) return "";
  if (typeof value === "string") return toPlainText(value);
  return typeof value === "object" ? writeJson(value) : String(value);
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isRecord(value: Value): value is { readonly [key: string]: Value | undefined } {
  return typeof value === "object" && value !== null && !isList(value);
}

function toHex(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

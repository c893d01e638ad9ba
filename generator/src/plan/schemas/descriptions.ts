import { type Json, toJson, toList } from "../../json.ts";
import { toSpoken } from "../names/words.ts";

/** What is known of an argument, or of a member of one. */
export interface Place {
  /** Its name; empty where nobody reads a description, as for the items of a list. */
  readonly name: string;
  /** Where it goes, or what it is a member of: `in the path`, `of the pet`. */
  readonly where: string;
  /** What its own members are members of. */
  readonly owner: string;
}

/** Below this a description says too little to choose a value by. */
const shortest = 20;
const longestExample = 40;

const kinds: Readonly<Record<string, string>> = {
  string: "Text",
  integer: "A whole number",
  number: "A number",
  boolean: "True or false",
  array: "A list",
  object: "An object",
  null: "Null",
};

const formatted: Readonly<Record<string, string>> = {
  date: "A date such as 2026-01-31",
  "date-time": "A date and time such as 2026-01-31T12:00:00Z",
  time: "A time of day",
  duration: "A duration such as PT1H",
  email: "An email address",
  hostname: "A host name",
  ipv4: "An IPv4 address",
  ipv6: "An IPv6 address",
  uri: "A URL",
  "uri-reference": "A URL, absolute or relative",
  uuid: "A UUID",
  byte: "Bytes in base64",
};

/** Where the parts of a request are, as its arguments say it. */
export const whereabouts = {
  path: "in the path of the URL",
  query: "in the query string",
  querystring: "as the query string",
  header: "in a header",
  cookie: "in a cookie",
  body: "in the request body",
} as const;

export function toMemberPlace(name: string, { owner }: Place): Place {
  const spoken = toSpoken(owner).replace(/\.$/, "").toLowerCase();
  return { name, where: `of the ${spoken}`, owner: name };
}

/**
 * A description that a value can be chosen by: the document's own words, if they are not too short, and
 * what else is known where they are. `schema` is as written and `given` as the document has it.
 */
export function toUseful(words: string, schema: Json, given: Json, place: Place): string {
  if (words.length >= shortest) return words;
  const start = words === "" ? toSpoken(place.name) : /[.!?…]$/.test(words) ? words : `${words}.`;
  const sentences = [start, `${toKind(schema)} ${place.where}.`];
  const example = toShort(given["example"] ?? toList(given["examples"])[0]);
  if (example !== undefined) sentences.push(`Example: ${example}.`);
  const standard = toShort(schema["default"]);
  if (standard !== undefined) sentences.push(`Default: ${standard}.`);
  const text = sentences.join(" ");
  return text.length >= shortest ? text : `${text} Its name in the API is "${place.name}".`;
}

/** How a union says which of its schemas a value has. */
export function sayDiscriminator({ discriminator }: Json): string {
  const { propertyName, mapping } = toJson(discriminator);
  if (typeof propertyName !== "string") return "";
  const names = Object.keys(toJson(mapping)).slice(0, 12);
  return `${propertyName} tells which one it is${names.length > 0 ? `: ${names.join(", ")}` : ""}.`;
}

function toKind(schema: Json): string {
  const { type, format, enum: values } = schema;
  const texts = toList(values).filter((value) => typeof value === "string" && value !== "");
  const list = texts.join(", ");
  if (texts.length > 0 && list.length <= 60) return `One of ${list},`;
  const types = (Array.isArray(type) ? type : [type]).filter((one) => typeof one === "string");
  const [first, second, third] = types.filter((one) => one !== "null");
  if (first === undefined || third !== undefined) return "A value";
  const kind = formatted[String(format)] ?? kinds[first] ?? "A value";
  const other = second === undefined ? undefined : kinds[second]?.toLowerCase();
  return [kind, other, types.includes("null") ? "null" : undefined]
    .filter((one) => one !== undefined)
    .join(" or ");
}

/** A value as JSON, if it is short; texts from documents have no place for what terminals obey. */
function toShort(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = JSON.stringify(value).replace(/\p{Cc}|\p{Cf}/gu, " ");
  return text.length <= longestExample ? text : undefined;
}

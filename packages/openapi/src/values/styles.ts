import {
  type Encode,
  encodeAll,
  isList,
  isRecord,
  toEntries,
  toText,
  type Value,
} from "./encode.ts";

/** How a parameter is written, by the names of OpenAPI 3.2. */
export const styles = [
  "matrix",
  "label",
  "simple",
  "form",
  "spaceDelimited",
  "pipeDelimited",
  "deepObject",
  "cookie",
] as const;

/** How a parameter is written, after the `style` of OpenAPI's Parameter Object. */
export type Style = (typeof styles)[number];

export interface Writing {
  readonly name: string;
  readonly style: Style;
  readonly explode: boolean;
  readonly encode: Encode;
}

/**
 * Writes one parameter as the style table of OpenAPI 3.2 has it (section 4.12.6). Where the table
 * says n/a, the value is written as the nearest style that has a form for it: a single value as
 * `form`, and what is delimited although it explodes as `form` too.
 */
export function writeParameter(writing: Writing, value: Value): string {
  const { style, explode } = writing;
  switch (style) {
    case "matrix":
      return writeMatrix(writing, value);
    case "label":
      return `.${writeValues(writing, value, explode ? "." : ",")}`;
    case "simple":
      return writeValues(writing, value, ",");
    case "form":
      return writePairs(writing, value, ",", "&");
    case "cookie":
      return writePairs(writing, value, ",", "; ");
    case "spaceDelimited":
      return writePairs(writing, value, "%20", "&");
    case "pipeDelimited":
      return writePairs(writing, value, "%7C", "&");
    case "deepObject":
      return writeDeep(writing, writing.encode(writing.name), value);
  }
}

/** Values alone: an object is its names and values in turn, or pairs where it explodes. */
function writeValues({ encode, explode }: Writing, value: Value, separator: string): string {
  if (isList(value)) return value.map((item) => encode(toText(item))).join(separator);
  if (!isRecord(value)) return encode(toText(value));
  return toEntries(value)
    .map(([key, item]) => `${encode(key)}${explode ? "=" : ","}${encode(toText(item))}`)
    .join(separator);
}

/** Values with the parameter's name, once or for each. */
function writePairs(writing: Writing, value: Value, delimiter: string, separator: string): string {
  const { encode, explode } = writing;
  const name = encode(writing.name);
  if (isList(value)) {
    const items = value.map((item) => encode(toText(item)));
    if (!explode) return `${name}=${items.join(delimiter)}`;
    return items.map((item) => `${name}=${item}`).join(separator);
  }
  if (!isRecord(value)) return `${name}=${encode(toText(value))}`;
  const entries = toEntries(value).map(([key, item]) => [encode(key), encode(toText(item))]);
  if (!explode) return `${name}=${entries.flat().join(delimiter)}`;
  return entries.map(([key, item]) => `${key}=${item}`).join(separator);
}

function writeMatrix(writing: Writing, value: Value): string {
  const empty = value === null || value === "" || (isList(value) && value.length === 0);
  if (empty) return `;${writing.encode(writing.name)}`;
  return `;${writePairs(writing, value, ",", ";")}`;
}

/**
 * The brackets of deepObject, which OpenAPI defines for one level of an object and everybody uses for
 * more; an item of a list stands under its number, which keeps the members of each item together.
 */
function writeDeep(writing: Writing, name: string, value: Value): string {
  const { encode } = writing;
  if (isList(value)) {
    return value.map((item, index) => writeDeep(writing, `${name}%5B${index}%5D`, item)).join("&");
  }
  if (!isRecord(value)) return `${name}=${encode(toText(value))}`;
  return toEntries(value)
    .map(([key, item]) => writeDeep(writing, `${name}%5B${encodeAll(key)}%5D`, item))
    .filter((part) => part !== "")
    .join("&");
}

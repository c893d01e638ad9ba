import { isList, isRecord, toText, type Value } from "../values/encode.ts";
import type { Encoding } from "../values/form.ts";
import { writeContent } from "../values/form.ts";
import type { FileContent, FileReader } from "./files.ts";

/** One part of a multipart body (RFC 7578). */
interface FormPart {
  readonly name: string;
  readonly filename?: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

export interface MultipartOptions {
  readonly contentType: string;
  /** Members whose values name files. */
  readonly files: readonly string[];
  readonly encoding: Readonly<Record<string, Encoding>>;
  readonly reader: FileReader;
  readonly boundary: string;
}

/**
 * Writes an object as multipart: each member a part, each item of a list a part of its own, files
 * with their names. What has members of its own is JSON unless its `encoding` says otherwise.
 */
export async function writeMultipart(
  value: { readonly [name: string]: Value | undefined },
  options: MultipartOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: FormPart[] = [];
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const isFile = options.files.includes(name);
    for (const item of listItems(member, isFile ? {} : options.encoding[name])) {
      // A file that may be null is none.
      if (!isFile || item !== null) parts.push(await toPart(name, item, options));
    }
  }
  const chunks = parts.flatMap((part) => [
    Buffer.from(`--${options.boundary}\r\n${toHead(part, options)}\r\n\r\n`),
    part.bytes,
    Buffer.from("\r\n"),
  ]);
  return new Uint8Array(Buffer.concat([...chunks, Buffer.from(`--${options.boundary}--\r\n`)]));
}

/** The items of a list, each for a part of its own; or one text of all, where the encoding says so. */
function listItems(member: Value, { style, explode }: Encoding = {}): readonly Value[] {
  if (!isList(member)) return [member];
  const delimiter = delimiters[style ?? "form"];
  const joins =
    explode === false || (explode === undefined && style !== undefined && style !== "form");
  if (delimiter === undefined || !joins || member.some(isNested)) return member;
  return [member.map(toText).join(delimiter)];
}

/** What stands between items that do not explode. */
const delimiters: Readonly<Record<string, string>> = {
  form: ",",
  simple: ",",
  spaceDelimited: " ",
  pipeDelimited: "|",
};

function isNested(item: Value): boolean {
  return isRecord(item) || isList(item);
}

async function toPart(name: string, value: Value, options: MultipartOptions): Promise<FormPart> {
  const asked = options.encoding[name]?.contentType;
  if (options.files.includes(name)) {
    const file = await options.reader.read(toText(value));
    return { name, filename: file.name, type: toFileType(file, asked), bytes: file.bytes };
  }
  const nests = isNested(value);
  const type = toFirstType(asked) ?? (nests ? "application/json" : "text/plain");
  return { name, type, bytes: Buffer.from(writeContent(type, value)) };
}

/** The type of the file itself where the API takes it, else the first it does take. */
function toFileType(file: FileContent, asked: string | undefined): string {
  const taken = toTypes(asked);
  const fits = (type: string) =>
    type === file.type || (type.endsWith("/*") && file.type.startsWith(type.slice(0, -1)));
  if (taken.length === 0 || taken.some(fits)) return file.type;
  return toFirstType(asked) ?? file.type;
}

function toFirstType(asked: string | undefined): string | undefined {
  return toTypes(asked).find((type) => !type.includes("*"));
}

function toTypes(asked = ""): string[] {
  return asked
    .split(",")
    .map((type) => type.trim())
    .filter((type) => type !== "");
}

function toHead({ name, filename, type }: FormPart, { contentType }: MultipartOptions): string {
  const isForm = /^multipart\/form-data\b/i.test(contentType);
  const file = filename === undefined ? "" : `; filename="${toQuoted(filename)}"`;
  const disposition = `Content-Disposition: form-data; name="${toQuoted(name)}"${file}`;
  // A text's type is what a form takes it for anyway, and some readers stumble over it.
  const plain = filename === undefined && type === "text/plain" && isForm;
  return plain ? disposition : `${disposition}\r\nContent-Type: ${toLine(type)}`;
}

/** As browsers quote names (HTML standard, multipart/form-data encoding algorithm). */
function toQuoted(text: string): string {
  return text.replaceAll("\r", "%0D").replaceAll("\n", "%0A").replaceAll('"', "%22");
}

function toLine(type: string): string {
  return type.replace(/[^\x20-\x7e]/g, "");
}

import { randomUUID } from "node:crypto";
import { isRecord, toText, type Value } from "../values/encode.ts";
import { ArgumentError } from "../values/errors.ts";
import { isUrlEncoded, writeContent, writeUrlEncoded } from "../values/form.ts";
import type { FileReader } from "./files.ts";
import { writeMultipart } from "./multipart.ts";
import { type Arguments, type Body, findArgument } from "./operation.ts";

/** A body as it goes over the wire. */
export interface WrittenBody {
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Writes the body of one call; undefined where no argument of it is given. */
export async function writeBody(
  body: Body,
  args: Arguments,
  reader: FileReader,
): Promise<WrittenBody | undefined> {
  const { contentType, files = [], encoding = {} } = body;
  const value = toValue(body, args);
  if (value === undefined) return undefined;
  if (body.file === true) return readFile(contentType, value, reader);
  if (isUrlEncoded(contentType)) {
    // Where the document says that the form is a text, the caller writes that text.
    if (typeof value === "string") return toBody(contentType, toText(value));
    return toBody(contentType, writeUrlEncoded(assertObject(value, contentType), encoding));
  }
  if (/^multipart\//i.test(contentType)) {
    const boundary = `fairlead-${randomUUID()}`;
    const object = assertObject(value, contentType);
    const options = { contentType, files, encoding, reader, boundary };
    return {
      contentType: `${contentType}; boundary=${boundary}`,
      bytes: await writeMultipart(object, options),
    };
  }
  return toBody(contentType, writeContent(contentType, value));
}

/** The body as one value: an argument, or an object of those members that are given. */
function toValue(body: Body, args: Arguments): Value | undefined {
  const { argument, members = [], required = false } = body;
  if (argument !== undefined) return findArgument(args, argument);
  const given = members.flatMap((member) => {
    const value = findArgument(args, member.argument);
    return value === undefined ? [] : [[member.name, value] as const];
  });
  return given.length === 0 && !required ? undefined : Object.fromEntries(given);
}

async function readFile(contentType: string, value: Value, reader: FileReader) {
  const { type, bytes } = await reader.read(toText(value));
  return { contentType: contentType.includes("*") ? type : contentType, bytes };
}

function toBody(contentType: string, text: string): WrittenBody {
  return { contentType, bytes: new TextEncoder().encode(text) };
}

function assertObject(value: Value, contentType: string) {
  if (isRecord(value)) return value;
  throw new ArgumentError(`A body of ${contentType} is an object.`, "Give its members by name.");
}

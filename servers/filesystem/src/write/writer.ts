import { createHash } from "node:crypto";
import { appendFile, createDirectory, type PathGuard, replaceFile } from "@fairlead/guard";
import { FileError } from "../errors.ts";
import { readAt } from "../text/chunks.ts";
import { encodeText } from "../text/editable-text.ts";
import { createDecoder, detectEncoding, sampleSize, toEncoding } from "../text/encoding.ts";
import { toPlainLines } from "./edits.ts";

export interface WriteOptions {
  readonly encoding?: "utf8" | "base64" | undefined;
  /** SHA-256 in hex of the content that may be replaced. */
  readonly expectedSha256?: string | undefined;
  readonly createOnly?: boolean | undefined;
}

export interface WriteResult {
  readonly created: boolean;
  readonly sha256: string;
}

/** Creates or replaces a file in one step. */
export async function writeContent(
  guard: PathGuard,
  path: string,
  content: string,
  { encoding = "utf8", expectedSha256, createOnly }: WriteOptions,
): Promise<WriteResult> {
  const bytes = encoding === "base64" ? fromBase64(content) : Buffer.from(content, "utf8");
  const { created } = await replaceFile(guard, path, bytes, {
    expected: expectedSha256,
    createOnly,
  });
  return { created, sha256: hashOf(bytes) };
}

/** Adds text to the end of a file in its encoding and line ends; one that is missing is created. */
export async function appendContent(
  guard: PathGuard,
  path: string,
  content: string,
  encoding?: string,
) {
  let bytes = 0;
  const { created } = await appendFile(guard, path, async (file) => {
    const added = encodeFor(await readAt(file, 0, sampleSize), content, encoding);
    bytes = added.length;
    return added;
  });
  return { bytes, created };
}

/** Text as bytes that continue a file which begins with the sample. */
function encodeFor(sample: Buffer, content: string, declared: string | undefined): Buffer {
  const { name } = declared === undefined ? detectEncoding(sample) : toEncoding(declared);
  const encoding = name === "binary" ? "utf-8" : name;
  const text = createDecoder({ name }).decode(sample);
  const lineEnds = text.split("\n").length - 1;
  const crlf = text.split("\r\n").length - 1;
  const plain = lineEnds === 0 ? content : toPlainLines(content);
  const added = crlf * 2 > lineEnds ? plain.replaceAll("\n", "\r\n") : plain;
  return encodeText({ text: added, encoding, strays: [] });
}

/** Creates a directory and those above it; true if it was not there. */
export function createFolder(guard: PathGuard, path: string): Promise<boolean> {
  return createDirectory(guard, path);
}

export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function fromBase64(content: string): Buffer {
  const packed = content.replace(/\s+/g, "");
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return Buffer.from(packed, "base64");
  // Node would leave out what it does not know and write a shorter file.
  throw new FileError("The content is not base64.", "Encode it, or leave out encoding.");
}

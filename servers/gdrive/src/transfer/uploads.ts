import { DriveError } from "../errors.ts";
import type { LocalFiles, Source } from "./local-files.ts";

/** The ways to say what a file shall hold; one of them at most. */
export interface Given {
  readonly content?: string | undefined;
  readonly content_base64?: string | undefined;
  readonly path?: string | undefined;
}

/** Hands on what was given as text, as base64 or by a local path; undefined for none. */
export async function withContent<T>(
  { content, content_base64: base64, path }: Given,
  local: LocalFiles,
  work: (source: Source | undefined) => Promise<T>,
): Promise<T> {
  const given = [content, base64, path].filter((way) => way !== undefined);
  if (given.length > 1) {
    throw new DriveError(
      "The content is given in more than one way.",
      "Give one of content, content_base64 and path.",
    );
  }
  if (path !== undefined) return local.withFile(path, work);
  if (content !== undefined)
    return work(toSource(new TextEncoder().encode(content.toWellFormed())));
  return work(base64 === undefined ? undefined : toSource(fromBase64(base64)));
}

/** The same, where there must be some. Throws DriveError for nothing. */
export function withNewContent<T>(
  given: Given,
  local: LocalFiles,
  work: (source: Source) => Promise<T>,
): Promise<T> {
  return withContent(given, local, async (source) => {
    if (source !== undefined) return work(source);
    throw new DriveError("There is no content.", "Give content, content_base64 or path.");
  });
}

function toSource(bytes: Uint8Array<ArrayBuffer>): Source {
  return { size: bytes.length, read: async (start, end) => bytes.subarray(start, end) };
}

function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.from(base64, "base64");
  // Buffer skips what is not base64, which would upload something else than was meant.
  if (bytes.toString("base64").replace(/=+$/, "") === base64.replace(/[\s=]+/g, "")) return bytes;
  throw new DriveError("content_base64 is not base64.", "Encode the bytes as standard base64.");
}

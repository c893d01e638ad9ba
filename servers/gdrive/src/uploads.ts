import type { Content } from "./changes.ts";
import { DriveError } from "./errors.ts";
import type { LocalFiles } from "./local-files.ts";

/** The ways to say what a file shall hold; one of them at most. */
export interface Given {
  readonly content?: string | undefined;
  readonly content_base64?: string | undefined;
  readonly path?: string | undefined;
}

/** The bytes that were given as text, as base64 or by a local path; undefined for none. */
export async function toBytes(
  { content, content_base64: base64, path }: Given,
  local: LocalFiles,
): Promise<Uint8Array | undefined> {
  const given = [content, base64, path].filter((way) => way !== undefined);
  if (given.length > 1) {
    throw new DriveError(
      "The content is given in more than one way.",
      "Give one of content, content_base64 and path.",
    );
  }
  if (content !== undefined) return new TextEncoder().encode(content.toWellFormed());
  if (path !== undefined) return local.read(path);
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, "base64");
  // Buffer skips what is no base64, which would upload something else than was meant.
  if (bytes.toString("base64").replace(/=+$/, "") === base64.replace(/[\s=]+/g, "")) return bytes;
  throw new DriveError("content_base64 is not base64.", "Encode the bytes as standard base64.");
}

/** What was given, with its type. Throws DriveError for nothing. */
export async function toContent(
  given: Given,
  mimeType: string | undefined,
  local: LocalFiles,
): Promise<{ readonly bytes: Uint8Array; readonly mimeType: Content["mimeType"] | undefined }> {
  const bytes = await toBytes(given, local);
  if (bytes !== undefined) return { bytes, mimeType };
  throw new DriveError("There is no content.", "Give content, content_base64 or path.");
}

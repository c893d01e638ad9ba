import { pathToFileURL } from "node:url";
import { type PathGuard, statPath, withFile } from "@fairlead/guard";
import { FileError } from "../errors.ts";
import { decodeText } from "../text/editable-text.ts";
import { detectEncoding, sampleSize } from "../text/encoding.ts";
import { type EntryType, listDirectory } from "../walk/listing.ts";
import { typeOf, unknownType } from "./media-types.ts";

/** Bytes a document read whole may have. */
const largestDocument = 32 * 1024 * 1024;

export interface Document {
  readonly path: string;
  readonly uri: string;
  readonly type: string;
  /** Text as a string, anything else as bytes. */
  readonly body: string | Buffer;
}

export interface ListedEntry {
  readonly name: string;
  readonly type: EntryType;
  readonly uri: string;
}

/** A whole file, or the listing of a directory as JSON. */
export async function readDocument(guard: PathGuard, requested: string): Promise<Document> {
  const { path, stats } = await statPath(guard, requested);
  const uri = toUri(path);
  if (stats.isDirectory()) {
    const entries = await listDirectory(guard, path);
    const listed: ListedEntry[] = entries.map((entry) => ({
      ...entry,
      uri: `${uri.replace(/\/$/, "")}/${encodeURIComponent(entry.name)}`,
    }));
    return { path, uri, type: "application/json", body: JSON.stringify(listed) };
  }
  return withFile(guard, path, async ({ handle, stats: { size } }) => {
    if (size > largestDocument) {
      throw new FileError(
        `'${path}' is too large to read at once.`,
        "Read parts of it with read_text_file.",
      );
    }
    const bytes = await handle.readFile();
    const binary = detectEncoding(bytes.subarray(0, sampleSize)).name === "binary";
    const type = typeOf(path) ?? (binary ? unknownType : "text/plain");
    const isText =
      !binary && !/^(?:image\/(?!svg)|audio|video|application\/(?:pdf|zip|gzip))/.test(type);
    return { path, uri, type, body: isText ? decodeText(bytes).text.toWellFormed() : bytes };
  });
}

export function toUri(path: string): string {
  return pathToFileURL(path).href;
}

import { pathToFileURL } from "node:url";
import { findImageType, type PathGuard, withFile } from "@fairlead/guard";
import { mediaTypeOf } from "./media-types.ts";

/** Files above this many bytes are pointed to instead of sent. */
const largestInline = 1024 * 1024;

export interface MediaRead {
  readonly path: string;
  readonly uri: string;
  readonly type: string;
  /** How a host can show it; a file is one that none can, or that is too large to send. */
  readonly kind: "image" | "audio" | "file";
  readonly size: number;
  /** Empty for a file. */
  readonly bytes: Uint8Array;
}

/** Reads a picture or a sound whole, unless it is large, and tells of any other file. */
export function readMedia(guard: PathGuard, requested: string): Promise<MediaRead> {
  return withFile(guard, requested, async ({ handle, path, stats: { size } }) => {
    const known = { path, uri: pathToFileURL(path).href, size };
    const named = mediaTypeOf(path);
    const bytes = size > largestInline ? new Uint8Array() : await handle.readFile();
    // By its bytes: a model's API refuses a picture that is not what its type says.
    const picture = findImageType(bytes);
    if (picture !== undefined) return { ...known, type: picture, kind: "image", bytes };
    const sound = named.startsWith("audio/") && bytes.length > 0;
    if (sound) return { ...known, type: named, kind: "audio", bytes };
    return { ...known, type: named, kind: "file", bytes: new Uint8Array() };
  });
}

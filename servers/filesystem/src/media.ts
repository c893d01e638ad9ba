import { pathToFileURL } from "node:url";
import { type PathGuard, withFile } from "@fairlead/runtime/guard";
import { mediaTypeOf } from "./media-types.ts";

/** Files above this many bytes are pointed to instead of sent. */
export const largestInline = 1024 * 1024;

export interface MediaRead {
  readonly path: string;
  readonly uri: string;
  readonly type: string;
  readonly size: number;
  /** Undefined for a file too large to send. */
  readonly bytes: Buffer | undefined;
}

/** Reads a picture, a sound or any other file whole, unless it is large. */
export function readMedia(guard: PathGuard, requested: string): Promise<MediaRead> {
  return withFile(guard, requested, async ({ handle, path, stats: { size } }) => ({
    path,
    uri: pathToFileURL(path).href,
    type: mediaTypeOf(path),
    size,
    bytes: size > largestInline ? undefined : await handle.readFile(),
  }));
}

import type { PathGuard } from "@fairlead/guard";
import { FileError, messageOf } from "../errors.ts";
import { showName } from "../names.ts";
import type { SmallText, TextsQuery } from "./small-texts.ts";
import type { ReadLimits, TextRead } from "./text-read.ts";
import { readText, toWholeRead } from "./text-reader.ts";

export interface SeveralRead {
  readonly path: string;
  readonly read: TextRead | undefined;
  readonly error: string | undefined;
}

const mostFiles = 500;
const frame = `${" ".repeat(150)}\n\n\n\n`;

/** Reads small files faster than one by one; gives as many of the first as it can. */
export type ReadAhead = (query: TextsQuery) => Promise<readonly SmallText[]>;

/** Reads files one after the other until the room they share is used up. */
export async function readSeveral(
  guard: PathGuard,
  paths: readonly string[],
  { room, signal, readAhead }: ReadLimits & { readonly readAhead: ReadAhead },
): Promise<SeveralRead[]> {
  if (paths.length === 0 || paths.length > mostFiles) {
    throw new FileError(`${paths.length} paths were given.`, `Give 1 to ${mostFiles}.`);
  }
  // What stands around each text: its path, its rule and perhaps a note.
  const frames = paths.map((path) => showName(path) + frame).join("");
  if (!room.take(frames))
    throw new FileError("The list of paths alone fills the result.", "Give fewer.");
  const results: SeveralRead[] = [];
  while (results.length < paths.length) {
    const rest = paths.slice(results.length);
    for (const small of await readAhead({ paths: rest, characters: room.characters })) {
      const path = paths[results.length];
      if (path === undefined || !room.take(small.text)) break;
      results.push({ path, read: toWholeRead(small), error: undefined });
    }
    // What comes next has to be cut, decoded in parts or explained, if it can be read at all.
    const [path, ...others] = paths.slice(results.length);
    if (path === undefined) break;
    const one = await readOne(guard, path, { room, signal });
    results.push(one, ...(one.read?.truncated === true ? others.map(leftOut) : []));
  }
  return results;
}

async function readOne(guard: PathGuard, path: string, limits: ReadLimits): Promise<SeveralRead> {
  try {
    return { path, read: await readText(guard, path, {}, limits), error: undefined };
  } catch (error) {
    limits.signal.throwIfAborted();
    return { path, read: undefined, error: messageOf(error) };
  }
}

function leftOut(path: string): SeveralRead {
  return {
    path,
    read: undefined,
    error: "The result is full. Read this file in a call of its own.",
  };
}

/** The texts of several files as one, each under its path. */
export function joinSeveral(results: readonly SeveralRead[]): string {
  return results
    .map(({ path, read, error }) => {
      if (read === undefined) return `${showName(path)}: Error - ${error}`;
      const note = read.note === undefined ? "" : `${read.note}\n`;
      return `${showName(path)}:\n${read.text}\n${note}`;
    })
    .join("\n---\n");
}

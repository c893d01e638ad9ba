import type { PathGuard } from "@fairlead/runtime/guard";
import { FileError, messageOf } from "./errors.ts";
import type { ReadLimits, TextRead } from "./text-read.ts";
import { readText } from "./text-reader.ts";

export interface SeveralRead {
  readonly path: string;
  readonly read: TextRead | undefined;
  readonly error: string | undefined;
}

const mostFiles = 50;

/** Reads files one after the other until the budget they share is used up. */
export async function readSeveral(
  guard: PathGuard,
  paths: readonly string[],
  { budget, signal }: ReadLimits,
): Promise<SeveralRead[]> {
  if (paths.length === 0 || paths.length > mostFiles) {
    throw new FileError(`${paths.length} paths were given.`, `Give 1 to ${mostFiles}.`);
  }
  let left = budget;
  const results: SeveralRead[] = [];
  for (const path of paths) {
    // What stands around each text: its path, its rule and perhaps a note.
    left -= path.length + 200;
    const result = await readOne(guard, path, { budget: left, signal });
    left -= result.read?.text.length ?? 0;
    results.push(result);
  }
  return results;
}

async function readOne(guard: PathGuard, path: string, limits: ReadLimits): Promise<SeveralRead> {
  if (limits.budget <= 0) {
    return { path, read: undefined, error: "The answer is full; read this file on its own." };
  }
  try {
    return { path, read: await readText(guard, path, {}, limits), error: undefined };
  } catch (error) {
    limits.signal.throwIfAborted();
    return { path, read: undefined, error: messageOf(error) };
  }
}

/** The texts of several files as one, each under its path. */
export function joinSeveral(results: readonly SeveralRead[]): string {
  return results
    .map(({ path, read, error }) => {
      if (read === undefined) return `${path}: Error - ${error}`;
      const note = read.note === undefined ? "" : `${read.note}\n`;
      return `${path}:\n${read.text}\n${note}`;
    })
    .join("\n---\n");
}

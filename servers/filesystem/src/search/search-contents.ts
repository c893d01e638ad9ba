import { closeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import {
  HeldDirectory,
  isSystemError,
  type PathGuard,
  parseGlob,
  statPath,
  toGlobTest,
} from "@fairlead/guard";
import { messageOf } from "../errors.ts";
import { showName } from "../names.ts";
import { expandBraces } from "../walk/braces.ts";
import { Ignore } from "../walk/ignore.ts";
import { startClock } from "../walk/limits.ts";
import type { Beat, Steps } from "../walk/steps.ts";
import { type Found, Walk } from "../walk/walk.ts";
import { type LinePattern, toLinePattern } from "./line-pattern.ts";
import { type FileSearched, type LineMatch, type LineQuery, searchFile } from "./search-file.ts";

/** Where a search goes on: this many matches on from the start of a file. */
export interface SearchPosition {
  /** Path below the searched directory, with forward slashes; empty for its start. */
  readonly file: string;
  readonly skip: number;
}

export interface ContentQuery {
  readonly pattern: string;
  readonly regex?: boolean | undefined;
  readonly ignoreCase?: boolean | undefined;
  /** Which files, in the language of .gitignore with braces. */
  readonly glob?: string | undefined;
  readonly contextLines?: number | undefined;
  readonly maxMatches: number;
  readonly respectGitignore: boolean;
  readonly from: SearchPosition;
  /** Characters the matches may have together. */
  readonly budget: number;
  /** Milliseconds after which what was found by then is the answer. */
  readonly time?: number | undefined;
}

export interface FileMatch {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
  /** The lines around it, where there are any that were asked for. */
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

export interface ContentsFound {
  readonly matches: FileMatch[];
  readonly filesSearched: number;
  /** Binary, unreadable or secret files. */
  readonly filesSkipped: number;
  readonly next: SearchPosition | undefined;
}

const mostContext = 50;
/** Bytes of a file that are searched at once. */
const bufferSize = 1024 * 1024;

/** Searches the text of a file, or of all files below a directory, line by line. */
export async function startContents(
  guard: PathGuard,
  requested: string,
  query: ContentQuery,
  beat: Beat,
): Promise<Steps<ContentsFound>> {
  // Before anything is opened: what is refused here leaves nothing to let go of.
  const globs = expandBraces(query.glob ?? "");
  const pattern = toLinePattern({
    pattern: query.pattern,
    regex: query.regex === true,
    ignoreCase: query.ignoreCase === true,
  });
  const { path, stats } = await statPath(guard, requested);
  const ignore =
    stats.isDirectory() && query.respectGitignore ? await Ignore.above(guard, path) : undefined;
  const files = stats.isDirectory()
    ? new TreeFiles(guard, path, query, ignore, globs)
    : new OneFile(guard, path);
  return search(files, { ...query, lines: pattern, beat });
}

interface Files {
  next(): Found | undefined;
  /** Whether an entry is one of the files to search. */
  wants(found: Found): boolean;
  close(): void;
}

interface Search extends ContentQuery {
  readonly lines: LinePattern;
  readonly beat: Beat;
}

function* search(files: Files, query: Search): Steps<ContentsFound> {
  const { beat } = query;
  const lines = {
    pattern: query.lines,
    context: Math.min(Math.max(query.contextLines ?? 0, 0), mostContext),
    buffer: Buffer.allocUnsafe(bufferSize),
    beat,
  };
  const most = Math.max(query.maxMatches, 1);
  const matches: FileMatch[] = [];
  let [filesSearched, filesSkipped, size] = [0, 0, 0];
  let { skip } = query.from;
  const { isUp } = startClock(query.time);
  try {
    for (;;) {
      if (beat("reading")) yield;
      const file = files.next();
      if (file === undefined) break;
      const { path, below } = file;
      if (isUp()) {
        return { matches, filesSearched, filesSkipped, next: { file: below, skip } };
      }
      if (!files.wants(file)) continue;
      // One more than wanted shows whether there is more.
      const take = most - matches.length + 1;
      const found = yield* searchOne(file, { ...lines, skip, take });
      if (found === undefined) filesSkipped++;
      else filesSearched++;
      for (const [index, match] of (found?.matches ?? []).entries()) {
        size += sizeOf(path, match);
        if (matches.length >= most || (size > query.budget && matches.length > 0)) {
          const next = { file: below, skip: skip + index };
          return { matches, filesSearched, filesSkipped, next };
        }
        matches.push(toFileMatch(path, match));
      }
      skip = Math.max(skip - (found?.seen ?? 0), 0);
    }
  } finally {
    files.close();
  }
  return { matches, filesSearched, filesSkipped, next: undefined };
}

function* searchOne(file: Found, query: LineQuery): Steps<FileSearched | undefined> {
  try {
    const open = file.directory.open(file.name);
    if (open === undefined) return undefined;
    try {
      return yield* searchFile(open, query);
    } finally {
      closeSync(open.descriptor);
    }
  } catch (error) {
    if (!isSystemError(error)) messageOf(error);
    return undefined;
  }
}

/** The files below a directory, from the file a search goes on with. */
class TreeFiles implements Files {
  readonly #walk: Walk;
  readonly #wanted: ((below: string) => boolean) | undefined;

  constructor(
    guard: PathGuard,
    top: string,
    { from }: ContentQuery,
    ignore: Ignore | undefined,
    globs: readonly string[],
  ) {
    const parsed = globs.flatMap((glob) => parseGlob(glob) ?? []);
    this.#wanted = parsed.length === 0 ? undefined : toGlobTest(parsed);
    this.#walk = new Walk(guard, top, { start: from.file, ignore });
  }

  next(): Found | undefined {
    return this.#walk.next();
  }

  wants({ type, below }: Found): boolean {
    return type === "file" && this.#wanted?.(below) !== false;
  }

  close(): void {
    this.#walk.close();
  }
}

class OneFile implements Files {
  readonly #directory: HeldDirectory;
  readonly #name: string;
  #taken = false;

  constructor(guard: PathGuard, path: string) {
    guard.decide(path, "read");
    this.#directory = HeldDirectory.hold(guard, dirname(path));
    this.#name = basename(path);
  }

  next(): Found | undefined {
    if (this.#taken) return undefined;
    this.#taken = true;
    const [directory, name] = [this.#directory, this.#name];
    const path = join(directory.path, name);
    return { directory, name, type: "file", path, below: name };
  }

  wants(): boolean {
    return true;
  }

  close(): void {
    this.#directory.release();
  }
}

function toFileMatch(path: string, { line, text, before, after }: LineMatch): FileMatch {
  return {
    path: showName(path),
    line,
    text,
    ...(before.length > 0 && { before: before.join("\n") }),
    ...(after.length > 0 && { after: after.join("\n") }),
  };
}

/** Characters a match takes in an answer. */
function sizeOf(path: string, { text, before, after }: LineMatch): number {
  return [path, text, ...before, ...after].reduce((sum, part) => sum + part.length + 10, 40);
}

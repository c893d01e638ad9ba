import { dirname, join, relative, sep } from "node:path";
import {
  type Glob,
  matchesGlob,
  type PathGuard,
  parseGlob,
  statPath,
  withFile,
} from "@fairlead/runtime/guard";
import { expandBraces } from "./braces.ts";
import { FileError, messageOf } from "./errors.ts";
import { Ignore } from "./ignore.ts";
import { listDirectory } from "./listing.ts";
import type { PatternMatcher } from "./patterns.ts";
import { type FindLines, findLiteral, type LineMatch, searchLines } from "./search-lines.ts";

/** Where a search goes on: this many matches on from the start of a file. */
export interface SearchPosition {
  /** Path below the searched directory; empty for its start. */
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
  readonly signal: AbortSignal;
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

/** Searches the text of a file, or of all files below a directory, line by line. */
export async function searchContents(
  guard: PathGuard,
  patterns: PatternMatcher,
  requested: string,
  query: ContentQuery,
): Promise<ContentsFound> {
  const { path, stats } = await statPath(guard, requested);
  const top = stats.isDirectory() ? path : dirname(path);
  const files = stats.isDirectory() ? walk(guard, top, query) : [path];
  const find = toFinder(patterns, query);
  const most = Math.max(query.maxMatches, 1);
  const matches: FileMatch[] = [];
  let [filesSearched, filesSkipped, size] = [0, 0, 0];
  let { skip } = query.from;
  for await (const file of files) {
    const name = relative(top, file);
    // One more than wanted shows whether there is more.
    const take = most - matches.length + 1;
    const found = await searchFile(guard, file, { ...query, find, skip, take });
    if (found === undefined) filesSkipped++;
    else filesSearched++;
    for (const [index, match] of (found ?? []).entries()) {
      size += sizeOf(file, match);
      if (matches.length >= most || (size > query.budget && matches.length > 0)) {
        return { matches, filesSearched, filesSkipped, next: { file: name, skip: skip + index } };
      }
      matches.push(toFileMatch(file, match));
    }
    // What was skipped lies in the files up to here only if this one had no match to give.
    skip = found === undefined || found.length > 0 ? 0 : await rest(guard, file, find, query, skip);
  }
  return { matches, filesSearched, filesSkipped, next: undefined };
}

/** How many matches are still to be left out after a file that holds fewer. */
async function rest(
  guard: PathGuard,
  file: string,
  find: FindLines,
  { signal }: ContentQuery,
  skip: number,
): Promise<number> {
  if (skip === 0) return 0;
  const all = { find, context: 0, skip: 0, take: skip, signal };
  const held = await withFile(guard, file, (open) => searchLines(open, all));
  return Math.max(skip - (held?.length ?? 0), 0);
}

interface FileQuery extends ContentQuery {
  readonly find: FindLines;
  readonly skip: number;
  readonly take: number;
}

async function searchFile(
  guard: PathGuard,
  file: string,
  { find, contextLines = 0, skip, take, signal }: FileQuery,
): Promise<LineMatch[] | undefined> {
  try {
    return await withFile(guard, file, (open) =>
      searchLines(open, {
        find,
        context: Math.min(Math.max(contextLines, 0), mostContext),
        skip,
        take,
        signal,
      }),
    );
  } catch (error) {
    if (error instanceof FileError) throw error;
    messageOf(error);
    return undefined;
  }
}

function toFinder(patterns: PatternMatcher, query: ContentQuery): FindLines {
  if (query.pattern === "") {
    throw new FileError("The pattern is empty.", "Give the text to look for.");
  }
  if (query.regex !== true) return findLiteral(query.pattern, query.ignoreCase === true);
  const flags = query.ignoreCase ? "i" : "";
  return (text) => patterns.findLines(query.pattern, flags, text);
}

/** The files below a directory in a fixed order, from the file a search goes on with. */
async function* walk(guard: PathGuard, top: string, query: ContentQuery): AsyncGenerator<string> {
  const globs = expandBraces(query.glob ?? "").flatMap((glob) => parseGlob(glob) ?? []);
  const start = query.from.file === "" ? [] : query.from.file.split(sep);
  const ignore = query.respectGitignore ? await Ignore.above(guard, top) : undefined;
  yield* walkDirectory(guard, top, [], { query, globs, start }, ignore);
}

interface Walk {
  readonly query: ContentQuery;
  readonly globs: readonly Glob[];
  readonly start: readonly string[];
}

async function* walkDirectory(
  guard: PathGuard,
  directory: string,
  names: readonly string[],
  walking: Walk,
  ignore: Ignore | undefined,
): AsyncGenerator<string> {
  const ignoreHere = await ignore?.enter(guard, directory);
  for (const { name, type } of await listSorted(guard, directory, names.length === 0)) {
    walking.query.signal.throwIfAborted();
    const path = join(directory, name);
    const here = [...names, name];
    if (ignoreHere?.ignores(path, type === "directory")) continue;
    if (type === "directory") {
      if (isBefore(here, walking.start)) continue;
      yield* walkDirectory(guard, path, here, walking, ignoreHere);
    } else if (type === "file" && isWanted(here, walking)) {
      yield path;
    }
  }
}

function isWanted(names: readonly string[], { globs, start }: Walk): boolean {
  if (isBefore(names, start)) return false;
  return globs.length === 0 || globs.some((glob) => matchesGlob(glob, names));
}

/** Whether all of a path lies before a file in the order of the walk. */
function isBefore(names: readonly string[], start: readonly string[]): boolean {
  for (const [index, name] of names.entries()) {
    const other = start[index];
    if (other === undefined) return false;
    const order = Buffer.compare(Buffer.from(name), Buffer.from(other));
    if (order !== 0) return order < 0;
  }
  return false;
}

async function listSorted(guard: PathGuard, directory: string, isTop: boolean) {
  try {
    const entries = await listDirectory(guard, directory);
    const keyed = entries.map((entry) => ({ ...entry, key: Buffer.from(entry.name) }));
    return keyed.sort((a, b) => Buffer.compare(a.key, b.key));
  } catch (error) {
    if (isTop) throw error;
    messageOf(error);
    return [];
  }
}

function toFileMatch(path: string, { line, text, before, after }: LineMatch): FileMatch {
  return {
    path,
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

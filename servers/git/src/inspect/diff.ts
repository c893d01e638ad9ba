import { findFilters } from "../repository/filters.ts";
import type { Repository } from "../repository/repository.ts";
import { type FileDiff, readChanges, readPatches } from "./changes.ts";

/** Where a page of a comparison begins: after so many files, or within the only one. */
export interface DiffPosition {
  readonly files: number;
  /** Characters of the next file's patch that have been seen. */
  readonly characters: number;
}

export interface DiffQuery {
  /** What is compared: `--cached`, revisions, or nothing. */
  readonly what: readonly string[];
  /** Whether one side is the files as they are on disk. */
  readonly ofFiles?: boolean;
  readonly paths?: readonly string[];
  readonly contextLines?: number;
  readonly statOnly?: boolean;
  readonly from?: DiffPosition;
  /** Characters all patches together may have. */
  readonly budget: number;
}

export interface Diff {
  readonly files: readonly FileDiff[];
  readonly totalFiles: number;
  readonly added: number;
  readonly deleted: number;
  /** The number of files seen before these. */
  readonly start: number;
}

const longestPatch = 20_000;
const mostFiles = 100;
const maxContext = 1000;
const wholeBytes = 1024 * 1024;

/** Files nobody reads line by line: counted, but shown only when asked for by name. */
const unread =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lock|Cargo\.lock|poetry\.lock|uv\.lock|composer\.lock|Gemfile\.lock|go\.sum|flake\.lock)$|\.min\.(?:js|css|mjs)$|\.(?:js|css|mjs)\.map$/;

/** One page of a comparison: the files, and their patches as far as the budget reaches. */
export async function readDiff(repo: Repository, query: DiffQuery): Promise<Diff> {
  return (await readShown(repo, ["diff", ...query.what], query)).diff;
}

/** As `readDiff`, of what a command shows; with the fields of its format. */
export async function readShown(
  repo: Repository,
  command: readonly string[],
  query: Omit<DiffQuery, "what"> & { readonly fieldCount?: number },
): Promise<{ readonly fields: readonly string[]; readonly diff: Diff }> {
  const { paths = [], budget, statOnly = false, ofFiles = false, fieldCount = 0 } = query;
  const { files: start, characters: before } = query.from ?? { files: 0, characters: 0 };
  const context = Math.min(Math.max(Math.trunc(query.contextLines ?? 3), 0), maxContext);
  const isFirst = !statOnly && start === 0 && before === 0;
  const read = { paths, context, fieldCount, patchBytes: isFirst ? budget * 4 : 0 };
  const { fields, files, patches } = await readChanges(repo, command, read);
  const all = await countConflicts(repo, command, files);
  const most = statOnly
    ? { files: budget / 60, lines: Infinity }
    : { files: mostFiles, lines: 4000 };
  const chosen = choosePage(all.slice(start), most);
  const asked = { command, paths, context };
  const limit = Math.max(Math.min(longestPatch, Math.floor(budget / 3)), 200);
  const page = statOnly
    ? chosen
    : all.length === 1
      ? await addOnly(repo, chosen, patches, { ...asked, before, budget })
      : await addPatches(repo, chosen, patches, { ...asked, limit });
  const diff = {
    files: ofFiles ? await markFiltered(repo, page) : page,
    totalFiles: all.length,
    added: all.reduce((sum, { added = 0 }) => sum + added, 0),
    deleted: all.reduce((sum, { deleted = 0 }) => sum + deleted, 0),
    start,
  };
  return { fields, diff };
}

/** As many files as one page should show. */
function choosePage(
  files: readonly FileDiff[],
  most: { readonly files: number; readonly lines: number },
): FileDiff[] {
  const page: FileDiff[] = [];
  let lines = 0;
  for (const file of files) {
    lines += (file.added ?? 0) + (file.deleted ?? 0);
    if (page.length > 0 && (page.length >= most.files || lines > most.lines)) break;
    page.push(file);
  }
  return page;
}

interface Asked {
  readonly command: readonly string[];
  readonly paths: readonly string[];
  readonly context: number;
}

/** The lines of files in conflict, which git counts nowhere: from their combined patches. */
async function countConflicts(
  repo: Repository,
  command: readonly string[],
  files: readonly FileDiff[],
): Promise<readonly FileDiff[]> {
  const paths = files.filter(({ status }) => status === "U").map(({ path }) => path);
  if (paths.length === 0) return files;
  const counted = new Map<string, FileDiff>();
  for (const path of paths.slice(0, mostFiles)) {
    const read = { paths: [path], context: 0, maxBytes: wholeBytes };
    const [section = ""] = (await readPatches(repo, command, read)).sections;
    const changed = section.split("\n").filter((line) => /^[ +-]{2}/.test(line));
    if (!section.includes("\n@@@")) continue;
    const count = (mark: string) =>
      changed.filter((line) => line.slice(0, 2).includes(mark) && !/^(?:---|\+\+\+) /.test(line));
    counted.set(path, { path, status: "U", added: count("+").length, deleted: count("-").length });
  }
  return files.map((file) => (file.status === "U" ? (counted.get(file.path) ?? file) : file));
}

/** The patches of a page; those that are not known yet are read. */
async function addPatches(
  repo: Repository,
  page: readonly FileDiff[],
  known: ReadonlyMap<string, string>,
  { command, paths, context, limit }: Asked & { readonly limit: number },
): Promise<FileDiff[]> {
  const patches = new Map(known);
  const missing = page.filter((file) => !isCollapsed(file, paths) && !patches.has(file.path));
  const read = (files: readonly FileDiff[]) =>
    readPatches(repo, command, {
      paths: files.flatMap(toNames),
      context,
      maxBytes: Math.max(limit * 4 * files.length, wholeBytes),
    });
  const { sections } = missing.length === 0 ? { sections: [] } : await read(missing);
  const isEach = sections.length === missing.length;
  for (const [at, file] of missing.entries()) {
    // A file that became a link, or is in conflict, has more or fewer sections than one.
    const own = isEach ? sections.slice(at, at + 1) : (await read([file])).sections;
    patches.set(file.path, own.join(""));
  }
  return page.map((file) => {
    if (isCollapsed(file, paths)) return { ...file, patch: "[Collapsed: ask for it in paths.]\n" };
    return { ...file, patch: shorten(patches.get(file.path) ?? "", limit) };
  });
}

/** The patch of the only file there is, from where the page before ended. */
async function addOnly(
  repo: Repository,
  page: readonly FileDiff[],
  known: ReadonlyMap<string, string>,
  asked: Asked & { readonly before: number; readonly budget: number },
): Promise<FileDiff[]> {
  const [file] = page;
  if (file === undefined) return [];
  if (isCollapsed(file, asked.paths) && asked.before === 0) {
    return [{ ...file, patch: "[Collapsed: ask for it in paths.]\n" }];
  }
  const { command, context, before, budget } = asked;
  // One character more than there is room for tells that the patch goes on.
  const maxBytes = Math.max((before + budget) * 4, wholeBytes);
  const read = { paths: toNames(file), context, maxBytes };
  const patch = known.get(file.path) ?? (await readPatches(repo, command, read)).sections.join("");
  return [{ ...file, patch: patch.slice(before, before + budget + 1), before }];
}

function toNames({ path, from }: FileDiff): string[] {
  return from === undefined ? [path] : [from, path];
}

/** Says of files that go through a filter that they are compared without it. */
async function markFiltered(
  repo: Repository,
  files: readonly FileDiff[],
): Promise<readonly FileDiff[]> {
  const filters = await findFilters(
    repo,
    files.map(({ path }) => path),
  );
  return files.map((file) => {
    const filter = filters.get(file.path);
    if (filter === undefined || (file.before ?? 0) > 0) return file;
    const note = `[Compared as it is on disk: filter.${filter}.clean was not run.]\n`;
    return { ...file, note };
  });
}

function isCollapsed({ path }: FileDiff, asked: readonly string[]): boolean {
  return unread.test(path) && !asked.includes(path);
}

function shorten(patch: string, limit: number): string {
  if (patch.length <= limit) return patch;
  const end = Math.max(patch.lastIndexOf("\n", limit), 0) || limit;
  const whole = "give this path alone in paths for all of it";
  return `${patch.slice(0, end)}\n[Cut: ${end} of ${patch.length} characters shown; ${whole}.]\n`;
}

import { findFilters } from "./filters.ts";
import { RecordReader } from "./names.ts";
import type { Repository } from "./repository.ts";

export interface FileDiff {
  readonly path: string;
  readonly from?: string | undefined;
  /** As git has it: A, M, D, R, C, T or U. */
  readonly status: string;
  /** Lines; left out for what is no text. */
  readonly added?: number | undefined;
  readonly deleted?: number | undefined;
  readonly patch?: string | undefined;
}

export interface DiffQuery {
  /** What is compared: `--cached`, revisions that have been resolved, or nothing. */
  readonly what: readonly string[];
  /** Whether one side is the files as they are on disk. */
  readonly ofFiles?: boolean;
  readonly paths?: readonly string[];
  readonly contextLines?: number;
  readonly statOnly?: boolean;
  /** The number of files already seen. */
  readonly start?: number;
  /** Characters all patches together may have. */
  readonly budget: number;
}

export interface Diff {
  readonly files: FileDiff[];
  readonly totalFiles: number;
  readonly added: number;
  readonly deleted: number;
  /** The number of files seen, where there are more. */
  readonly next: number | undefined;
}

const longestPatch = 20_000;
const mostFiles = 100;
const maxContext = 1000;
const wholeBytes = 1024 * 1024;

/** Files nobody reads line by line: counted, but shown only when asked for by name. */
const unread =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lock|Cargo\.lock|poetry\.lock|uv\.lock|composer\.lock|Gemfile\.lock|go\.sum|flake\.lock)$|\.min\.(?:js|css|mjs)$|\.(?:js|css|mjs)\.map$/;

const plainDiff = [
  "--no-ext-diff",
  "--no-textconv",
  "--no-color",
  "--no-relative",
  "--ignore-submodules=dirty",
  "--submodule=short",
  "--src-prefix=a/",
  "--dst-prefix=b/",
];

/** One page of a comparison: the files, and their patches as far as the budget reaches. */
export async function readDiff(repo: Repository, query: DiffQuery): Promise<Diff> {
  const { what, paths = [], start = 0, budget, statOnly = false, ofFiles = false } = query;
  const context = Math.min(Math.max(Math.trunc(query.contextLines ?? 3), 0), maxContext);
  const flags = [...plainDiff, `--unified=${context}`];
  const command = ["diff", ...flags, "-z", "--raw", "--numstat", ...what];
  const patches = ["diff", ...flags, "--patch", ...what];
  // Most differences are small: the patches of all are on their way while the files are counted.
  const [records, whole] = await Promise.all([
    repo.records(command, { paths }),
    statOnly || start > 0 ? undefined : repo.run(patches, { maxBytes: wholeBytes, paths }),
  ]);
  const all = toStats(records);
  const page = choosePage(all.slice(start), statOnly ? budget / 60 : mostFiles, statOnly);
  const limit = Math.max(Math.min(longestPatch, Math.floor(budget / 3)), 200);
  const known =
    whole === undefined || whole.cut ? [] : splitPatches(repo.redact(whole.stdout.toString()));
  const shown = statOnly
    ? page
    : known.length === all.length
      ? page.map((file, index) => withPatch(file, known[index] ?? "", paths, limit))
      : await addPatches(repo, patches, page, paths, limit);
  const end = start + shown.length;
  return {
    files: ofFiles ? await markFiltered(repo, shown) : shown,
    totalFiles: all.length,
    added: all.reduce((sum, { added = 0 }) => sum + added, 0),
    deleted: all.reduce((sum, { deleted = 0 }) => sum + deleted, 0),
    next: end < all.length ? end : undefined,
  };
}

/** The records of `--raw --numstat -z`: first what happened to each file, then its lines. */
function toStats(records: readonly string[]): FileDiff[] {
  const files = new Map<string, FileDiff>();
  const reader = new RecordReader(records);
  while (!reader.done) {
    const record = reader.next();
    const raw = /^:+.* ([A-Z]+)\d*$/.exec(record);
    const counts = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(record);
    if (raw !== null) addChange(files, record, (raw[1] ?? "").slice(0, 1), reader);
    else if (counts !== null) addCounts(files, counts, reader);
  }
  return [...files.values()];
}

function addChange(
  files: Map<string, FileDiff>,
  record: string,
  status: string,
  reader: RecordReader,
): void {
  const moved = /^:[^:]/.test(record) && (status === "R" || status === "C");
  const from = moved ? reader.next() : undefined;
  const path = reader.next();
  // A file in conflict comes twice: as such, and compared with both sides.
  const known = files.get(path)?.status === "U" || record.startsWith("::") ? "U" : status;
  files.set(path, { path, status: known, ...(from !== undefined && { from }) });
}

function addCounts(
  files: Map<string, FileDiff>,
  [, added = "-", deleted = "-", name = ""]: readonly string[],
  reader: RecordReader,
): void {
  // A renamed file has an empty name here, and both its names in the next records.
  if (name === "") reader.next();
  const path = name === "" ? reader.next() : name;
  const file = files.get(path);
  if (file === undefined || added === "-") return;
  files.set(path, { ...file, added: Number(added), deleted: Number(deleted) });
}

/** As many files as one command should show the patches of. */
function choosePage(files: readonly FileDiff[], most: number, statOnly: boolean): FileDiff[] {
  const page: FileDiff[] = [];
  let lines = 0;
  for (const file of files) {
    lines += (file.added ?? 0) + (file.deleted ?? 0);
    if (page.length > 0 && (page.length >= most || (!statOnly && lines > 4000))) break;
    page.push(file);
  }
  return page;
}

async function addPatches(
  repo: Repository,
  command: readonly string[],
  page: readonly FileDiff[],
  asked: readonly string[],
  limit: number,
): Promise<FileDiff[]> {
  const wanted = page.filter((file) => !isCollapsed(file, asked));
  const names = (file: FileDiff) =>
    file.from === undefined ? [file.path] : [file.from, file.path];
  const read = async (files: readonly FileDiff[]) => {
    if (files.length === 0) return [];
    const maxBytes = Math.max(limit * 4 * files.length, wholeBytes);
    return splitPatches(await repo.text(command, { maxBytes, paths: files.flatMap(names) }));
  };
  let patches = await read(wanted);
  if (patches.length !== wanted.length) {
    // A file that became a link, or is in conflict, has more or fewer sections than one.
    patches = [];
    for (const file of wanted) patches.push((await read([file])).join(""));
  }
  return page.map((file) => withPatch(file, patches[wanted.indexOf(file)] ?? "", asked, limit));
}

/** Says of files that go through a filter that they are compared without it. */
async function markFiltered(repo: Repository, files: readonly FileDiff[]): Promise<FileDiff[]> {
  const filters = await findFilters(
    repo,
    files.map(({ path }) => path),
  );
  return files.map((file) => {
    const filter = filters.get(file.path);
    if (filter === undefined) return file;
    const note = `[Compared as it is on disk: filter.${filter}.clean was not run.]\n`;
    return { ...file, patch: `${note}${file.patch ?? ""}` };
  });
}

function splitPatches(text: string): string[] {
  const sections = text.split(/^(?=diff --(?:git|cc|combined) )/m);
  return sections.filter((section) => section.startsWith("diff "));
}

function isCollapsed({ path }: FileDiff, asked: readonly string[]): boolean {
  return unread.test(path) && !asked.includes(path);
}

function withPatch(
  file: FileDiff,
  patch: string,
  asked: readonly string[],
  limit: number,
): FileDiff {
  if (isCollapsed(file, asked)) return { ...file, patch: "[Collapsed: ask for it in paths.]\n" };
  return { ...file, patch: shorten(patch, limit) };
}

function shorten(patch: string, limit: number): string {
  if (patch.length <= limit) return patch;
  const end = Math.max(patch.lastIndexOf("\n", limit), 0) || limit;
  return `${patch.slice(0, end)}\n[Cut: ${end} of ${patch.length} characters shown.]\n`;
}

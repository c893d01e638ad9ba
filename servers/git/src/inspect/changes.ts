import { RecordReader, splitRecords } from "../repository/names.ts";
import type { Repository } from "../repository/repository.ts";

export interface FileDiff {
  readonly path: string;
  readonly from?: string | undefined;
  /** As git has it: A, M, D, R, C, T or U. */
  readonly status: string;
  /** Lines; left out for what is not text, and for conflicts of which git shows none. */
  readonly added?: number | undefined;
  readonly deleted?: number | undefined;
  readonly patch?: string | undefined;
  /** What to know before reading the patch. */
  readonly note?: string | undefined;
  /** Characters of the patch that stand before `patch`, on pages seen before. */
  readonly before?: number | undefined;
}

/** What one command says of a comparison. */
export interface Changes {
  /** The fields of `--format`, for a command that has one. */
  readonly fields: readonly string[];
  readonly files: readonly FileDiff[];
  /** The patches by path, of the files whose whole patch was read. */
  readonly patches: ReadonlyMap<string, string>;
}

const statBytes = 64 * 1024 * 1024;
const leastPatchBytes = 128 * 1024;

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

/**
 * Runs `diff` or `show` once for everything: the fields of its format, what happened to each file,
 * and the patches, as many of them as are worth reading.
 */
export async function readChanges(
  repo: Repository,
  [command = "diff", ...args]: readonly string[],
  {
    paths,
    context,
    fieldCount = 0,
    patchBytes,
  }: {
    readonly paths: readonly string[];
    readonly context: number;
    readonly fieldCount?: number;
    /** About as many bytes of patches as are worth reading; 0 for none. */
    readonly patchBytes: number;
  },
): Promise<Changes> {
  const kinds = ["-z", "--raw", "--numstat", ...(patchBytes > 0 ? ["--patch"] : [])];
  const all = [command, ...plainDiff, `--unified=${context}`, ...kinds, ...args];
  // An empty record parts what is counted from the patches. Fields may be empty as well.
  const after = { zeros: fieldCount, maxBytes: Math.max(patchBytes, leastPatchBytes) };
  const limits = { maxBytes: statBytes, ...(patchBytes > 0 && { after }) };
  const { stdout, cut } = await repo.run(all, { paths, ...limits });
  const { fields, rest } = splitFields(stdout, fieldCount);
  const end = rest.indexOf("\0\0");
  const stats = end < 0 ? rest : rest.subarray(0, end);
  const records = splitRecords(stats).map((record) => repo.redact(record));
  const files = toStats(records.filter((record) => record !== ""));
  const text = end < 0 ? "" : repo.redact(rest.subarray(end + 2).toString());
  return {
    fields: fields.map((field) => repo.redact(field)),
    files,
    patches: toPatches(files, { sections: splitPatches(text), cut }),
  };
}

/** Reads the patches of some files, at most so many bytes of them. */
export async function readPatches(
  repo: Repository,
  [command = "diff", ...args]: readonly string[],
  { paths, context, maxBytes }: { paths: readonly string[]; context: number; maxBytes: number },
): Promise<{ readonly sections: readonly string[]; readonly cut: boolean }> {
  const all = [command, ...plainDiff, `--unified=${context}`, "--patch", ...args];
  const { stdout, cut } = await repo.run(all, { paths, maxBytes });
  return { sections: splitPatches(repo.redact(stdout.toString())), cut };
}

function splitFields(
  output: Buffer,
  count: number,
): { readonly fields: string[]; readonly rest: Buffer } {
  const fields: string[] = [];
  let at = 0;
  for (; fields.length < count && at <= output.length; ) {
    const end = output.indexOf(0, at);
    fields.push(output.subarray(at, end < 0 ? output.length : end).toString());
    at = end < 0 ? output.length : end + 1;
  }
  // A line end parts the message from what follows.
  const start = count > 0 && output[at] === 0x0a ? at + 1 : at;
  return { fields, rest: output.subarray(start) };
}

/** A file while its records are read: a comparison may be of many thousands. */
type Counting = { -readonly [Key in keyof FileDiff]: FileDiff[Key] };

/** The records of `--raw --numstat -z`: first what happened to each file, then its lines. */
function toStats(records: readonly string[]): FileDiff[] {
  const files = new Map<string, Counting>();
  const reader = new RecordReader(records);
  while (!reader.done) {
    const record = reader.next();
    if (record.startsWith(":")) addChange(files, record, reader);
    else if (/^[\d-]/.test(record)) addCounts(files, record, reader);
  }
  return [...files.values()];
}

function addChange(files: Map<string, Counting>, record: string, reader: RecordReader): void {
  // A letter, and of what moved how much of it is the same.
  const status = record.charAt(record.lastIndexOf(" ") + 1);
  const moved = /^:[^:]/.test(record) && (status === "R" || status === "C");
  const from = moved ? reader.next() : undefined;
  const path = reader.next();
  // A file in conflict comes twice: as such, and compared with both sides.
  const known = files.get(path)?.status === "U" || record.startsWith("::") ? "U" : status;
  files.set(path, { path, status: known, ...(from !== undefined && { from }) });
}

function addCounts(files: Map<string, Counting>, record: string, reader: RecordReader): void {
  const first = record.indexOf("\t");
  const second = record.indexOf("\t", first + 1);
  const [added, deleted] = [record.slice(0, first), record.slice(first + 1, second)];
  const name = record.slice(second + 1);
  // A renamed file has an empty name here, and both its names in the next records.
  if (name === "") reader.next();
  const file = files.get(name === "" ? reader.next() : name);
  // What git counts of a conflict are not lines of the file.
  if (file === undefined || added === "-" || file.status === "U") return;
  file.added = Number(added);
  file.deleted = Number(deleted);
}

/** The sections that are each file's: two for one that became another kind of file. */
function toPatches(
  files: readonly FileDiff[],
  { sections, cut }: { readonly sections: readonly string[]; readonly cut: boolean },
): ReadonlyMap<string, string> {
  const patches = new Map<string, string>();
  const whole = cut ? sections.slice(0, -1) : sections;
  let at = 0;
  for (const { path, status } of files) {
    const count = status === "U" ? 0 : status === "T" ? 2 : 1;
    const own = whole.slice(at, at + count);
    at += count;
    if (own.length === count && count > 0) patches.set(path, own.join(""));
  }
  // Where the numbers differ nobody can say whose a section is.
  return cut || at === sections.length ? patches : new Map();
}

/** A text of patches in its sections, one for each file. */
function splitPatches(text: string): string[] {
  const starts = Array.from(
    text.matchAll(/(?<![^\n])diff --(?:git|cc|combined) /g),
    ({ index }) => index,
  );
  return starts.map((start, at) => text.slice(start, starts[at + 1]));
}

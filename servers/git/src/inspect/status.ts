import { access } from "node:fs/promises";
import { join } from "node:path";
import { RecordReader } from "../repository/names.ts";
import type { Repository } from "../repository/repository.ts";
import { find } from "../repository/revisions.ts";

export interface FileStatus {
  readonly path: string;
  /** Two letters as in `git status --short`: the index, then the working tree. */
  readonly status: string;
  readonly from?: string | undefined;
}

export interface Status {
  readonly branch?: string | undefined;
  readonly sha?: string | undefined;
  readonly upstream?: string | undefined;
  readonly ahead?: number | undefined;
  readonly behind?: number | undefined;
  /** What is under way: merge, rebase, cherry-pick, revert or bisect. */
  readonly state?: string | undefined;
  readonly files: readonly FileStatus[];
}

const states: Readonly<Record<string, string>> = {
  "rebase-merge": "rebase",
  "rebase-apply": "rebase",
  CHERRY_PICK_HEAD: "cherry-pick",
  REVERT_HEAD: "revert",
  MERGE_HEAD: "merge",
  BISECT_LOG: "bisect",
};

/** What is checked out, how it stands to its upstream, and which files differ. */
export async function readStatus(repo: Repository): Promise<Status> {
  const args = ["status", "--porcelain=v2", "--branch", "-z", "--ignore-submodules=dirty"];
  const [records, state] = await Promise.all([
    repo.records([...args, "--untracked-files=normal"]),
    findState(repo),
  ]);
  const head = new Map<string, string>();
  const files: FileStatus[] = [];
  const reader = new RecordReader(records);
  while (!reader.done) {
    const record = reader.next();
    const header = /^# branch\.(\w+) (.*)$/s.exec(record);
    if (header !== null) head.set(header[1] ?? "", header[2] ?? "");
    const file = toFile(record, reader);
    if (file !== undefined) files.push(file);
  }
  const [, ahead, behind] = /^\+(\d+) -(\d+)$/.exec(head.get("ab") ?? "") ?? [];
  return {
    branch: unless(head.get("head"), "(detached)"),
    sha: unless(head.get("oid"), "(initial)"),
    upstream: head.get("upstream"),
    ahead: ahead === undefined ? undefined : Number(ahead),
    behind: behind === undefined ? undefined : Number(behind),
    state,
    files,
  };
}

function unless(value: string | undefined, none: string): string | undefined {
  return value === none ? undefined : value;
}

/** One record of a changed file; a renamed one is followed by its old name. */
function toFile(record: string, reader: RecordReader): FileStatus | undefined {
  const fieldsBefore: Readonly<Record<string, number>> = { "1": 8, "2": 9, u: 10 };
  const [kind = ""] = record;
  if (kind === "?" || kind === "!") return { path: record.slice(2), status: kind + kind };
  const count = fieldsBefore[kind];
  if (count === undefined) return undefined;
  const fields = record.split(" ");
  const path = fields.slice(count).join(" ");
  const status = (fields[1] ?? "").replaceAll(".", " ");
  return kind === "2" ? { path, status, from: reader.next() } : { path, status };
}

async function findState(repo: Repository): Promise<string | undefined> {
  for (const [name, state] of Object.entries(states)) {
    const there = await access(join(repo.layout.gitDir, name)).then(
      () => true,
      () => false,
    );
    if (there) return state;
  }
  // Where refs are in tables, these two are as well.
  if (repo.config.get("extensions.refstorage") !== "reftable") return undefined;
  for (const name of ["CHERRY_PICK_HEAD", "REVERT_HEAD"]) {
    if ((await find(repo, name)) !== undefined) return states[name];
  }
  return undefined;
}

/** The files that two sides changed in ways git could not join. */
export async function listConflicts(repo: Repository): Promise<string[]> {
  const args = ["diff", "--name-only", "--diff-filter=U", "-z", "--no-ext-diff", "--no-relative"];
  return [...new Set(await repo.records([...args, "--ignore-submodules=dirty"]))];
}

import { revealText } from "@fairlead/guard";
import { redactUrls } from "../repository/repo-config.ts";
import type { Repository } from "../repository/repository.ts";
import { find, resolve } from "../repository/revisions.ts";

export interface Branch {
  readonly name: string;
  readonly sha: string;
  readonly current?: true;
  readonly upstream?: string;
}

export interface BranchQuery {
  readonly type: "local" | "remote" | "all";
  readonly contains?: string | undefined;
  readonly notContains?: string | undefined;
}

const places = {
  local: ["refs/heads"],
  remote: ["refs/remotes"],
  all: ["refs/heads", "refs/remotes"],
};

/** The branches, the current one marked; narrowed to those with or without a commit. */
export async function listBranches(repo: Repository, query: BranchQuery): Promise<Branch[]> {
  const { type, contains, notContains } = query;
  const format = "%(HEAD)%00%(refname)%00%(objectname)%00%(upstream:short)%00%(symref)";
  const args = [
    "for-each-ref",
    `--format=${format}`,
    ...(contains ? [`--contains=${await resolve(repo, contains)}`] : []),
    ...(notContains ? [`--no-contains=${await resolve(repo, notContains)}`] : []),
    ...places[type],
  ];
  const text = await repo.text(args);
  return text.split("\n").flatMap((line): Branch[] => {
    const [head, ref, sha, upstream, symbolic] = line.split("\0");
    if (ref === undefined || sha === undefined || symbolic !== "") return [];
    const name = revealText(ref.replace(/^refs\/(?:heads|remotes)\//, ""));
    return [
      {
        name: ref.startsWith("refs/remotes/") && type === "all" ? `remotes/${name}` : name,
        sha,
        ...(head === "*" && { current: true as const }),
        ...(upstream && { upstream: revealText(upstream) }),
      },
    ];
  });
}

export interface Tag {
  readonly name: string;
  readonly sha: string;
  readonly date: string;
  readonly subject: string;
}

/** The tags with the commits they lead to, newest first. */
export async function listTags(repo: Repository): Promise<Tag[]> {
  const format =
    "%(refname:strip=2)%00%(objectname)%00%(*objectname)%00%(creatordate:iso-strict)%00%(contents:subject)";
  const args = ["for-each-ref", "--sort=-creatordate", `--format=${format}`, "refs/tags"];
  const text = await repo.text(args);
  return text.split("\n").flatMap((line) => {
    const [name, own, target, date, subject] = line.split("\0");
    if (name === undefined || own === undefined) return [];
    return [
      {
        name: revealText(name),
        sha: target || own,
        date: date ?? "",
        subject: revealText(subject ?? ""),
      },
    ];
  });
}

export interface LogEntry {
  readonly name: string;
  readonly sha: string;
  readonly date: string;
  readonly message: string;
}

/** What was stashed, the latest first. */
export async function listStashes(repo: Repository): Promise<LogEntry[]> {
  const { code } = await repo.run(["rev-parse", "--verify", "--quiet", "refs/stash"], {
    codes: [1],
  });
  return code === 0 ? readReflog(repo, "refs/stash", { skip: 0, count: 1000 }) : [];
}

/** The moves of a ref, the latest first. */
export async function listMoves(
  repo: Repository,
  ref: string,
  page: { readonly skip: number; readonly count: number },
): Promise<LogEntry[]> {
  if ((await find(repo, ref)) === undefined) {
    if (ref === "HEAD") return [];
    await resolve(repo, ref);
  }
  const full = await repo.text(["rev-parse", "--symbolic-full-name", "--end-of-options", ref]);
  const name = full.split("\n").find((line) => line === "HEAD" || line.startsWith("refs/"));
  return name === undefined ? [] : readReflog(repo, name, page);
}

async function readReflog(
  repo: Repository,
  ref: string,
  { skip, count }: { readonly skip: number; readonly count: number },
): Promise<LogEntry[]> {
  const format = "--format=%gd%x00%H%x00%cI%x00%gs";
  const args = ["log", "-z", "--walk-reflogs", format, "--no-show-signature", "--no-mailmap"];
  const range = [`--skip=${skip}`, `--max-count=${count}`, "--end-of-options", ref, "--"];
  const records = await repo.records([...args, ...range]);
  const entries: LogEntry[] = [];
  for (let at = 0; at + 3 < records.length; at += 4) {
    const [name = "", sha = "", date = "", message = ""] = records.slice(at, at + 4);
    entries.push({ name: name.replace(/^refs\//, ""), sha, date, message: redactUrls(message) });
  }
  return entries;
}

export interface Remote {
  readonly name: string;
  readonly fetch: string;
  readonly push: string;
}

/** The remotes with their URLs, from which passwords and tokens are taken out. */
export async function listRemotes(repo: Repository): Promise<Remote[]> {
  const names = (await repo.text(["remote"])).split("\n").filter((name) => name !== "");
  return Promise.all(
    names.map(async (name) => {
      const [fetch, push] = await Promise.all([
        readUrl(repo, name, "fetch"),
        readUrl(repo, name, "push"),
      ]);
      const show = (url: string) => revealText(redactUrls(url));
      return { name: revealText(name), fetch: show(fetch), push: show(push) };
    }),
  );
}

/** Where a remote really leads, rewritten as git would; it may hold credentials. */
export async function readUrl(
  repo: Repository,
  name: string,
  direction: "fetch" | "push",
): Promise<string> {
  const flag = direction === "push" ? ["--push"] : [];
  const { stdout } = await repo.run(["remote", "get-url", ...flag, "--", name], {
    codes: [2, 128],
  });
  return stdout.toString().split("\n")[0] ?? "";
}

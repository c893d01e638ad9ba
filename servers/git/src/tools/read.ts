import {
  type CallContext,
  cursor,
  cuttable,
  defineToolset,
  replyPage,
  text,
} from "@fairlead/runtime";
import { z } from "zod";
import { type Context, defineTool } from "../context.ts";
import { type Diff, readDiff } from "../inspect/diff.ts";
import { readLog } from "../inspect/log.ts";
import { showCommit } from "../inspect/objects.ts";
import { listBranches } from "../inspect/refs.ts";
import { readStatus } from "../inspect/status.ts";
import { formatCommit, formatDiff, formatParents, formatStatus } from "../inspect/texts.ts";
import { toPaths } from "../repository/pathspecs.ts";
import type { Repository } from "../repository/repository.ts";
import { withTarget } from "../repository/revisions.ts";
import { assertTree } from "../repository/trees.ts";
import {
  contextLines,
  diffPage,
  nextPage,
  onlyPaths,
  page,
  repo,
  resumeAfter,
  statOnly,
} from "./fields.ts";

type Call = Context & Pick<CallContext, "room" | "signal">;

/** Characters kept free for the line that says how to go on. */
const reserve = 300;

const showStatus = defineTool({
  name: "git_status",
  title: "Status",
  description:
    "Show the working tree status: the current branch, how far it is ahead of its upstream, and which files are changed, staged or untracked. Each file has two letters: index, then working tree.",
  effect: "read",
  input: z.object({ repo_path: repo, cursor: page }),
  output: z.object({
    branch: z.string().optional(),
    sha: z.string().optional(),
    upstream: z.string().optional(),
    ahead: z.int().optional(),
    behind: z.int().optional(),
    state: z.string().optional(),
    files: cuttable(
      z.array(z.object({ path: z.string(), status: z.string(), from: z.string().optional() })),
    ),
    next_cursor: nextPage,
  }),
  async run({ repo_path, cursor: start = 0 }, { git, budget, signal }) {
    const opened = await git.open(repo_path, signal);
    assertTree(opened);
    const status = await readStatus(opened);
    const end = start + Math.ceil(budget / 30);
    const next = end < status.files.length ? end : undefined;
    return { ...status, files: status.files.slice(start, end), next_cursor: next };
  },
  render: formatStatus,
  resume: resumeAfter,
});

const shown = {
  repo_path: repo,
  context_lines: contextLines,
  paths: onlyPaths,
  stat_only: statOnly,
  cursor: diffPage,
};

/** One page of a comparison, of what `toWhat` says. */
async function compare(
  given: z.output<z.ZodObject<typeof shown>>,
  { git, room: openRoom, signal }: Call,
  use: (opened: Repository, read: (what: readonly string[]) => Promise<Diff>) => Promise<Diff> = (
    _,
    read,
  ) => read([]),
) {
  const opened = await git.open(given.repo_path, signal);
  const paths = await toPaths(opened, given.paths ?? []);
  const room = openRoom(reserve);
  const diff = await use(opened, (what) => {
    const ofFiles = !/^--cached$|\.\./.test(what.join());
    if (ofFiles) assertTree(opened);
    return readDiff(opened, {
      what,
      ofFiles,
      paths,
      contextLines: given.context_lines,
      statOnly: given.stat_only === true,
      ...(given.cursor && { from: given.cursor }),
      budget: room.characters,
    });
  });
  const shown = formatDiff(diff, room);
  return replyPage(shown.next, text(shown.text));
}

const diffUnstaged = defineTool({
  name: "git_diff_unstaged",
  title: "Unstaged changes",
  description:
    "See what changed in the working tree since the last commit or git_add: changes that are not staged yet, as a diff.",
  effect: "read",
  input: z.object(shown),
  output: z.void(),
  run: (given, context) => compare(given, context),
});

const diffStaged = defineTool({
  name: "git_diff_staged",
  title: "Staged changes",
  description: "See what is staged and will be in the next commit, as a diff.",
  effect: "read",
  input: z.object(shown),
  output: z.void(),
  run: (given, context) => compare(given, context, (_, read) => read(["--cached"])),
});

const diffTarget = defineTool({
  name: "git_diff",
  title: "Diff",
  description:
    "Compare a branch or commit with the files on disk, or two branches or commits with each other, and show what changed as a diff.",
  effect: "read",
  input: z.object({
    repo_path: repo,
    target: z
      .string()
      .describe("Branch or commit to compare with, `a..b` for two, `a...b` since they parted."),
    context_lines: contextLines,
    paths: onlyPaths,
    stat_only: statOnly,
    cursor: diffPage,
  }),
  output: z.void(),
  run: ({ target, ...given }, context) =>
    compare(given, context, (opened, read) => withTarget(opened, target, read)),
});

const position = z.object({ head: z.string(), skip: z.int() });

const commit = z.object({
  sha: z.string(),
  author: z.string(),
  email: z.string(),
  date: z.string(),
  message: z.string(),
});

const showLog = defineTool({
  name: "git_log",
  title: "Log",
  description:
    "Show the commit history (log): commits with author, date and message, newest first. Filter by date, author, file or text in the message.",
  effect: "read",
  input: z.object({
    repo_path: repo,
    max_count: z.int().default(10).describe("Commits on a page; 10 by default."),
    start_timestamp: z
      .string()
      .optional()
      .describe("Only commits since then: `2026-11-01`, `2 weeks ago`."),
    end_timestamp: z.string().optional().describe("Only commits until then, in the same forms."),
    ref: z.string().optional().describe("Branch, tag or commit to start at; HEAD by default."),
    path: z.string().optional().describe("Only commits that changed this file or directory."),
    author: z
      .string()
      .optional()
      .describe("Only commits whose author's name or e-mail has this in it."),
    grep: z.string().optional().describe("Only commits whose message has this text in it."),
    cursor: cursor(position).describe("next_cursor of the answer before, to get the next page."),
  }),
  output: z.object({ commits: cuttable(z.array(commit)), next_cursor: cursor(position) }),
  async run({ repo_path, cursor: from, ...query }, { git, signal }) {
    const { max_count: count, start_timestamp: since, end_timestamp: until } = query;
    const { ref, path, author, grep } = query;
    const opened = await git.open(repo_path, signal);
    const found = await readLog(opened, { ref, path, author, grep, since, until, count, from });
    const commits = found.commits.map(({ parents: _, ...shown }) => shown);
    return { commits, next_cursor: found.next };
  },
  render: ({ commits }) => commits.map(formatCommit).join("\n") || "No commits.",
  resume: ({ cursor: from, ref = "HEAD" }, kept) => ({
    head: from?.head ?? ref,
    skip: (from?.skip ?? 0) + kept,
  }),
});

const showRevision = defineTool({
  name: "git_show",
  title: "Show commit",
  description:
    "Show one commit: its message, author and date, and what it changed as a diff against its first parent.",
  effect: "read",
  input: z.object({
    repo_path: repo,
    revision: z.string().describe("Commit to show: a hash, branch, tag or `HEAD~1`."),
    paths: onlyPaths,
    stat_only: statOnly,
    cursor: diffPage,
  }),
  output: z.void(),
  async run({ repo_path, revision, paths = [], stat_only, cursor: from }, context) {
    const { git, room, signal } = context;
    const opened = await git.open(repo_path, signal);
    const found = await showCommit(opened, revision, {
      paths,
      statOnly: stat_only === true,
      ...(from && { from }),
      budget: room(reserve).characters,
    });
    const head = `${formatCommit(found.commit)}${formatParents(found.commit)}`;
    const shown = formatDiff(found.diff, room(reserve + head.length));
    return replyPage(shown.next, text(`${head}\n${shown.text}`));
  },
});

const showBranches = defineTool({
  name: "git_branch",
  title: "List branches",
  description:
    "List the branches of the repository with the commit each is at; `*` marks the current one.",
  effect: "read",
  input: z.object({
    repo_path: repo,
    branch_type: z
      .enum(["local", "remote", "all"])
      .default("local")
      .describe("Which branches: `local` (the default), `remote` or `all`."),
    contains: z.string().optional().describe("Only branches that contain this commit."),
    not_contains: z.string().optional().describe("Only branches that do not contain this commit."),
    cursor: page,
  }),
  output: z.object({
    branches: cuttable(
      z.array(z.object({ name: z.string(), sha: z.string(), current: z.boolean().optional() })),
    ),
    next_cursor: nextPage,
  }),
  async run({ repo_path, branch_type: type, cursor: start = 0, ...query }, context) {
    const { contains, not_contains: notContains } = query;
    const opened = await context.git.open(repo_path, context.signal);
    const all = await listBranches(opened, { type, contains, notContains });
    return { branches: all.slice(start).map(({ name, sha, current }) => ({ name, sha, current })) };
  },
  render: ({ branches }) =>
    branches.map(({ name, sha, current }) => `${current ? "*" : " "} ${name} ${sha}`).join("\n") ||
    "No branches.",
  resume: resumeAfter,
});

export const read = defineToolset({
  name: "read",
  title: "Read",
  description: "Status, differences, history and branches.",
  tools: [showStatus, diffUnstaged, diffStaged, diffTarget, showLog, showRevision, showBranches],
});

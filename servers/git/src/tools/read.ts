import { cursor, cuttable, defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { type Context, defineTool } from "../context.ts";
import { readDiff } from "../diff.ts";
import { readLog } from "../log.ts";
import { showCommit } from "../objects.ts";
import { toPaths } from "../pathspecs.ts";
import { listBranches } from "../refs.ts";
import type { Repository } from "../repository.ts";
import { resolveTarget } from "../revisions.ts";
import { readStatus } from "../status.ts";
import {
  formatCommit,
  formatDiff,
  formatLine,
  formatStatus,
  toDiffOutput,
  toPatchBudget,
} from "../texts.ts";
import { assertTree } from "../trees.ts";
import {
  contextLines,
  diffOutput,
  nextPage,
  onlyPaths,
  page,
  repo,
  resumeAfter,
  statOnly,
} from "./fields.ts";

type Call = Context & { readonly budget: number; readonly signal: AbortSignal };

const showStatus = defineTool({
  name: "git_status",
  title: "Status",
  description: "Shows branch, upstream and changed files (two letters: index, working tree).",
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
  cursor: page,
};

const comparison = { output: diffOutput, render: formatDiff, resume: resumeAfter } as const;

/** One page of a comparison, of what `toWhat` says. */
async function compare(
  given: z.output<z.ZodObject<typeof shown>>,
  { git, budget, signal }: Call,
  toWhat: (opened: Repository) => Promise<readonly string[]> | readonly string[],
) {
  const opened = await git.open(given.repo_path, signal);
  const what = await toWhat(opened);
  const ofFiles = !/^--cached$|\.\./.test(what.join());
  if (ofFiles) assertTree(opened);
  const diff = await readDiff(opened, {
    what,
    ofFiles,
    paths: await toPaths(opened, given.paths ?? []),
    contextLines: given.context_lines,
    statOnly: given.stat_only === true,
    start: given.cursor ?? 0,
    budget: toPatchBudget(budget),
  });
  return toDiffOutput(diff);
}

const diffUnstaged = defineTool({
  ...comparison,
  name: "git_diff_unstaged",
  title: "Unstaged changes",
  description: "Shows changes in the working tree that are not staged.",
  effect: "read",
  input: z.object(shown),
  run: (given, context) => compare(given, context, () => []),
});

const diffStaged = defineTool({
  ...comparison,
  name: "git_diff_staged",
  title: "Staged changes",
  description: "Shows changes that are staged for the next commit.",
  effect: "read",
  input: z.object(shown),
  run: (given, context) => compare(given, context, () => ["--cached"]),
});

const diffTarget = defineTool({
  ...comparison,
  name: "git_diff",
  title: "Diff",
  description: "Compares a branch or commit with the working tree, or two: a..b, a...b.",
  effect: "read",
  input: z.object({
    repo_path: repo,
    target: z.string().describe("What to compare with."),
    context_lines: contextLines,
    paths: onlyPaths,
    stat_only: statOnly,
    cursor: page,
  }),
  run: ({ target, ...given }, context) =>
    compare(given, context, (opened) => resolveTarget(opened, target)),
});

const position = z.object({ head: z.string(), skip: z.int() });

const commit = z.object({
  sha: z.string(),
  author: z.string(),
  email: z.string(),
  date: z.string(),
  message: z.string(),
  parents: z.array(z.string()),
});

const showLog = defineTool({
  name: "git_log",
  title: "Log",
  description: "Lists commits, newest first. Dates: ISO 8601 or '2 weeks ago'.",
  effect: "read",
  input: z.object({
    repo_path: repo,
    max_count: z.int().default(10).describe("Per page."),
    start_timestamp: z.string().optional().describe("Since."),
    end_timestamp: z.string().optional().describe("Until."),
    ref: z.string().optional().describe("From here; HEAD."),
    path: z.string().optional().describe("That changed it."),
    author: z.string().optional().describe("Name or mail."),
    grep: z.string().optional().describe("Text in message."),
    cursor: cursor(position).describe("next_cursor."),
  }),
  output: z.object({ commits: cuttable(z.array(commit)), next_cursor: cursor(position) }),
  async run({ repo_path, cursor: from, ...query }, { git, signal }) {
    const { max_count: count, start_timestamp: since, end_timestamp: until } = query;
    const { ref, path, author, grep } = query;
    const opened = await git.open(repo_path, signal);
    const found = await readLog(opened, { ref, path, author, grep, since, until, count, from });
    return { commits: found.commits, next_cursor: found.next };
  },
  render: ({ commits }) => commits.map(formatLine).join("\n") || "No commits.",
  resume: ({ cursor: from, ref = "HEAD" }, kept) => ({
    head: from?.head ?? ref,
    skip: (from?.skip ?? 0) + kept,
  }),
});

const showRevision = defineTool({
  name: "git_show",
  title: "Show commit",
  description: "Shows a commit and what it changed against its first parent.",
  effect: "read",
  input: z.object({
    repo_path: repo,
    revision: z.string().describe("Commit."),
    paths: onlyPaths,
    stat_only: statOnly,
    cursor: page,
  }),
  output: diffOutput.extend({ commit }),
  async run({ repo_path, revision, paths = [], stat_only, cursor: start = 0 }, context) {
    const { commit: shown, diff } = await showCommit(
      await context.git.open(repo_path, context.signal),
      revision,
      { paths, statOnly: stat_only === true, start, budget: toPatchBudget(context.budget) },
    );
    return { ...toDiffOutput(diff), commit: shown };
  },
  render: (output) => `${formatCommit(output.commit)}\n${formatDiff(output)}`,
  resume: resumeAfter,
});

const showBranches = defineTool({
  name: "git_branch",
  title: "List branches",
  description: "Lists branches with their commits.",
  effect: "read",
  input: z.object({
    repo_path: repo,
    branch_type: z.enum(["local", "remote", "all"]).default("local").describe("Which."),
    contains: z.string().optional().describe("With this commit."),
    not_contains: z.string().optional().describe("Without it."),
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

import { cuttable, defineToolset, reply, text } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { listFiles, readFileAt } from "../objects.ts";
import { listMoves, listRemotes, listStashes, listTags } from "../refs.ts";
import { blameFile, searchText } from "../search.ts";
import { nextPage, onlyPaths, page, repo, resumeAfter } from "./fields.ts";

const revision = z.string().optional().describe("Commit.");

const blame = defineTool({
  name: "git_blame",
  title: "Blame",
  description: "Shows who last changed each line; up to 500 lines.",
  effect: "read",
  input: z.object({
    repo_path: repo,
    path: z.string().describe("File."),
    start_line: z.int().optional().describe("First."),
    end_line: z.int().optional().describe("Last."),
    revision,
    cursor: page,
  }),
  output: z.object({
    lines: cuttable(
      z.array(
        z.object({
          line: z.int(),
          sha: z.string(),
          author: z.string(),
          date: z.string(),
          text: z.string(),
        }),
      ),
    ),
    next_cursor: nextPage,
  }),
  async run({ repo_path, path, start_line, end_line: endLine, revision: at, cursor }, context) {
    const startLine = cursor ?? start_line;
    const query = { path, startLine, endLine, revision: at };
    const found = await blameFile(await context.git.open(repo_path, context.signal), query);
    return { lines: found.lines, next_cursor: found.next };
  },
  render: ({ lines }) =>
    lines
      .map(({ line, sha, author, date, text: code }) =>
        [sha.slice(0, 10), date.slice(0, 10), author, `${line}: ${code}`].join(" "),
      )
      .join("\n"),
  resume: ({ cursor, start_line = 1 }, kept) => (cursor ?? Math.max(start_line, 1)) + kept,
});

const grep = defineTool({
  name: "git_grep",
  title: "Search",
  description: "Finds lines in tracked files, or in those of a commit.",
  effect: "read",
  input: z.object({
    repo_path: repo,
    pattern: z.string().describe("Text."),
    regex: z.boolean().default(false).describe("POSIX extended."),
    ignore_case: z.boolean().default(false).describe("Any case."),
    revision,
    paths: onlyPaths,
    cursor: page,
  }),
  output: z.object({
    matches: cuttable(z.array(z.object({ path: z.string(), line: z.int(), text: z.string() }))),
    next_cursor: nextPage,
  }),
  async run({ repo_path, pattern, regex, ignore_case, ...rest }, { git, budget, signal }) {
    const { revision: at, paths = [], cursor: start = 0 } = rest;
    const most = Math.ceil(budget / 40);
    const query = { pattern, regex, ignoreCase: ignore_case, revision: at, paths, start, most };
    const { matches, next } = await searchText(await git.open(repo_path, signal), query);
    return { matches, next_cursor: next };
  },
  render: ({ matches }) =>
    matches.map(({ path, line, text: found }) => `${path}:${line}:${found}`).join("\n") ||
    "No matches.",
  resume: resumeAfter,
});

const listTracked = defineTool({
  name: "git_ls_files",
  title: "List files",
  description: "Lists tracked files, or those of a commit.",
  effect: "read",
  input: z.object({
    repo_path: repo,
    revision,
    path: z.string().optional().describe("Below it."),
    cursor: page,
  }),
  output: z.object({
    files: cuttable(z.array(z.string())),
    total: z.int(),
    next_cursor: nextPage,
  }),
  async run({ repo_path, revision: at, path, cursor: start = 0 }, { git, budget, signal }) {
    const query = { revision: at, path, start, most: Math.ceil(budget / 4) };
    const found = await listFiles(await git.open(repo_path, signal), query);
    return { files: found.files, total: found.total, next_cursor: found.next };
  },
  render: ({ files }) => files.join("\n") || "No files.",
  resume: resumeAfter,
});

const readFile = defineTool({
  name: "git_read_file",
  title: "Read file",
  description: "Reads a text file as a commit has it.",
  effect: "read",
  input: z.object({
    repo_path: repo,
    revision: z.string().describe("Commit."),
    path: z.string().describe("File."),
    start_line: z.int().optional().describe("First line."),
  }),
  output: z.object({ size: z.int(), lines: z.int(), next_line: z.int().optional() }),
  async run({ repo_path, revision: at, path, start_line: startLine }, context) {
    const budget = Math.max(context.budget - 300, 200);
    const opened = await context.git.open(repo_path, context.signal);
    const found = await readFileAt(opened, at, path, { startLine, budget });
    const { size, lines, nextLine } = found;
    const note = `[More: call again with start_line ${nextLine}.]`;
    const notes = nextLine === undefined ? [] : [text(note)];
    return reply({ size, lines, next_line: nextLine }, text(found.text), ...notes);
  },
});

const tags = defineTool({
  name: "git_tag_list",
  title: "List tags",
  description: "Lists tags, newest first.",
  effect: "read",
  input: z.object({ repo_path: repo, cursor: page }),
  output: z.object({
    tags: cuttable(
      z.array(
        z.object({ name: z.string(), sha: z.string(), date: z.string(), subject: z.string() }),
      ),
    ),
    next_cursor: nextPage,
  }),
  async run({ repo_path, cursor: start = 0 }, { git, signal }) {
    const all = await listTags(await git.open(repo_path, signal));
    return { tags: all.slice(start) };
  },
  render: ({ tags: found }) =>
    found.map(({ name, sha, subject }) => `${name} ${sha} ${subject}`).join("\n") || "No tags.",
  resume: resumeAfter,
});

const entries = cuttable(
  z.array(z.object({ name: z.string(), sha: z.string(), date: z.string(), message: z.string() })),
);

function formatEntries(
  found: readonly { readonly name: string; readonly sha: string; readonly message: string }[],
): string {
  return found.map(({ name, sha, message }) => `${name} ${sha} ${message}`).join("\n") || "None.";
}

const stashes = defineTool({
  name: "git_stash_list",
  title: "List stashes",
  description: "Lists what was stashed, latest first.",
  effect: "read",
  input: z.object({ repo_path: repo }),
  output: z.object({ entries }),
  async run({ repo_path }, { git, signal }) {
    return { entries: await listStashes(await git.open(repo_path, signal)) };
  },
  render: (output) => formatEntries(output.entries),
});

const remotes = defineTool({
  name: "git_remote_list",
  title: "List remotes",
  description: "Lists remotes and URLs, without credentials.",
  effect: "read",
  input: z.object({ repo_path: repo }),
  output: z.object({
    remotes: z.array(z.object({ name: z.string(), fetch: z.string(), push: z.string() })),
  }),
  async run({ repo_path }, { git, signal }) {
    return { remotes: await listRemotes(await git.open(repo_path, signal)) };
  },
  render: ({ remotes: found }) =>
    found.map(({ name, fetch, push }) => `${name} ${fetch} (push: ${push})`).join("\n") ||
    "No remotes.",
});

const reflog = defineTool({
  name: "git_reflog",
  title: "Reflog",
  description: "Lists where a branch or HEAD has been; finds lost commits.",
  effect: "read",
  input: z.object({
    repo_path: repo,
    ref: z.string().default("HEAD").describe("Branch."),
    max_count: z.int().default(20).describe("Per page."),
    cursor: page,
  }),
  output: z.object({ entries, next_cursor: nextPage }),
  async run({ repo_path, ref, max_count, cursor: skip = 0 }, { git, signal }) {
    const most = Math.min(Math.max(max_count, 1), 1000);
    const found = await listMoves(await git.open(repo_path, signal), ref, {
      skip,
      count: most + 1,
    });
    const next = found.length > most ? skip + most : undefined;
    return { entries: found.slice(0, most), next_cursor: next };
  },
  render: (output) => formatEntries(output.entries),
  resume: resumeAfter,
});

export const inspect = defineToolset({
  name: "inspect",
  title: "Inspect",
  description: "Blame, search, files of any commit, tags, stashes, remotes and the reflog.",
  optional: true,
  tools: [blame, grep, listTracked, readFile, tags, stashes, remotes, reflog],
});

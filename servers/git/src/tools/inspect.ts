import { cuttable, defineToolset, reply, text } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { listFiles, readFileAt } from "../inspect/objects.ts";
import { listMoves, listRemotes, listStashes, listTags } from "../inspect/refs.ts";
import { blameFile, searchText } from "../inspect/search.ts";
import { formatRest } from "../inspect/texts.ts";
import { showName } from "../repository/names.ts";
import { nextPage, onlyPaths, page, repo, resumeAfter } from "./fields.ts";

const revision = z
  .string()
  .optional()
  .describe("Commit, branch or tag to look in; the files on disk by default.");

const blame = defineTool({
  name: "git_blame",
  title: "Blame",
  description:
    "Show who wrote each line of a file, and in which commit (blame). Gives up to 500 lines a page.",
  effect: "read",
  input: z.object({
    repo_path: repo,
    path: z.string().describe("Path of the file to look at, such as `src/a.ts`."),
    start_line: z.int().optional().describe("First line to show, from 1; 1 by default."),
    end_line: z.int().optional().describe("Last line to show; the last of the file by default."),
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
    const lines = found.lines.map((line) => ({
      ...line,
      sha: line.sha.slice(0, 10),
      date: line.date.slice(0, 10),
    }));
    return { lines, next_cursor: found.next };
  },
  render: ({ lines }) =>
    lines
      .map(({ line, sha, author, date, text: code }) =>
        [sha, date, author, `${line}: ${code}`].join(" "),
      )
      .join("\n"),
  resume: ({ cursor, start_line = 1 }, kept) => (cursor ?? Math.max(start_line, 1)) + kept,
});

const grep = defineTool({
  name: "git_grep",
  title: "Search",
  description:
    "Search the text of tracked files, or of the files of a commit (grep); returns path, line number and line.",
  effect: "read",
  input: z.object({
    repo_path: repo,
    pattern: z.string().describe("Text to find, or a regular expression with `regex`."),
    regex: z
      .boolean()
      .default(false)
      .describe("Read pattern as a POSIX extended regular expression; false by default."),
    ignore_case: z
      .boolean()
      .default(false)
      .describe("Take upper and lower case as the same; false by default."),
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
    matches.map(({ path, line, text: found }) => `${showName(path)}:${line}:${found}`).join("\n") ||
    "No matches.",
  resume: resumeAfter,
});

const listTracked = defineTool({
  name: "git_ls_files",
  title: "List files",
  description: "List the files git tracks, or the files of a commit, below a directory or in all.",
  effect: "read",
  input: z.object({
    repo_path: repo,
    revision,
    path: z.string().optional().describe("Only files below this directory; all by default."),
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
  render: ({ files, total }) =>
    [`${files.length} of ${total} files:`, ...files.map(showName)].join("\n"),
  resume: resumeAfter,
});

const readFile = defineTool({
  name: "git_read_file",
  title: "Read file",
  description: "Read the contents of a text file as it was in a commit, branch or tag.",
  effect: "read",
  input: z.object({
    repo_path: repo,
    revision: z.string().describe("Commit to read from: a hash, branch, tag or `HEAD~1`."),
    path: z.string().describe("Path of the file to read, such as `src/a.ts`."),
    start_line: z.int().optional().describe("First line to read, from 1; 1 by default."),
  }),
  output: z.void(),
  async run({ repo_path, revision: at, path, start_line: startLine }, { git, room, signal }) {
    const opened = await git.open(repo_path, signal);
    const found = await readFileAt(opened, at, path, { startLine, room: room(300) });
    return reply(text(found.text), ...formatRest(found).map((line) => text(line)));
  },
});

const tags = defineTool({
  name: "git_tag_list",
  title: "List tags",
  description: "List the tags of the repository (releases, versions), newest first.",
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
    found.map(({ name, sha, date, subject }) => `${name} ${sha} ${date} ${subject}`).join("\n") ||
    "No tags.",
  resume: resumeAfter,
});

const entries = cuttable(
  z.array(z.object({ name: z.string(), sha: z.string(), date: z.string(), message: z.string() })),
);

function formatEntries(
  found: readonly Readonly<Record<"name" | "sha" | "date" | "message", string>>[],
): string {
  return (
    found.map(({ name, sha, date, message }) => `${name} ${sha} ${date} ${message}`).join("\n") ||
    "None."
  );
}

const stashes = defineTool({
  name: "git_stash_list",
  title: "List stashes",
  description: "List the stashes: uncommitted work that git_stash put away, latest first.",
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
  description: "List the remotes of the repository with their URLs, without credentials.",
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
  description:
    "List where a branch or HEAD has been (reflog), to find lost commits after a reset or rebase.",
  effect: "read",
  input: z.object({
    repo_path: repo,
    ref: z.string().default("HEAD").describe("Branch whose moves to list; HEAD by default."),
    max_count: z.int().default(20).describe("Entries on a page; 20 by default."),
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

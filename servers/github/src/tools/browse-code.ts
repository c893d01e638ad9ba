import { cursor, cuttable, embedded, image, reply, text } from "@fairlead/runtime";
import { z } from "zod";
import { listBranches } from "../branches.ts";
import { formatCommit, listCommits, readCommit } from "../commits.ts";
import { findImageType, readContents, showFile, toExcerpt, toText } from "../contents.ts";
import { defineTool } from "../context.ts";
import { formatFiles } from "../diffs.ts";
import { searchCode, searchRepositories } from "../search.ts";
import { readTree } from "../tree.ts";
import { formatList, name, nextPage, order, page, perPage } from "./fields.ts";

const findRepositories = defineTool({
  name: "search_repositories",
  title: "Search repositories",
  description: "Finds repositories by GitHub's search syntax.",
  effect: "read",
  input: z.object({ query: z.string().describe("Query."), page, perPage }),
  output: z.object({
    repositories: cuttable(
      z.array(
        z.object({
          name: z.string(),
          description: z.string().optional(),
          visibility: z.string(),
          default_branch: z.string(),
        }),
      ),
    ),
    total: z.int(),
    next_page: nextPage,
  }),
  run: ({ query: q, page, perPage: per_page }, { github, signal }) =>
    searchRepositories(github, { q, page, per_page }, signal),
  render: ({ repositories, ...more }) =>
    formatList(
      repositories.map(
        (row) => `${row.name} (${row.visibility}, ${row.default_branch}) ${row.description ?? ""}`,
      ),
      more,
    ),
});

const getFile = defineTool({
  name: "get_file_contents",
  title: "Read file or directory",
  description: "Reads a file, or lists a directory. Its sha is what edits and updates ask for.",
  effect: "read",
  input: z.object({
    ...name,
    path: z.string().describe("From the top."),
    branch: z.string().optional().describe("Branch."),
    ref: z.string().optional().describe("Or tag, commit."),
    start_line: z.int().min(1).optional().describe("First line."),
    end_line: z.int().min(1).optional().describe("Last line."),
  }),
  output: z.object({
    type: z.string(),
    sha: z.string().optional(),
    size: z.int().optional(),
    total_lines: z.int().optional(),
    next_line: z.int().optional(),
    entries: cuttable(
      z.array(z.object({ name: z.string(), type: z.string(), size: z.int() })),
    ).optional(),
  }),
  async run({ owner, repo, path, branch, ref, ...range }, { github, signal, budget }) {
    const repository = await github.open({ owner, repo }, signal);
    const read = await readContents(repository, path, ref ?? branch);
    if (read.kind === "directory") return { type: "dir", entries: [...read.entries] };
    if (read.kind === "other") {
      return reply({ type: read.type }, text(`A ${read.type} ${read.target ?? ""}`.trim()));
    }
    const { sha, size, bytes, url } = read.file;
    const facts = { type: "file", sha, size };
    const whole = toText(bytes);
    const picture = findImageType(path);
    if (picture !== undefined && whole === undefined) return reply(facts, image(bytes, picture));
    if (whole === undefined) return reply(facts, embedded(url, bytes, "application/octet-stream"));
    const { text: lines, ...rest } = toExcerpt(whole, range, budget - 1_000);
    const notice = rest.next_line ? `\n[More: start_line ${rest.next_line}.]` : "";
    return reply({ ...facts, ...rest }, text(showFile(repository, lines, path) + notice));
  },
  render: ({ type, entries = [] }) =>
    entries.map((entry) => `${entry.type} ${entry.name} ${entry.size || ""}`.trim()).join("\n") ||
    `An empty ${type}.`,
});

const getTree = defineTool({
  name: "get_repository_tree",
  title: "List tree",
  description: "Lists all files, or those under a path.",
  effect: "read",
  input: z.object({
    ...name,
    tree_sha: z.string().optional().describe("Branch, tag or sha."),
    recursive: z.boolean().default(true).describe("All levels."),
    path_filter: z.string().default("").describe("Path prefix."),
    cursor: cursor(z.int()).describe("next_cursor."),
  }),
  output: z.object({
    sha: z.string(),
    entries: cuttable(
      z.array(z.object({ path: z.string(), type: z.string(), size: z.int().optional() })),
    ),
    incomplete: z.boolean().optional(),
    next_cursor: cursor(z.int()),
  }),
  async run({ owner, repo, tree_sha, recursive, path_filter, cursor: start = 0 }, context) {
    const repository = await context.github.open({ owner, repo }, context.signal);
    const treeSha = tree_sha ?? repository.facts.defaultBranch;
    const read = await readTree(repository, { treeSha, recursive, prefix: path_filter });
    return { ...read, entries: read.entries.slice(start) };
  },
  render: ({ entries, incomplete }) =>
    [
      ...entries.map(
        ({ path, type, size }) => `${path}${type === "tree" ? "/" : ` ${size ?? ""}`}`,
      ),
      ...(incomplete
        ? ["[GitHub left some out: ask without recursive, directory by directory.]"]
        : []),
    ].join("\n") || "Nothing.",
  resume: ({ cursor: start = 0 }, kept) => start + kept,
});

const getBranches = defineTool({
  name: "list_branches",
  title: "List branches",
  description: "Lists branches with their commits.",
  effect: "read",
  input: z.object({ ...name, page, perPage }),
  output: z.object({
    branches: cuttable(
      z.array(z.object({ name: z.string(), sha: z.string(), protected: z.boolean().optional() })),
    ),
    next_page: nextPage,
  }),
  async run({ owner, repo, page, perPage: per_page }, { github, signal }) {
    return listBranches(await github.open({ owner, repo }, signal), { page, per_page });
  },
  render: ({ branches, ...more }) =>
    formatList(
      branches.map((row) => `${row.name} ${row.sha}${row.protected ? " protected" : ""}`),
      more,
    ),
});

const getCommits = defineTool({
  name: "list_commits",
  title: "List commits",
  description: "Lists commits, newest first.",
  effect: "read",
  input: z.object({
    ...name,
    sha: z.string().optional().describe("Branch or commit to start at."),
    path: z.string().optional().describe("That changed it."),
    author: z.string().optional().describe("Login or mail."),
    since: z.string().optional().describe("ISO 8601."),
    page,
    perPage,
  }),
  output: z.object({
    commits: cuttable(
      z.array(
        z.object({ sha: z.string(), author: z.string(), date: z.string(), message: z.string() }),
      ),
    ),
    next_page: nextPage,
  }),
  async run({ owner, repo, perPage: per_page, ...query }, { github, signal }) {
    return listCommits(await github.open({ owner, repo }, signal), { ...query, per_page });
  },
  render: ({ commits, ...more }) => formatList(commits.map(formatCommit), more),
});

const getCommit = defineTool({
  name: "get_commit",
  title: "Show commit",
  description: "Shows a commit and the files it changed.",
  effect: "read",
  input: z.object({
    ...name,
    sha: z.string().describe("Commit or branch."),
    include_diff: z.boolean().default(true).describe("Patches too."),
    page,
    perPage,
  }),
  output: z.object({
    sha: z.string(),
    author: z.string(),
    date: z.string(),
    message: z.string(),
    url: z.string(),
    parents: z.array(z.string()),
    files: cuttable(z.array(z.looseObject({ path: z.string() }))),
    next_page: nextPage,
  }),
  async run({ owner, repo, sha, include_diff: patches, page, perPage: per_page }, context) {
    const repository = await context.github.open({ owner, repo }, context.signal);
    const commit = await readCommit(repository, { sha, patches, page, per_page });
    const shown = text(`${formatCommit(commit)}\n${formatFiles(commit.files)}`);
    return reply({ ...commit, files: commit.files.map((file) => ({ ...file })) }, shown);
  },
});

const findCode = defineTool({
  name: "search_code",
  title: "Search code",
  description: "Finds files by content, in GitHub's code search syntax.",
  effect: "read",
  input: z.object({ q: z.string().describe("Query."), order, page, per_page: perPage }),
  output: z.object({
    files: cuttable(
      z.array(z.object({ repository: z.string(), path: z.string(), sha: z.string() })),
    ),
    total: z.int(),
    next_page: nextPage,
  }),
  run: (query, { github, signal }) => searchCode(github, query, signal),
  render: ({ files, ...more }) =>
    formatList(
      files.map(({ repository, path }) => `${repository} ${path}`),
      more,
    ),
});

export const browseCode = [
  findRepositories,
  getFile,
  getTree,
  getBranches,
  getCommits,
  getCommit,
  findCode,
];

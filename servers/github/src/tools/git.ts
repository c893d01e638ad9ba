import { cursor, cuttable, defineToolset, reply, text } from "@fairlead/runtime";
import { z } from "zod";
import { listBranches } from "../branches.ts";
import { formatCommit, readCommit } from "../commits.ts";
import { defineTool } from "../context.ts";
import { formatFiles, toPatchRoom } from "../diffs.ts";
import { deleteFile } from "../file-writes.ts";
import { readTree } from "../tree.ts";
import { formatFields, formatList, name, page, perPage, rows } from "./fields.ts";

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
    next_page: z.int().optional(),
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

const getCommit = defineTool({
  name: "get_commit",
  title: "Show commit",
  description: "Shows a commit and the files it changed.",
  effect: "read",
  input: z.object({
    ...name,
    sha: z.string().describe("Commit or branch."),
    include_diff: z.boolean().optional().describe("With patches; true."),
    page,
    perPage,
  }),
  output: z.looseObject({ files: rows }),
  async run({ owner, repo, sha, include_diff: patches = true, page, perPage: per_page }, context) {
    const repository = await context.github.open({ owner, repo }, context.signal);
    const room = patches ? toPatchRoom(context.budget) : 0;
    const commit = await readCommit(repository, { sha, room, page, per_page });
    const more = commit.next_page === undefined ? "" : `\n[More: page ${commit.next_page}.]`;
    const shown = `${formatCommit(commit)}\n${formatFiles(commit.files)}${more}`;
    return reply(commit, text(shown));
  },
});

const remove = defineTool({
  name: "delete_file",
  title: "Delete file",
  description: "Deletes a file by a commit.",
  effect: "write",
  input: z.object({
    ...name,
    path: z.string().describe("From the top."),
    message: z.string().describe("Commit message."),
    branch: z.string().describe("Branch."),
    sha: z.string().optional().describe("Its blob as read."),
  }),
  output: z.looseObject({ commit_sha: z.string() }),
  async run({ owner, repo, ...change }, { github, signal }) {
    return deleteFile(await github.openToWrite({ owner, repo }, signal), change);
  },
  render: formatFields,
});

export const git = defineToolset({
  name: "git",
  title: "Git",
  description: "Trees, branches, single commits, and deleting files.",
  optional: true,
  openWorld: true,
  tools: [getTree, getBranches, getCommit, remove],
});

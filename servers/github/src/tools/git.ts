import { cursor, cuttable, defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { listBranches } from "../code/branches.ts";
import { readCommit } from "../code/commits.ts";
import { deleteFile } from "../code/file-writes.ts";
import { readTree } from "../code/tree.ts";
import { defineTool } from "../context.ts";
import { formatFields, formatList, listPage, name, page, perPage } from "./fields.ts";

const getTree = defineTool({
  name: "get_repository_tree",
  title: "List all files",
  description:
    "List all files of a GitHub repository with their sizes: the whole folder structure, or what lies under one path.",
  effect: "read",
  input: z.object({
    ...name,
    tree_sha: z
      .string()
      .optional()
      .describe("Branch, tag, commit or tree sha. Default: the default branch."),
    recursive: z
      .boolean()
      .default(true)
      .describe("false lists the top directory only. Default true: all levels."),
    path_filter: z
      .string()
      .default("")
      .describe("Only paths that begin with this, e.g. src/. Default: all."),
    cursor: cursor(z.int()).describe("next_cursor of the answer before, to go on from there."),
  }),
  output: z.object({
    sha: z.string(),
    entries: cuttable(
      z.array(
        z.object({
          path: z.string(),
          type: z.enum(["file", "directory", "submodule"]),
          size: z.int().optional(),
        }),
      ),
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
  render: ({ sha, entries, incomplete }) =>
    [
      `tree ${sha}`,
      ...entries.map(
        ({ path, type, size = "" }) => `${path}${type === "directory" ? "/" : ` ${size}`}`,
      ),
      ...(entries.length === 0 ? ["No files."] : []),
      ...(incomplete
        ? ["[GitHub left some out: ask again with recursive false, directory by directory.]"]
        : []),
    ].join("\n"),
  resume: ({ cursor: start = 0 }, kept) => start + kept,
});

const getBranches = defineTool({
  name: "list_branches",
  title: "List branches",
  description:
    "List the branches of a GitHub repository, each with the sha of its last commit and whether it is protected.",
  effect: "read",
  input: z.object({ ...name, page, perPage }),
  output: z.object({
    branches: cuttable(
      z.array(z.object({ name: z.string(), sha: z.string(), protected: z.boolean().optional() })),
    ),
    next_page: z.int().optional(),
    per_page: z.int().optional(),
  }),
  async run({ owner, repo, page, perPage: per_page }, context) {
    const repository = await context.github.open({ owner, repo }, context.signal);
    return listPage(context, { page, per_page }, (query) => listBranches(repository, query));
  },
  render: ({ branches, ...more }) => formatList(branches, more),
});

const getCommit = defineTool({
  name: "get_commit",
  title: "Show commit",
  description:
    "Show one commit of a GitHub repository: its author, date and message, and the files it changed with their diff.",
  effect: "read",
  input: z.object({
    ...name,
    sha: z.string().describe("Sha of the commit; a branch or tag stands for its last commit."),
    include_diff: z
      .boolean()
      .optional()
      .describe("false lists the changed files without patches. Default true."),
    page: page.describe("Page of the changed files, from 1. Default 1."),
    perPage: perPage.describe("Changed files a page, 1 to 100. Default 20."),
  }),
  output: z.string(),
  async run(
    { owner, repo, sha, include_diff: patches = true, page: at, perPage: per_page },
    context,
  ) {
    const repository = await context.github.open({ owner, repo }, context.signal);
    return readCommit(repository, { sha, patches, page: at, per_page, room: context.room() });
  },
});

const remove = defineTool({
  name: "delete_file",
  title: "Delete file",
  description: "Delete a file from a branch of a GitHub repository, as a commit.",
  effect: "write",
  input: z.object({
    ...name,
    path: z.string().describe("Path of the file from the top of the repository."),
    message: z.string().describe("Commit message: a short subject line, then why."),
    branch: z.string().describe("Branch to delete it from, e.g. main."),
    sha: z
      .string()
      .optional()
      .describe(
        "Blob sha from get_file_contents: nothing is deleted if the file has changed since.",
      ),
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
  description: "All files of a repository, branches, single commits, and deleting files.",
  optional: true,
  openWorld: true,
  tools: [getTree, getBranches, getCommit, remove],
});

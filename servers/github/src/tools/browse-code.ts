import { image, link, type Reply, reply, text } from "@fairlead/runtime";
import { z } from "zod";
import { listCommits } from "../code/commits.ts";
import { type Shown, showContents } from "../code/showing.ts";
import { defineTool } from "../context.ts";
import { searchCode, searchRepositories } from "../discussion/search.ts";
import {
  fields,
  formatList,
  listPage,
  name,
  order,
  page,
  perPage,
  pickFields,
  rows,
} from "./fields.ts";

const findRepositories = defineTool({
  name: "search_repositories",
  title: "Search repositories",
  description:
    "Find repositories on GitHub about a topic, by name, language, owner or stars. Returns their names, descriptions and default branches.",
  effect: "read",
  input: z.object({
    query: z
      .string()
      .describe("GitHub search, e.g. machine learning language:python stars:>100 or user:octocat."),
    page,
    perPage,
  }),
  output: z.looseObject({ repositories: rows }),
  run({ query: q, page, perPage: per_page }, context) {
    const { github, signal } = context;
    return listPage(context, { q, page, per_page }, (query) =>
      searchRepositories(github, query, signal),
    );
  },
  render: ({ repositories, ...more }) => formatList(repositories, more),
});

/** Characters kept free for the line below a file. */
const factsRoom = 500;

const getFile = defineTool({
  name: "get_file_contents",
  title: "Read file or directory",
  description:
    "Read a file of a GitHub repository, such as its README or source code, or list the files in one of its directories. The line after a file has its blob sha, which edit_file_contents and create_or_update_file need.",
  effect: "read",
  input: z.object({
    ...name,
    path: z
      .string()
      .describe(
        "Path from the top of the repository, e.g. src/app.ts; empty for the top directory.",
      ),
    branch: z.string().optional().describe("Branch to read from. Default: the default branch."),
    ref: z
      .string()
      .optional()
      .describe("Branch, tag or commit sha to read from; it wins over branch."),
    start_line: z.int().optional().describe("First line to read, from 1. Default 1."),
    end_line: z.int().optional().describe("Last line to read. Default: the last that fits."),
  }),
  output: z.void(),
  async run({ owner, repo, path, branch, ref, ...range }, { github, signal, room }) {
    const repository = await github.open({ owner, repo }, signal);
    const query = { ...range, ref: ref ?? branch, room: room(factsRoom) };
    return toReply(await showContents(repository, path, query));
  },
});

/** A file is a block of its own, so that it is its text and nothing else. */
function toReply(shown: Shown): Reply {
  if (shown.kind === "elsewhere") {
    const { uri, name: title, size, facts: description } = shown;
    const mimeType = "application/octet-stream";
    return reply(link({ uri, name: title, size, mimeType, description }));
  }
  const { facts } = shown;
  const notes = facts === undefined ? [] : [text(`[${facts}]`)];
  if (shown.kind === "picture") return reply(image(shown.bytes, shown.mimeType), ...notes);
  return reply(...(shown.text === "" ? [] : [text(shown.text)]), ...notes);
}

const getCommits = defineTool({
  name: "list_commits",
  title: "List commits",
  description:
    "List the commits of a GitHub repository, newest first: its commit history, or that of one branch, file or author.",
  effect: "read",
  input: z.object({
    ...name,
    sha: z
      .string()
      .optional()
      .describe("Branch, tag or commit sha to start from. Default: the default branch."),
    path: z.string().optional().describe("Only commits that changed this file or directory."),
    author: z
      .string()
      .optional()
      .describe("Only commits of this author: a login or an email address."),
    since: z
      .string()
      .optional()
      .describe("Only commits after this time, in ISO 8601, e.g. 2026-11-01T00:00:00Z."),
    page,
    perPage,
    fields,
  }),
  output: z.looseObject({ commits: rows }),
  async run({ owner, repo, perPage: per_page, fields: named, ...query }, context) {
    const repository = await context.github.open({ owner, repo }, context.signal);
    return listPage(context, { ...query, per_page }, async (asked) => {
      const { commits, ...more } = await listCommits(repository, asked);
      return { commits: pickFields(commits, named), ...more };
    });
  },
  render: ({ commits, ...more }) => formatList(commits, more),
});

const findCode = defineTool({
  name: "search_code",
  title: "Search code",
  description:
    "Find the files on GitHub whose code contains some text. Returns their repositories and paths; read them with get_file_contents.",
  effect: "read",
  input: z.object({
    q: z
      .string()
      .describe(
        "GitHub code search, e.g. createServer repo:octocat/hello or TODO language:go path:src.",
      ),
    order,
    page,
    per_page: perPage,
  }),
  output: z.looseObject({ files: rows }),
  run: (query, context) =>
    listPage(context, query, (asked) => searchCode(context.github, asked, context.signal)),
  render: ({ files, ...more }) => formatList(files, more),
});

export const browseCode = [findRepositories, getFile, getCommits, findCode];

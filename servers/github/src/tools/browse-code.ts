import { embedded, image, reply, text } from "@fairlead/runtime";
import { z } from "zod";
import { formatCommit, listCommits } from "../commits.ts";
import { formatEntries, readContents, showFile, toExcerpt, toText } from "../contents.ts";
import { defineTool } from "../context.ts";
import { searchCode, searchRepositories } from "../search.ts";
import { fields, formatList, name, order, page, perPage, rows, toRows } from "./fields.ts";

const findRepositories = defineTool({
  name: "search_repositories",
  title: "Search repositories",
  description: "Finds repositories by search syntax.",
  effect: "read",
  input: z.object({ query: z.string().describe("Query."), page, perPage }),
  output: z.looseObject({ repositories: rows }),
  async run({ query: q, page, perPage: per_page }, { github, signal }) {
    const found = await searchRepositories(github, { q, page, per_page }, signal);
    const lines = found.repositories.map(
      (row) => `${row.name} (${row.visibility}, ${row.default_branch}) ${row.description ?? ""}`,
    );
    return reply(found, text(formatList(lines, found)));
  },
});

const getFile = defineTool({
  name: "get_file_contents",
  title: "Read file",
  description: "Reads a file, with the sha that edits ask for, or lists a directory.",
  effect: "read",
  input: z.object({
    ...name,
    path: z.string().describe("Path."),
    branch: z.string().optional().describe("Branch."),
    ref: z.string().optional().describe("Or tag, commit."),
    start_line: z.int().optional().describe("First line."),
    end_line: z.int().optional().describe("Last line."),
  }),
  output: z.looseObject({
    sha: z.string().optional(),
    entries: rows,
  }),
  async run({ owner, repo, path, branch, ref, ...range }, { github, signal, budget }) {
    const repository = await github.open({ owner, repo }, signal);
    const read = await readContents(repository, path, ref ?? branch);
    if (read.kind === "directory") {
      const { entries } = read;
      return reply({ type: "dir", entries }, text(formatEntries(entries)));
    }
    if (read.kind === "other") {
      return reply({ type: read.type }, text(`A ${read.type} ${read.target ?? ""}`.trim()));
    }
    const { sha, size, bytes, url } = read.file;
    const facts = { type: "file", sha, size };
    const whole = toText(bytes);
    const { picture } = read.file;
    if (picture !== undefined && whole === undefined) return reply(facts, image(bytes, picture));
    if (whole === undefined) return reply(facts, embedded(url, bytes, "application/octet-stream"));
    const { text: lines, ...rest } = toExcerpt(whole, range, budget - 1_000);
    const notice = rest.next_line ? `\n[More: start_line ${rest.next_line}.]` : "";
    return reply({ ...facts, ...rest }, text(showFile(repository, lines, path) + notice));
  },
});

const getCommits = defineTool({
  name: "list_commits",
  title: "List commits",
  description: "Lists commits, newest first.",
  effect: "read",
  input: z.object({
    ...name,
    sha: z.string().optional().describe("From here."),
    path: z.string().optional().describe("Changing it."),
    author: z.string().optional().describe("Login or mail."),
    since: z.string().optional().describe("ISO 8601."),
    page,
    perPage,
    fields,
  }),
  output: z.looseObject({ commits: rows }),
  async run({ owner, repo, perPage: per_page, fields: named, ...query }, { github, signal }) {
    const repository = await github.open({ owner, repo }, signal);
    const listed = await listCommits(repository, { ...query, per_page });
    const { rows: commits, lines } = toRows(listed.commits, named, formatCommit);
    return reply({ ...listed, commits }, text(formatList(lines, listed)));
  },
});

const findCode = defineTool({
  name: "search_code",
  title: "Search code",
  description: "Finds files by code search syntax.",
  effect: "read",
  input: z.object({ q: z.string().describe("Query."), order, page, per_page: perPage }),
  output: z.looseObject({ files: rows }),
  async run(query, { github, signal }) {
    const found = await searchCode(github, query, signal);
    const lines = found.files.map(({ repository, path }) => `${repository} ${path}`);
    return reply(found, text(formatList(lines, found)));
  },
});

export const browseCode = [findRepositories, getFile, getCommits, findCode];

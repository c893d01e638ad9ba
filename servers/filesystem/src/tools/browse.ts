import { cursor, cuttable, defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { showName } from "../names.ts";
import { formatInfo, readInfo } from "../read/file-info.ts";
import { formatMatches } from "../search/match-text.ts";
import type { SearchPosition } from "../search/search-contents.ts";
import {
  entryTypes,
  formatSize,
  listAllowed,
  listDirectory,
  listWithSizes,
} from "../walk/listing.ts";
import { toCaller } from "./caller.ts";
import { directory, page } from "./fields.ts";

const excluded = z
  .array(z.string())
  .optional()
  .describe('Globs of names to leave out, such as ["node_modules", "*.log"].');

const position = z.object({ file: z.string(), skip: z.int() });
const nextPosition = cursor(position).describe(
  "next_cursor of the answer before, to get the next page.",
);
const start: SearchPosition = { file: "", skip: 0 };

const listEntries = defineTool({
  name: "list_directory",
  title: "List directory",
  description:
    "List the files and folders in one directory, one [DIR] or [FILE] a line. Use directory_tree for what is below, search_files to find by name.",
  effect: "read",
  input: z.object({
    path: directory,
    limit: z.int().optional().describe("Entries on a page; as many as fit by default."),
    cursor: page,
  }),
  output: z.object({
    entries: cuttable(z.array(z.object({ name: z.string(), type: z.enum(entryTypes) }))),
    next_cursor: cursor(z.int()),
  }),
  async run({ path, limit = Infinity, cursor: start = 0 }, { guard, budget }) {
    const all = await listDirectory(guard, path);
    const end = start + Math.max(Math.min(limit, mostEntries(budget)), 1);
    const next = end < all.length ? end : undefined;
    return { entries: all.slice(start, end).map(toShown), next_cursor: next };
  },
  render: ({ entries }) => entries.map(toLine).join("\n"),
  resume: ({ cursor: start = 0 }, kept) => start + kept,
});

/** An entry with its name as it can be shown; a path that has such a name in it is found by that. */
function toShown<T extends { readonly name: string }>(entry: T): T {
  return { ...entry, name: showName(entry.name) };
}

/** More entries than this cannot fit, so they need not be measured one by one. */
function mostEntries(budget: number): number {
  return Math.ceil(budget / 25);
}

function toLine({ name, type }: { readonly name: string; readonly type: string }): string {
  return `${type === "directory" ? "[DIR]" : "[FILE]"} ${name}`;
}

const listSized = defineTool({
  name: "list_directory_with_sizes",
  title: "List with sizes",
  description:
    "List one directory with the size of each file, the number of files and folders and their combined size.",
  effect: "read",
  input: z.object({
    path: directory,
    sortBy: z
      .enum(["name", "size"])
      .optional()
      .describe("Order: `name` (A to Z, the default) or `size` (largest first)."),
    cursor: page,
  }),
  output: z.object({
    entries: cuttable(
      z.array(
        z.object({ name: z.string(), type: z.enum(entryTypes), size: z.string().optional() }),
      ),
    ),
    files: z.int(),
    directories: z.int(),
    combined_size: z.string(),
    next_cursor: cursor(z.int()),
  }),
  async run({ path, sortBy = "name", cursor: start = 0 }, { guard, budget }) {
    const all = await listWithSizes(guard, path, sortBy);
    const end = start + mostEntries(budget);
    const files = all.filter(({ type }) => type !== "directory");
    return {
      entries: all
        .slice(start, end)
        .map(({ size, ...entry }) =>
          toShown(entry.type === "directory" ? entry : { ...entry, size: formatSize(size) }),
        ),
      files: files.length,
      directories: all.length - files.length,
      combined_size: formatSize(files.reduce((sum, { size }) => sum + size, 0)),
      next_cursor: end < all.length ? end : undefined,
    };
  },
  render: ({ entries, files, directories, combined_size }) =>
    [
      ...entries.map(({ name, type, size = "" }) => {
        const padded = type === "directory" ? "" : size.padStart(10);
        return `${toLine({ name: name.padEnd(30), type })} ${padded}`;
      }),
      "",
      `Total: ${files} files, ${directories} directories`,
      `Combined size: ${combined_size}`,
    ].join("\n"),
  resume: ({ cursor: start = 0 }, kept) => start + kept,
});

const showTree = defineTool({
  name: "directory_tree",
  title: "Directory tree",
  description:
    "Show the folder structure of a project: everything below a directory as a tree in JSON, the upper levels first.",
  effect: "read",
  task: "optional",
  input: z.object({
    path: directory,
    excludePatterns: excluded,
    maxDepth: z.int().optional().describe("Levels to show; all by default."),
    maxEntries: z.int().default(1000).describe("Files and folders to show; 1,000 by default."),
    respectGitignore: z
      .boolean()
      .optional()
      .describe("Leave out what .gitignore names; false by default."),
  }),
  output: z.string(),
  async run({ path, maxDepth = Infinity, ...options }, context) {
    const { guard, searches } = context;
    const query = { ...options, maxDepth, characters: context.room(500).characters };
    const found = await searches.tree(guard, path, query, toCaller(context));
    const { nodes, entries, cut } = found;
    const rest = cut === undefined || cut === "depth" ? "" : `, cut by the limit of ${cut}`;
    const advice = rest === "" ? "" : " Ask for a directory further down, or exclude some.";
    return `Tree of ${showName(path)} (${entries} entries${rest}).${advice}\n${JSON.stringify(nodes)}`;
  },
});

const findFiles = defineTool({
  name: "search_files",
  title: "Search files",
  description:
    "Find files and folders by name below a directory, such as all files that end in .ts. Returns full paths. To search the text in them use search_file_contents.",
  effect: "read",
  task: "optional",
  input: z.object({
    path: directory,
    pattern: z
      .string()
      .describe("Glob against the path below the directory: `*.ts` there, `**/*.ts` at any depth."),
    excludePatterns: excluded,
    type: z
      .enum(["file", "directory"])
      .optional()
      .describe("Return only files or only directories; both by default."),
    cursor: nextPosition,
  }),
  output: z.object({
    paths: cuttable(z.array(z.string())),
    advice: z.string().optional(),
    next_cursor: cursor(position),
  }),
  async run({ path, cursor: from = start, ...query }, context) {
    const { guard, searches, room } = context;
    const options = { ...query, from, budget: room(300).characters };
    const { paths, next } = await searches.names(guard, path, options, toCaller(context));
    const literal = paths.length === 0 && !/[*?{(]/.test(query.pattern);
    return { paths, advice: literal ? literalAdvice : undefined, next_cursor: next };
  },
  render: ({ paths, advice, next_cursor }) =>
    paths.length > 0 ? paths.join("\n") : toNothing(next_cursor, advice),
  resume: ({ cursor: from = start }, kept) => ({ ...from, skip: from.skip + kept }),
});

const literalAdvice =
  "A pattern without * names one path below the directory. Write **/*name* to find a name at any depth.";

/** What is said when nothing was found: that it is not there, or that there was no time for all. */
function toNothing(next: SearchPosition | undefined, advice?: string): string {
  if (next !== undefined) return "No matches found so far; the time of one call is used up.";
  return advice === undefined ? "No matches found" : `No matches found. ${advice}`;
}

const searchText = defineTool({
  name: "search_file_contents",
  title: "Search file contents",
  description:
    "Search for text or a regular expression inside files (grep): tells which files contain it, with path, line number and line.",
  effect: "read",
  task: "optional",
  input: z.object({
    path: z.string().describe("File to search, or directory to search everything below it."),
    pattern: z.string().describe("Text to find, or a regular expression with `regex`."),
    regex: z
      .boolean()
      .optional()
      .describe("Read the pattern as a JavaScript regular expression; false by default."),
    glob: z
      .string()
      .optional()
      .describe("Search only files that match, such as `*.{ts,tsx}` or `src/**`."),
    ignoreCase: z
      .boolean()
      .optional()
      .describe("Take upper and lower case as the same; false by default."),
    contextLines: z
      .int()
      .optional()
      .describe("Lines to show before and after each match; 0 by default, at most 50."),
    maxMatches: z.int().default(200).describe("Matches on a page; 200 by default."),
    respectGitignore: z
      .boolean()
      .default(true)
      .describe("Leave out what .gitignore names; true by default."),
    cursor: nextPosition,
  }),
  output: z.object({
    matches: cuttable(
      z.array(
        z.object({
          path: z.string(),
          line: z.int(),
          text: z.string(),
          before: z.string().optional(),
          after: z.string().optional(),
        }),
      ),
    ),
    next_cursor: cursor(position),
  }),
  async run({ path, cursor: from = start, ...query }, context) {
    const { guard, searches, budget } = context;
    const options = { ...query, from, budget };
    const { matches, next } = await searches.contents(guard, path, options, toCaller(context));
    return { matches, next_cursor: next };
  },
  render: ({ matches, next_cursor }) =>
    matches.length > 0 ? formatMatches(matches) : toNothing(next_cursor),
  resume: ({ cursor: from = start }, kept) => ({ ...from, skip: from.skip + kept }),
});

const getFileInfo = defineTool({
  name: "get_file_info",
  title: "Get file info",
  description:
    "Tell how big a file is, when it was created and changed, its type and permissions, and its SHA-256 if asked.",
  effect: "read",
  input: z.object({
    path: z.string().describe("File or directory to look at."),
    hash: z
      .boolean()
      .optional()
      .describe("Compute the SHA-256 of the content too; false by default."),
  }),
  output: z.object({
    type: z.enum(entryTypes),
    size: z.int(),
    created: z.string(),
    modified: z.string(),
    accessed: z.string(),
    permissions: z.string(),
    linkTarget: z.string().optional(),
    sha256: z.string().optional(),
  }),
  async run({ path, hash = false }, { guard, signal }) {
    const { path: _, linkTarget, ...info } = await readInfo(guard, path, { hash, signal });
    return { ...info, linkTarget: linkTarget === undefined ? undefined : showName(linkTarget) };
  },
  render: formatInfo,
});

const showAllowed = defineTool({
  name: "list_allowed_directories",
  title: "List allowed directories",
  description:
    "List the directories this server may read and write in. Call it first when a path is refused.",
  effect: "read",
  input: z.object({}),
  output: z.object({
    directories: z.array(z.object({ path: z.string(), writable: z.boolean() })),
  }),
  run: async (_, { guard }) => ({ directories: await listAllowed(guard) }),
  render: ({ directories }) =>
    `Allowed directories:\n${directories.map(({ path }) => showName(path)).join("\n")}`,
});

export const browse = defineToolset({
  name: "browse",
  title: "Browse",
  description: "List directories and search files by name or content.",
  tools: [listEntries, listSized, showTree, findFiles, searchText, getFileInfo, showAllowed],
});

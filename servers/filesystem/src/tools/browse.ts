import { cursor, cuttable, defineToolset, reply, text } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { formatInfo, readInfo } from "../file-info.ts";
import { formatSize, listAllowed, listDirectory, listWithSizes } from "../listing.ts";
import { formatMatches } from "../match-text.ts";
import { searchContents } from "../search-contents.ts";
import { searchNames } from "../search-names.ts";
import { readTree } from "../tree.ts";

const page = cursor(z.int()).describe("next_cursor.");
const directory = z.string().describe("Directory.");
const excluded = z.array(z.string()).optional().describe("Globs to leave out.");
const gitignore = z.boolean().describe("Skip ignored files.");

const listEntries = defineTool({
  name: "list_directory",
  title: "List directory",
  description: "Lists a directory, one [DIR] or [FILE] per line.",
  effect: "read",
  input: z.object({
    path: directory,
    limit: z.int().optional().describe("Most entries."),
    cursor: page,
  }),
  output: z.object({
    entries: cuttable(z.array(z.object({ name: z.string(), type: z.string() }))),
    next_cursor: cursor(z.int()),
  }),
  async run({ path, limit = Infinity, cursor: start = 0 }, { guard, budget }) {
    const all = await listDirectory(guard, path);
    const end = start + Math.max(Math.min(limit, mostEntries(budget)), 1);
    const next = end < all.length ? end : undefined;
    return { entries: all.slice(start, end), next_cursor: next };
  },
  render: ({ entries }) => entries.map(toLine).join("\n"),
  resume: ({ cursor: start = 0 }, kept) => start + kept,
});

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
  description: "Lists a directory with file sizes and totals.",
  effect: "read",
  input: z.object({
    path: directory,
    sortBy: z.enum(["name", "size"]).optional().describe("Order."),
    cursor: page,
  }),
  output: z.object({
    entries: cuttable(z.array(z.object({ name: z.string(), type: z.string(), size: z.int() }))),
    files: z.int(),
    directories: z.int(),
    total_size: z.int(),
    next_cursor: cursor(z.int()),
  }),
  async run({ path, sortBy = "name", cursor: start = 0 }, { guard, budget }) {
    const all = await listWithSizes(guard, path, sortBy);
    const end = start + mostEntries(budget);
    const files = all.filter(({ type }) => type !== "directory");
    return {
      entries: all.slice(start, end),
      files: files.length,
      directories: all.length - files.length,
      total_size: files.reduce((sum, { size }) => sum + size, 0),
      next_cursor: end < all.length ? end : undefined,
    };
  },
  render: ({ entries, files, directories, total_size }) =>
    [
      ...entries.map((entry) => {
        const size = entry.type === "directory" ? "" : formatSize(entry.size).padStart(10);
        return `${toLine({ ...entry, name: entry.name.padEnd(30) })} ${size}`;
      }),
      "",
      `Total: ${files} files, ${directories} directories`,
      `Combined size: ${formatSize(total_size)}`,
    ].join("\n"),
  resume: ({ cursor: start = 0 }, kept) => start + kept,
});

const showTree = defineTool({
  name: "directory_tree",
  title: "Directory tree",
  description: "Shows all below a directory as a JSON tree.",
  effect: "read",
  input: z.object({
    path: directory,
    excludePatterns: excluded,
    maxDepth: z.int().optional().describe("Levels."),
    maxEntries: z.int().default(1000).describe("Most entries."),
    respectGitignore: gitignore.optional(),
  }),
  output: z.object({ entries: z.int(), cut: z.string().optional() }),
  async run({ path, maxDepth = Infinity, ...options }, { guard, patterns, budget, signal }) {
    const limits = { maxDepth, budget: budget - 300, signal };
    const { nodes, entries, cut } = await readTree(guard, patterns, path, {
      ...options,
      ...limits,
    });
    const note = `[Not all is shown: ${cut} limit. Ask for a directory further down.]`;
    const notes = cut === undefined || cut === "depth" ? [] : [text(note)];
    return reply({ entries, cut }, text(JSON.stringify(nodes, null, 2)), ...notes);
  },
});

const findFiles = defineTool({
  name: "search_files",
  title: "Search files",
  description: "Finds files and directories by name; returns full paths.",
  effect: "read",
  input: z.object({
    path: directory,
    pattern: z.string().describe("Glob; '**/*.ts' for any depth."),
    excludePatterns: excluded,
    type: z.enum(["file", "directory"]).optional().describe("Only these."),
    cursor: page,
  }),
  output: z.object({ paths: cuttable(z.array(z.string())), next_cursor: cursor(z.int()) }),
  async run({ path, cursor: skip = 0, ...query }, { guard, patterns, budget, signal }) {
    const options = { ...query, skip, budget: budget - 300, signal };
    const { paths, more } = await searchNames(guard, patterns, path, options);
    return { paths, next_cursor: more ? skip + paths.length : undefined };
  },
  render: ({ paths }) => (paths.length > 0 ? paths.join("\n") : "No matches found"),
  resume: ({ cursor: skip = 0 }, kept) => skip + kept,
});

const position = z.object({ file: z.string(), skip: z.int() });

const searchText = defineTool({
  name: "search_file_contents",
  title: "Search file contents",
  description:
    "Finds lines in a file or all files below a directory (grep), with path and line number.",
  effect: "read",
  input: z.object({
    path: z.string().describe("File or directory."),
    pattern: z.string().describe("Text to find."),
    regex: z.boolean().optional().describe("As JavaScript regex."),
    glob: z.string().optional().describe("Files: '*.{ts,tsx}', 'src/**'."),
    ignoreCase: z.boolean().optional().describe("Ignore case."),
    contextLines: z.int().optional().describe("Lines around."),
    maxMatches: z.int().default(200).describe("Per page."),
    respectGitignore: gitignore.default(true),
    cursor: cursor(position).describe("next_cursor."),
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
  async run({ path, cursor: from = { file: "", skip: 0 }, ...query }, context) {
    const { guard, patterns, budget, signal } = context;
    const options = { ...query, from, budget, signal };
    const { matches, next } = await searchContents(guard, patterns, path, options);
    return { matches, next_cursor: next };
  },
  render: ({ matches }) => formatMatches(matches),
  resume: ({ cursor: from = { file: "", skip: 0 } }, kept) => ({ ...from, skip: from.skip + kept }),
});

const getFileInfo = defineTool({
  name: "get_file_info",
  title: "Get file info",
  description: "Returns type, size, times and permissions of a path.",
  effect: "read",
  input: z.object({
    path: z.string().describe("File or directory."),
    hash: z.boolean().optional().describe("Also the SHA-256."),
  }),
  output: z.object({
    type: z.string(),
    size: z.int(),
    modified: z.string(),
    permissions: z.string(),
    mime_type: z.string().optional(),
    link_target: z.string().optional(),
    sha256: z.string().optional(),
  }),
  async run({ path, hash = false }, { guard, signal }) {
    const info = await readInfo(guard, path, { hash, signal });
    const { type, size, permissions, sha256, mediaType, linkTarget } = info;
    const more = { mime_type: mediaType, link_target: linkTarget, sha256 };
    const modified = info.modified.toISOString();
    return reply({ type, size, modified, permissions, ...more }, text(formatInfo(info)));
  },
});

const showAllowed = defineTool({
  name: "list_allowed_directories",
  title: "List allowed directories",
  description: "Lists the directories the tools may use.",
  effect: "read",
  input: z.object({}),
  output: z.object({
    directories: z.array(z.object({ path: z.string(), writable: z.boolean() })),
  }),
  run: async (_, { guard }) => ({ directories: await listAllowed(guard) }),
  render: ({ directories }) =>
    `Allowed directories:\n${directories.map(({ path }) => path).join("\n")}`,
});

export const browse = defineToolset({
  name: "browse",
  title: "Browse",
  description: "List directories and search files by name or content.",
  tools: [listEntries, listSized, showTree, findFiles, searchText, getFileInfo, showAllowed],
});

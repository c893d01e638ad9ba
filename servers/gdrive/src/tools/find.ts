import { cursor, cuttable, defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { findFiles, listDrives } from "../api/find.ts";
import { toFileLines, toFileRow } from "../api/lines.ts";
import { resumeAt } from "../api/pages.ts";
import { defineTool } from "../context.ts";
import { fileRow, folderId, page, pageSize, position } from "./fields.ts";

const size = pageSize(100, 20);
const found = z.object({ files: cuttable(z.array(fileRow)), next_cursor: cursor(position) });

const search = defineTool({
  name: "search",
  title: "Search",
  description:
    "Finds files and documents in Google Drive by words in their content or name. Returns the name, type, id, day of the last change and link of each; read_file_content reads one. Shared drives are searched too, the trash is not.",
  effect: "read",
  aliases: ["search_files"],
  input: z.object({
    query: z.string().optional().describe("Words to find, such as opening hours."),
    raw_query: z
      .string()
      .optional()
      .describe("Condition in Drive's query language, such as name contains 'plan' and starred."),
    mime_type: z
      .string()
      .optional()
      .describe("Only this type: document, spreadsheet, presentation, folder or a MIME type."),
    folder_id: folderId.optional().describe("Only files directly in this folder: its id or link."),
    drive_id: z
      .string()
      .optional()
      .describe("Only files of this shared drive: its id, as list_shared_drives shows it."),
    order_by: z
      .string()
      .optional()
      .describe("Order, such as modifiedTime desc or name. With query results go by relevance."),
    page_size: size,
    cursor: page,
  }),
  output: found.extend({ incomplete: z.boolean().optional() }),
  async run(args, { drive, budget, signal }) {
    const { items, next, incomplete } = await findFiles(drive, {
      text: args.query,
      raw: args.raw_query,
      mimeType: args.mime_type,
      folderId: args.folder_id,
      driveId: args.drive_id,
      orderBy: args.order_by,
      pageSize: args.page_size,
      from: args.cursor,
      budget,
      signal,
    });
    return { files: items.map(toFileRow), next_cursor: next, ...(incomplete && { incomplete }) };
  },
  render: ({ files, incomplete = false }) => toFileLines(files, { incomplete }),
  resume: ({ cursor: from }, kept) => resumeAt(from, kept),
});

const listRecent = defineTool({
  name: "list_recent_files",
  title: "List recent files",
  description:
    "Lists the files the user worked on recently: last opened or changed, the newest first. Returns the same facts as search.",
  effect: "read",
  input: z.object({ page_size: size, cursor: page }),
  output: found,
  async run({ page_size, cursor: from }, { drive, budget, signal }) {
    const options = { orderBy: "recency desc", pageSize: page_size, from, budget, signal };
    const { items, next } = await findFiles(drive, options);
    return { files: items.map(toFileRow), next_cursor: next };
  },
  render: ({ files }) => toFileLines(files),
  resume: ({ cursor: from }, kept) => resumeAt(from, kept),
});

const listFolder = defineTool({
  name: "list_folder",
  title: "List folder",
  description:
    "Shows what is in a folder: its files and folders, folders first, each with name, type, id, day of the last change and link.",
  effect: "read",
  input: z.object({
    folder_id: folderId
      .default("root")
      .describe("Folder id or link, or the id of a shared drive; by default My Drive."),
    page_size: pageSize(100, 50),
    cursor: page,
  }),
  output: found,
  async run({ folder_id: folderId, page_size, cursor: from }, { drive, budget, signal }) {
    const options = { folderId, orderBy: "folder,name", pageSize: page_size, from, budget, signal };
    const { items, next } = await findFiles(drive, options);
    return { files: items.map(toFileRow), next_cursor: next };
  },
  render: ({ files }) => toFileLines(files),
  resume: ({ cursor: from }, kept) => resumeAt(from, kept),
});

const listSharedDrives = defineTool({
  name: "list_shared_drives",
  title: "List shared drives",
  description:
    "Lists the shared drives (team drives) the account is a member of: the name and id of each, for search and list_folder.",
  effect: "read",
  input: z.object({ page_size: pageSize(100, 50), cursor: page }),
  output: z.object({
    drives: cuttable(z.array(z.object({ id: z.string(), name: z.string() }))),
    next_cursor: cursor(position),
  }),
  async run({ page_size, cursor: from }, { drive, budget, signal }) {
    const { items, next } = await listDrives(drive, { pageSize: page_size, from, budget, signal });
    return { drives: items, next_cursor: next };
  },
  render: ({ drives }) =>
    drives.map(({ id, name }) => `${name} id ${id}`).join("\n") || "There are no shared drives.",
  resume: ({ cursor: from }, kept) => resumeAt(from, kept),
});

export const find = defineToolset({
  name: "find",
  title: "Find",
  description: "Search files, and list folders and shared drives.",
  openWorld: true,
  tools: [search, listRecent, listFolder, listSharedDrives],
});

import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { googleTypes } from "../api/files.ts";
import { toFileRef } from "../api/ids.ts";
import { toChanged } from "../api/lines.ts";
import { defineTool } from "../context.ts";
import {
  addComment,
  copyFile,
  createFile,
  moveFile,
  updateContent,
  updateMetadata,
} from "../transfer/changes.ts";
import { withContent, withNewContent } from "../transfer/uploads.ts";
import { fileId, fileRow, folderId, transferMs } from "./fields.ts";

const content = z
  .string()
  .optional()
  .describe("Content as text. Give this, content_base64 or path.");
const base64 = z.string().optional().describe("Content as base64, for files that are not text.");
const path = z
  .string()
  .optional()
  .describe("Local file to upload, in a directory that --upload-dirs allows.");

/** What a change leaves behind. */
const changed = fileRow.extend({
  parents: z.array(z.string()).optional(),
  starred: z.boolean().optional(),
  trashed: z.boolean().optional(),
  revision: z.string().optional(),
});

const create = defineTool({
  name: "create_file",
  title: "Create file",
  description:
    "Uploads a file to Drive or creates a new one, from text, base64, or a local file of any size. With convert it becomes a Google document, spreadsheet or presentation.",
  effect: "write",
  additive: true,
  timeoutMs: transferMs,
  task: "optional",
  input: z.object({
    name: z.string().min(1).describe("Name of the new file, such as minutes.md."),
    mime_type: z
      .string()
      .default("text/plain")
      .describe("Type of the content, such as text/markdown or text/csv; by default text/plain."),
    content,
    content_base64: base64,
    path,
    parent_id: folderId
      .optional()
      .describe("Folder to create it in: id or link; by default My Drive."),
    convert: z
      .boolean()
      .default(false)
      .describe("true turns it into a Google document, spreadsheet or presentation, by its type."),
  }),
  output: changed,
  async run({ name, mime_type: mimeType, parent_id, convert, ...given }, context) {
    const { drive, sharing, local } = context;
    const parent = parent_id === undefined ? undefined : toFileRef(parent_id);
    return withContent(given, local, async (source) => {
      const file = { name, mimeType, parent, convert, content: source && { source, mimeType } };
      return toChanged(await createFile(drive, sharing, file, context));
    });
  },
});

const updateFileContent = defineTool({
  name: "update_file_content",
  title: "Update file content",
  description:
    "Replaces the whole content of a file. A Google document takes Markdown and loses its pictures; a spreadsheet takes CSV. The version before stays in Drive's history.",
  effect: "write",
  idempotent: true,
  timeoutMs: transferMs,
  task: "optional",
  input: z.object({
    file_id: fileId,
    content,
    content_base64: base64,
    path,
    mime_type: z
      .string()
      .optional()
      .describe("Type of the new content, such as text/csv; by default that of the file."),
    expected_revision: z
      .string()
      .optional()
      .describe("revision the file must still have, as get_file_metadata shows it."),
  }),
  output: changed,
  async run({ file_id, mime_type, expected_revision: expected, ...given }, context) {
    const { drive, sharing, local, signal, progress } = context;
    const file = toFileRef(file_id);
    const options = { expected, signal, progress };
    return withNewContent(given, local, async (source) => {
      const next = { source, mimeType: mime_type };
      return toChanged(await updateContent(drive, sharing, file, next, options));
    });
  },
});

const updateFileMetadata = defineTool({
  name: "update_file_metadata",
  title: "Update file metadata",
  description: "Renames a file or folder, changes its description, or stars it.",
  effect: "write",
  idempotent: true,
  input: z.object({
    file_id: fileId,
    name: z.string().min(1).optional().describe("New name of the file, such as Plan 2026."),
    description: z.string().optional().describe("New description of the file, as plain text."),
    starred: z.boolean().optional().describe("true adds the star, false takes it away."),
  }),
  output: changed,
  async run({ file_id, ...changes }, { drive, sharing, signal }) {
    return toChanged(await updateMetadata(drive, sharing, toFileRef(file_id), changes, signal));
  },
});

const move = defineTool({
  name: "move_file",
  title: "Move file",
  description:
    "Moves a file or folder into another folder. Everyone who can see that folder can then see it.",
  effect: "write",
  idempotent: true,
  input: z.object({ file_id: fileId, folder_id: folderId }),
  output: changed,
  async run({ file_id, folder_id }, { drive, sharing, signal }) {
    const places = { file: toFileRef(file_id), folder: toFileRef(folder_id) };
    return toChanged(await moveFile(drive, sharing, places, signal));
  },
});

const copy = defineTool({
  name: "copy_file",
  title: "Copy file",
  description: "Makes a copy of a file, in the same folder unless another one is given.",
  effect: "write",
  additive: true,
  input: z.object({
    file_id: fileId,
    name: z
      .string()
      .min(1)
      .optional()
      .describe("Name of the copy; by default Google names it after the file."),
    folder_id: folderId.optional().describe("Folder for the copy: its id or link."),
  }),
  output: changed,
  async run({ file_id, name, folder_id }, { drive, sharing, signal }) {
    const folder = folder_id === undefined ? undefined : toFileRef(folder_id);
    const wanted = { file: toFileRef(file_id), name, folder };
    return toChanged(await copyFile(drive, sharing, wanted, signal));
  },
});

const createFolder = defineTool({
  name: "create_folder",
  title: "Create folder",
  description: "Creates a new folder in Drive, which is empty: in My Drive, or in another folder.",
  effect: "write",
  additive: true,
  input: z.object({
    name: z.string().min(1).describe("Name of the new folder, such as Minutes."),
    parent_id: folderId
      .optional()
      .describe("Folder to create it in: id or link; by default My Drive."),
  }),
  output: changed,
  async run({ name, parent_id }, context) {
    const { drive, sharing } = context;
    const parent = parent_id === undefined ? undefined : toFileRef(parent_id);
    const folder = { name, mimeType: googleTypes.folder, parent };
    return toChanged(await createFile(drive, sharing, folder, context));
  },
});

const trash = defineTool({
  name: "trash_file",
  title: "Trash file",
  description:
    "Deletes a file or folder by moving it to the trash, or restores it from there. Nothing is deleted for good.",
  effect: "write",
  idempotent: true,
  input: z.object({
    file_id: fileId,
    restore: z
      .boolean()
      .default(false)
      .describe("true takes it out of the trash again; by default false."),
  }),
  output: changed,
  async run({ file_id, restore }, { drive, sharing, signal }) {
    const change = { trashed: !restore };
    return toChanged(await updateMetadata(drive, sharing, toFileRef(file_id), change, signal));
  },
});

const share = defineTool({
  name: "share_file",
  title: "Share file",
  description:
    "Shares a file with someone: gives a person, a group, a company or anyone with the link access to it. What people have seen cannot be taken back, so the user must agree first. The server may refuse other companies and public links.",
  effect: "destroy",
  input: z.object({
    file_id: fileId,
    type: z
      .enum(["user", "group", "domain", "anyone"])
      .describe(
        "Whom to share with: user (a person), group, domain (a whole company) or anyone (with the link).",
      ),
    role: z
      .enum(["reader", "commenter", "writer"])
      .describe("What they may do: reader reads, commenter also comments, writer also edits."),
    email: z
      .string()
      .optional()
      .describe("Email address of the person or group, for type user and group."),
    domain: z
      .string()
      .optional()
      .describe("Domain of the company, such as example.com, for type domain."),
    notify: z
      .boolean()
      .default(true)
      .describe("true, the default, has Google send them an email; false does not."),
  }),
  output: z.object({ id: z.string(), type: z.string(), role: z.string() }),
  run({ file_id, email: emailAddress, ...share }, { sharing, signal }) {
    return sharing.share(toFileRef(file_id), { ...share, emailAddress }, signal);
  },
});

const comment = defineTool({
  name: "add_comment",
  title: "Add comment",
  description: "Adds a comment to a file, which everyone who can see the file can read.",
  effect: "write",
  additive: true,
  input: z.object({
    file_id: fileId,
    content: z.string().min(1).describe("Text of the comment, as plain text."),
    quote: z.string().optional().describe("Passage of the file that the comment is about."),
  }),
  output: z.object({ id: z.string() }),
  run({ file_id, ...said }, { drive, sharing, signal }) {
    return addComment(drive, sharing, toFileRef(file_id), said, signal);
  },
});

export const write = defineToolset({
  name: "write",
  title: "Write",
  description: "Create, upload, change, move, copy, trash, share and comment on files.",
  optional: true,
  openWorld: true,
  tools: [
    ...[create, updateFileContent, updateFileMetadata, move, copy],
    ...[createFolder, trash, share, comment],
  ],
});

import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import {
  addComment,
  copyFile,
  createFile,
  moveFile,
  updateContent,
  updateMetadata,
} from "../changes.ts";
import { defineTool } from "../context.ts";
import { googleTypes } from "../files.ts";
import { toFileRef } from "../ids.ts";
import { toChanged } from "../lines.ts";
import { withContent, withNewContent } from "../uploads.ts";
import { fileId, fileRow, folderId, transferMs } from "./fields.ts";

const content = z.string().optional().describe("The content as text.");
const base64 = z.string().optional().describe("The content as base64.");
const path = z.string().optional().describe("Local file to upload, in an --upload-dir.");

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
    "Creates a file, of any size from path; with convert a Google document, spreadsheet or presentation.",
  effect: "write",
  additive: true,
  timeoutMs: transferMs,
  input: z.object({
    name: z.string().min(1).describe("Name."),
    mime_type: z.string().default("text/plain").describe("Type of the content."),
    content,
    content_base64: base64,
    path,
    parent_id: folderId.optional().describe("Folder id or link; else My Drive."),
    convert: z.boolean().default(false).describe("Into Google's own kind."),
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
    "Replaces the whole content of a file; of a Google document by Markdown, without its pictures, of a spreadsheet by CSV. The version before stays in Drive's history.",
  effect: "write",
  idempotent: true,
  timeoutMs: transferMs,
  input: z.object({
    file_id: fileId,
    content,
    content_base64: base64,
    path,
    mime_type: z.string().optional().describe("Type of the content, if it is another."),
    expected_revision: z.string().optional().describe("revision it must still have."),
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
  description: "Renames, describes or stars a file.",
  effect: "write",
  idempotent: true,
  input: z.object({
    file_id: fileId,
    name: z.string().min(1).optional().describe("New name."),
    description: z.string().optional().describe("New description."),
    starred: z.boolean().optional().describe("Star it or not."),
  }),
  output: changed,
  async run({ file_id, ...changes }, { drive, sharing, signal }) {
    return toChanged(await updateMetadata(drive, sharing, toFileRef(file_id), changes, signal));
  },
});

const move = defineTool({
  name: "move_file",
  title: "Move file",
  description: "Moves a file or folder into another folder; whoever sees that folder sees it then.",
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
  description: "Copies a file, beside the original unless a folder is given.",
  effect: "write",
  additive: true,
  input: z.object({
    file_id: fileId,
    name: z.string().min(1).optional().describe("Name of the copy."),
    folder_id: folderId.optional(),
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
  description: "Creates an empty folder, in My Drive unless another is given.",
  effect: "write",
  additive: true,
  input: z.object({
    name: z.string().min(1).describe("Name."),
    parent_id: folderId.optional().describe("Folder id or link; else My Drive."),
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
    "Puts a file or folder into the trash, or takes it out; nothing is deleted for good.",
  effect: "write",
  idempotent: true,
  input: z.object({
    file_id: fileId,
    restore: z.boolean().default(false).describe("Take it out again."),
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
    "Lets people into a file. What they have seen cannot be taken back, so the user must agree; other companies, and anyone with the link, are refused unless the server allows them.",
  effect: "destroy",
  input: z.object({
    file_id: fileId,
    type: z.enum(["user", "group", "domain", "anyone"]).describe("Whom."),
    role: z.enum(["reader", "commenter", "writer"]).describe("To do what."),
    email: z.string().optional().describe("Of the user or group."),
    domain: z.string().optional().describe("For type domain."),
    notify: z.boolean().default(true).describe("Google writes to them."),
  }),
  output: z.object({ id: z.string(), type: z.string(), role: z.string() }),
  run({ file_id, email: emailAddress, ...share }, { sharing, signal }) {
    return sharing.share(toFileRef(file_id), { ...share, emailAddress }, signal);
  },
});

const comment = defineTool({
  name: "add_comment",
  title: "Add comment",
  description: "Comments on a file, for all who can see it.",
  effect: "write",
  additive: true,
  input: z.object({
    file_id: fileId,
    content: z.string().min(1).describe("The comment."),
    quote: z.string().optional().describe("Words of the file it is about."),
  }),
  output: z.object({ id: z.string() }),
  run({ file_id, ...said }, { drive, sharing, signal }) {
    return addComment(drive, sharing, toFileRef(file_id), said, signal);
  },
});

export const write = defineToolset({
  name: "write",
  title: "Write",
  description: "Create, change, move, copy, trash and share files.",
  optional: true,
  openWorld: true,
  tools: [
    ...[create, updateFileContent, updateFileMetadata, move, copy],
    ...[createFolder, trash, share, comment],
  ],
});

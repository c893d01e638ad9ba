import { cursor, cuttable, defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { readEntry } from "../api/files.ts";
import { toFileRef } from "../api/ids.ts";
import { listComments, listPermissions, listRevisions, readAbout } from "../api/inspect.ts";
import { toCommentText, toDetails, toPermissionLine, toRevisionLine } from "../api/lines.ts";
import { resumeAt } from "../api/pages.ts";
import { defineTool } from "../context.ts";
import { fileId, fileRow, page, pageSize, position } from "./fields.ts";

const input = z.object({ file_id: fileId, page_size: pageSize(100, 50), cursor: page });
const next = cursor(position);

const details = fileRow.extend({
  createdTime: z.string().optional(),
  description: z.string().optional(),
  parents: z.array(z.string()).optional(),
  driveId: z.string().optional(),
  owners: z.array(z.string()),
  shared: z.boolean().optional(),
  starred: z.boolean().optional(),
  trashed: z.boolean().optional(),
  revision: z.string().optional(),
  export_types: z.array(z.string()),
  shortcut_to: z.string().optional(),
});

const getMetadata = defineTool({
  name: "get_file_metadata",
  title: "Get file metadata",
  description:
    "Shows what Drive knows about a file: owners, folder, size, when it was created and changed, revision, link, and the types it can be exported as. read_file_content shows what is in it.",
  effect: "read",
  input: z.object({ file_id: fileId }),
  output: details,
  async run({ file_id }, { drive, signal }) {
    return toDetails(await readEntry(drive, toFileRef(file_id), signal));
  },
});

const getPermissions = defineTool({
  name: "get_file_permissions",
  title: "Get file permissions",
  description:
    "Shows who has access to a file or document: the people, groups and companies that may read it, comment on it or change it, and until when.",
  effect: "read",
  input,
  output: z.object({
    permissions: cuttable(
      z.array(
        z.object({
          id: z.string(),
          type: z.string(),
          role: z.string(),
          emailAddress: z.string().optional(),
          domain: z.string().optional(),
          displayName: z.string().optional(),
          expirationTime: z.string().optional(),
        }),
      ),
    ),
    next_cursor: next,
  }),
  async run({ file_id, page_size: pageSize, cursor: from }, { drive, budget, signal }) {
    const options = { pageSize, from, budget, signal };
    const listed = await listPermissions(drive, toFileRef(file_id), options);
    return { permissions: listed.items, next_cursor: listed.next };
  },
  render: ({ permissions }) => permissions.map(toPermissionLine).join("\n"),
  resume: ({ cursor: from }, kept) => resumeAt(from, kept),
});

/** A comment, or a reply to the one named in reply_to. */
const comment = z.object({
  id: z.string().optional(),
  reply_to: z.string().optional(),
  author: z.string().optional(),
  createdTime: z.string().optional(),
  resolved: z.boolean().optional(),
  action: z.string().optional(),
  shown: z.string().optional(),
  text: z.string(),
});

const getComments = defineTool({
  name: "list_comments",
  title: "List comments",
  description:
    "Lists the comments on a file, each followed by the replies to it: who said it, when, and about which passage.",
  effect: "read",
  input,
  output: z.object({ comments: cuttable(z.array(comment)), next_cursor: next }),
  async run({ file_id, page_size: pageSize, cursor: from }, { drive, budget, signal }) {
    const options = { pageSize, from, budget, signal };
    const listed = await listComments(drive, toFileRef(file_id), options);
    return { comments: listed.items, next_cursor: listed.next };
  },
  render: ({ comments }) => toCommentText(comments),
  resume: ({ cursor: from }, kept) => resumeAt(from, kept),
});

const getRevisions = defineTool({
  name: "list_revisions",
  title: "List revisions",
  description:
    "Lists the versions of a file (its revision history), the oldest first: when and by whom it was changed, and its size.",
  effect: "read",
  input,
  output: z.object({
    revisions: cuttable(
      z.array(
        z.object({
          id: z.string(),
          modifiedTime: z.string().optional(),
          size: z.int().optional(),
          keepForever: z.boolean().optional(),
          lastModifyingUser: z.string().optional(),
        }),
      ),
    ),
    next_cursor: next,
  }),
  async run({ file_id, page_size: pageSize, cursor: from }, { drive, budget, signal }) {
    const options = { pageSize, from, budget, signal };
    const listed = await listRevisions(drive, toFileRef(file_id), options);
    return { revisions: listed.items, next_cursor: listed.next };
  },
  render: ({ revisions }) => revisions.map(toRevisionLine).join("\n"),
  resume: ({ cursor: from }, kept) => resumeAt(from, kept),
});

const getAbout = defineTool({
  name: "get_about",
  title: "About this Drive",
  description:
    "Shows whose Drive this is, and how much storage space there is and how much is used, in bytes.",
  effect: "read",
  input: z.object({}),
  output: z.object({
    user: z.object({ displayName: z.string(), emailAddress: z.string() }),
    storageQuota: z.object({
      limit: z.number().optional(),
      usage: z.number().optional(),
      usageInDrive: z.number().optional(),
      usageInDriveTrash: z.number().optional(),
    }),
  }),
  run: (_, { drive, signal }) => readAbout(drive, signal),
});

export const inspect = defineToolset({
  name: "inspect",
  title: "Inspect",
  description: "See the metadata, permissions, comments and versions of files, and the account.",
  openWorld: true,
  tools: [getMetadata, getPermissions, getComments, getRevisions, getAbout],
});

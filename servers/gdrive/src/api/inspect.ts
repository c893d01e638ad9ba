import { cleanPlainText, createRoom, markUntrusted } from "@fairlead/guard";
import { z } from "zod";
import type { Drive } from "./drive.ts";
import { allDrives, cleanName } from "./files.ts";
import type { FileRef } from "./ids.ts";
import { type Listed, type PageOptions, readPages } from "./pages.ts";

const nextPageToken = z.string().optional();

const permissionShape = z.object({
  id: z.string(),
  type: z.string(),
  role: z.string(),
  emailAddress: z.string().optional(),
  domain: z.string().optional(),
  displayName: cleanName.optional(),
  expirationTime: z.string().optional(),
});
const permissionPage = z.object({ permissions: z.array(permissionShape), nextPageToken });
export type Permission = z.output<typeof permissionShape>;

/** Lists who may do what with a file. */
export function listPermissions(
  drive: Drive,
  file: FileRef,
  options: PageOptions,
): Promise<Listed<Permission>> {
  const known = "id,type,role,emailAddress,domain,displayName,expirationTime";
  const params = {
    fileId: file.id,
    fields: `nextPageToken,permissions(${known})`,
    ...allDrives,
  };
  return readPages(options, 100, async (page) => {
    const answer = await drive.ask(
      options.signal,
      permissionPage,
      ({ permissions }, call) => permissions.list({ ...params, ...page }, call),
      file,
    );
    return { items: answer.permissions, nextPageToken: answer.nextPageToken };
  });
}

const author = z
  .object({ displayName: cleanName.default("somebody") })
  .transform(({ displayName }) => displayName)
  .optional();

const replyShape = z.object({
  author,
  content: z.string().default(""),
  createdTime: z.string().optional(),
  action: z.string().optional(),
});
const commentShape = replyShape.extend({
  id: z.string(),
  resolved: z.boolean().optional(),
  quotedFileContent: z.object({ value: z.string().optional() }).optional(),
  replies: z.array(replyShape).default([]),
});
const commentPage = z.object({ comments: z.array(commentShape), nextPageToken });
type Comment = z.output<typeof commentShape>;

/** One comment or reply, as it goes into an answer. */
export interface Said {
  /** The comment's id; replies name it in `reply_to`. */
  readonly id?: string | undefined;
  readonly reply_to?: string | undefined;
  readonly author?: string | undefined;
  readonly createdTime?: string | undefined;
  readonly resolved?: boolean | undefined;
  /** What a reply did to the comment: resolve or reopen. */
  readonly action?: string | undefined;
  /** How much of it this is, where it is too long for an answer. */
  readonly shown?: string | undefined;
  /** What was said, after the words of the file it is about, marked as what others wrote. */
  readonly text: string;
}

/** Lists the comments of a file, each with the replies to it behind it. */
export function listComments(
  drive: Drive,
  file: FileRef,
  options: PageOptions,
): Promise<Listed<Said>> {
  const known = "author(displayName),content,createdTime";
  const fields = `nextPageToken,comments(id,${known},resolved,quotedFileContent(value),replies(${known},action))`;
  // A third of an answer, since quotes and line ends take twice the room in JSON.
  const perEntry = options.budget / 3;
  return readPages(options, 100, async (page) => {
    const answer = await drive.ask(
      options.signal,
      commentPage,
      ({ comments }, call) => comments.list({ fileId: file.id, fields, ...page }, call),
      file,
    );
    const items = answer.comments.flatMap((comment) => toSaid(comment, perEntry));
    return { items, nextPageToken: answer.nextPageToken };
  });
}

function toSaid({ replies, quotedFileContent, content, ...comment }: Comment, perEntry: number) {
  const { id, author, createdTime, resolved } = comment;
  const quote = quotedFileContent?.value ?? "";
  const words = quote === "" ? content : `> ${quote.replaceAll("\n", "\n> ")}\n${content}`;
  const said: Said = { id, author, createdTime, resolved, ...toWords(words, author, perEntry) };
  const answers = replies.map((reply): Said => {
    const { author, createdTime, action } = reply;
    return {
      reply_to: id,
      author,
      createdTime,
      action,
      ...toWords(reply.content, author, perEntry),
    };
  });
  return [said, ...answers];
}

function toWords(words: string, author = "somebody", perEntry: number) {
  const text = cleanPlainText(words);
  if (text === "") return { text };
  const fitting = createRoom(perEntry).fit(text);
  const marked = markUntrusted(text.slice(0, fitting), `comment of ${author}`, cleanPlainText);
  if (fitting === text.length) return { text: marked };
  return { text: marked, shown: `${fitting} of ${text.length} characters; open the file for all` };
}

const revisionShape = z.object({
  id: z.string(),
  modifiedTime: z.string().optional(),
  size: z.coerce.number().int().optional(),
  keepForever: z.boolean().optional(),
  lastModifyingUser: author,
});
const revisionPage = z.object({ revisions: z.array(revisionShape), nextPageToken });
export type Revision = z.output<typeof revisionShape>;

/** Lists the versions of a file, the oldest first. */
export function listRevisions(
  drive: Drive,
  file: FileRef,
  options: PageOptions,
): Promise<Listed<Revision>> {
  const fields =
    "nextPageToken,revisions(id,modifiedTime,size,keepForever,lastModifyingUser(displayName))";
  return readPages(options, 1_000, async (page) => {
    const answer = await drive.ask(
      options.signal,
      revisionPage,
      ({ revisions }, call) => revisions.list({ fileId: file.id, fields, ...page }, call),
      file,
    );
    return { items: answer.revisions, nextPageToken: answer.nextPageToken };
  });
}

const bytes = z.coerce.number().optional();
const aboutShape = z.object({
  user: z.object({ displayName: cleanName.default(""), emailAddress: z.string().default("") }),
  storageQuota: z
    .object({ limit: bytes, usage: bytes, usageInDrive: bytes, usageInDriveTrash: bytes })
    .default({
      limit: undefined,
      usage: undefined,
      usageInDrive: undefined,
      usageInDriveTrash: undefined,
    }),
});

/** Reads whose Drive this is and how full it is. */
export function readAbout(drive: Drive, signal: AbortSignal): Promise<z.output<typeof aboutShape>> {
  const fields =
    "user(displayName,emailAddress),storageQuota(limit,usage,usageInDrive,usageInDriveTrash)";
  return drive.ask(signal, aboutShape, ({ about }, options) => about.get({ fields }, options));
}

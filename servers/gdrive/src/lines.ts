import { cleanText, markUntrusted } from "@fairlead/runtime/guard";
import type { Entry, File } from "./files.ts";
import { toRevision } from "./files.ts";
import type { Comment, Permission, Revision } from "./inspect.ts";

/** A file in one line: name and type as the reference shows them, then how to go on with it. */
export function toFileLine({ name, mimeType, id, modifiedTime, webViewLink }: File): string {
  const known = [`id ${id}`, modifiedTime?.slice(0, 10), webViewLink];
  return `${name} (${mimeType}) ${known.filter((part) => part !== undefined).join(" ")}`;
}

/** Files one per line, under a line that counts them as the reference does. */
export function toFileLines(files: readonly File[], { incomplete = false } = {}): string {
  const lines = [`Found ${files.length} files:`, ...files.map(toFileLine)];
  if (incomplete) lines.push("Google has not searched every drive: name one with drive_id.");
  return lines.join("\n");
}

/** What is known of a file, as it goes into an answer. */
export function toDetails(entry: Entry) {
  const { exportLinks, resourceKey, shortcutDetails, md5Checksum, owners = [], ...plain } = entry;
  return {
    ...plain,
    owners: owners.map(({ emailAddress, displayName }) => emailAddress ?? displayName ?? "?"),
    revision: toRevision(entry),
    export_types: Object.keys(exportLinks ?? {}),
    shortcut_to: shortcutDetails?.targetId,
  };
}

/** What a change has left behind, as it goes into an answer. */
export function toChanged(entry: Entry) {
  const { id, name, mimeType, modifiedTime, size, webViewLink, parents, starred, trashed } = entry;
  const file = { id, name, mimeType, modifiedTime, size, webViewLink };
  return { ...file, parents, starred, trashed, revision: toRevision(entry) };
}

/** Who may do what with a file, in one line. */
export function toPermissionLine(permission: Permission): string {
  const { type, role, emailAddress, domain, displayName, expirationTime, id } = permission;
  const who = emailAddress ?? domain ?? displayName ?? "";
  const until = expirationTime === undefined ? "" : ` until ${expirationTime}`;
  return `${role}: ${type} ${who}${until} (${id})`.replace(/ +/g, " ");
}

/** Comments with nothing hidden in them, as they go into an answer. */
export function toCommentRows(comments: readonly Comment[]) {
  return comments.map(({ quotedFileContent, replies, content, action: _, ...plain }) => ({
    ...plain,
    content: cleanText(content),
    quote: quotedFileContent?.value && cleanText(quotedFileContent.value),
    replies: replies.map((reply) => ({ ...reply, content: cleanText(reply.content) })),
  }));
}

/** What somebody said, at a comment or in answer to it. */
interface Said {
  readonly author?: string | undefined;
  readonly content: string;
  readonly createdTime?: string | undefined;
}

interface Thread extends Said {
  readonly id: string;
  readonly resolved?: boolean | undefined;
  readonly quote?: string | undefined;
  readonly replies: readonly (Said & { readonly action?: string | undefined })[];
}

/** Comments as a conversation, marked as what others wrote. */
export function toCommentText(comments: readonly Thread[]): string {
  if (comments.length === 0) return "There are no comments.";
  const lines = comments.flatMap(
    ({ id, author, content, createdTime, resolved, quote, replies }) => [
      [id, author, createdTime, resolved ? "[resolved]" : undefined].filter(Boolean).join(" "),
      ...(quote === undefined ? [] : [`  on: ${quote}`]),
      `  ${content}`,
      ...replies.map(
        (reply) => `  ${reply.author}: ${reply.content}${reply.action ? ` [${reply.action}]` : ""}`,
      ),
    ],
  );
  return markUntrusted(lines.join("\n"), "comments");
}

/** A version of a file, in one line. */
export function toRevisionLine({ id, modifiedTime, size, lastModifyingUser }: Revision): string {
  const known = [
    id,
    modifiedTime,
    lastModifyingUser,
    size === undefined ? undefined : `${size} bytes`,
  ];
  return known.filter((part) => part !== undefined).join(" ");
}

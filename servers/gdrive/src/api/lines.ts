import { cleanPlainText, markUntrusted } from "@fairlead/guard";
import type { Entry, File } from "./files.ts";
import { toRevision } from "./files.ts";
import type { Permission, Revision, Said } from "./inspect.ts";

/** A file in one line: name and type as the reference shows them, then how to go on with it. */
export function toFileLine({ name, mimeType, id, modifiedTime, size, webViewLink }: File): string {
  const bytes = size === undefined ? undefined : `${size} bytes`;
  const known = [`id ${id}`, modifiedTime, bytes, webViewLink];
  return `${name} (${mimeType}) ${known.filter((part) => part !== undefined).join(" ")}`;
}

/** A file as lists show it: of when it was changed the day. */
export function toFileRow({ modifiedTime, ...file }: File): File {
  return {
    ...file,
    ...(modifiedTime !== undefined && { modifiedTime: modifiedTime.slice(0, 10) }),
  };
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
  const { description } = plain;
  return {
    ...plain,
    description: description && markUntrusted(description, "description", cleanPlainText),
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
  const until = expirationTime === undefined ? undefined : `until ${expirationTime}`;
  const known = [type, emailAddress, domain, displayName, until, `(${id})`];
  return `${role}: ${known.filter((part) => part !== undefined).join(" ")}`;
}

/** Comments and replies in the order of the conversation: who and when in a line, then the words. */
export function toCommentText(comments: readonly Said[]): string {
  if (comments.length === 0) return "There are no comments.";
  return comments.map(toCommentEntry).join("\n");
}

function toCommentEntry({ id, reply_to, author, createdTime, text, ...more }: Said): string {
  const notes = [more.resolved ? "resolved" : undefined, more.action, more.shown];
  const known = [
    reply_to === undefined ? id : `reply to ${reply_to}`,
    author,
    createdTime,
    ...notes.flatMap((note) => (note === undefined ? [] : [`[${note}]`])),
  ];
  return `${known.filter((part) => part !== undefined).join(" ")}:\n${text}`.trimEnd();
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

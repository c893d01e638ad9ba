import { createHash } from "node:crypto";
import type { FakeFile, FakeFiles } from "./files.ts";

/** An answer as Google gives it: JSON, or the bytes of a file. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly bytes?: Buffer;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error in the form Drive answers with. */
export function refuse(status: number, reason: string, message: string): Answer {
  const errors = [{ domain: "global", reason, message }];
  return { status, body: { error: { code: status, message, errors } } };
}

export function notFound(id: string): Answer {
  return refuse(404, "notFound", `File not found: ${id}.`);
}

/** A file as the API shows it to somebody. */
export function toResource(file: FakeFile, files: FakeFiles, user: string) {
  const google = file.mimeType.startsWith("application/vnd.google-apps.");
  const kind = google ? file.mimeType.slice("application/vnd.google-apps.".length) : "file";
  return {
    kind: "drive#file",
    id: file.id,
    name: file.name,
    mimeType: file.mimeType,
    parents: file.parents,
    createdTime: file.createdTime,
    modifiedTime: file.modifiedTime,
    trashed: file.trashed,
    starred: file.starred,
    version: String(file.version),
    webViewLink: `https://docs.google.com/${kind}/d/${file.id}/edit?usp=drivesdk`,
    ownedByMe: file.owner === user,
    shared: files.permissionsOf(file).length > 1,
    ...(file.description !== undefined && { description: file.description }),
    ...(file.driveId === undefined
      ? { owners: [{ kind: "drive#user", displayName: file.owner, emailAddress: file.owner }] }
      : { driveId: file.driveId }),
    ...(file.resourceKey !== undefined && { resourceKey: file.resourceKey }),
    ...(file.shortcutTo !== undefined && { shortcutDetails: { targetId: file.shortcutTo } }),
    ...(file.content !== undefined && {
      size: String(file.content.length),
      md5Checksum: createHash("md5").update(file.content).digest("hex"),
      headRevisionId: `rev-${file.version}`,
    }),
    ...(google && {
      exportLinks: Object.fromEntries(
        Object.keys(file.exports).map((type) => [
          type,
          `https://docs.google.com/feeds/download/export?id=${file.id}&exportFormat=${type}`,
        ]),
      ),
    }),
  };
}

import { cleanPlainText, revealName } from "@fairlead/guard";
import { z } from "zod";
import type { Drive } from "./drive.ts";
import type { FileRef } from "./ids.ts";

/** Google's own kinds of file, by what they are. */
export const googleTypes = {
  document: "application/vnd.google-apps.document",
  spreadsheet: "application/vnd.google-apps.spreadsheet",
  presentation: "application/vnd.google-apps.presentation",
  drawing: "application/vnd.google-apps.drawing",
  script: "application/vnd.google-apps.script",
  folder: "application/vnd.google-apps.folder",
  shortcut: "application/vnd.google-apps.shortcut",
} as const;

/** Every name in Drive may be written by a stranger: one line, in which what hides is shown. */
export const cleanName = z.string().transform((name) => revealName(name.trim()));

/** What somebody wrote about a file, in one line. */
const cleanLine = z.string().transform((text) => cleanPlainText(text).replace(/\s+/g, " ").trim());

/** Sizes come as strings, since they may exceed what JSON's numbers hold. */
const size = z.coerce.number().int().optional();

/** A link without what only says where it was copied. */
const link = z
  .string()
  .transform((url) => url.replace(/\?usp=\w+$/, ""))
  .optional();

export const fileShape = z.object({
  id: z.string(),
  name: cleanName.default("(no name)"),
  mimeType: z.string().default("application/octet-stream"),
  modifiedTime: z.string().optional(),
  size,
  webViewLink: link,
});

export type File = z.output<typeof fileShape>;

/** The mask for `fileShape`. */
export const fileFields = "id,name,mimeType,modifiedTime,size,webViewLink";

export const entryShape = fileShape.extend({
  createdTime: z.string().optional(),
  description: cleanLine.optional(),
  parents: z.array(z.string()).optional(),
  driveId: z.string().optional(),
  starred: z.boolean().optional(),
  trashed: z.boolean().optional(),
  shared: z.boolean().optional(),
  ownedByMe: z.boolean().optional(),
  owners: z
    .array(z.object({ emailAddress: z.string().optional(), displayName: cleanName.optional() }))
    .optional(),
  headRevisionId: z.string().optional(),
  md5Checksum: z.string().optional(),
  version: z.string().optional(),
  exportLinks: z.record(z.string(), z.string()).optional(),
  resourceKey: z.string().optional(),
  shortcutDetails: z
    .object({ targetId: z.string(), targetResourceKey: z.string().optional() })
    .optional(),
});

/** All this server tells of one file. */
export type Entry = z.output<typeof entryShape>;

const owners = "owners(emailAddress,displayName)";
const target = "shortcutDetails(targetId,targetResourceKey)";

/** The mask for `entryShape`. */
export const entryFields = `${fileFields},createdTime,description,parents,driveId,starred,trashed,shared,ownedByMe,${owners},headRevisionId,md5Checksum,version,exportLinks,resourceKey,${target}`;

/** What goes with every request about files: shared drives are never left out. */
export const allDrives = { supportsAllDrives: true } as const;

/** Reads what Drive knows of a file. Throws DriveError where it is not to be seen. */
export function readEntry(drive: Drive, file: FileRef, signal: AbortSignal): Promise<Entry> {
  const params = { fileId: file.id, fields: entryFields, ...allDrives };
  return drive.ask(signal, entryShape, ({ files }, options) => files.get(params, options), file);
}

/** What a shortcut stands for; any other file as it is. */
export async function followShortcut(
  drive: Drive,
  file: FileRef,
  signal: AbortSignal,
): Promise<{ readonly entry: Entry; readonly ref: FileRef }> {
  const entry = await readEntry(drive, file, signal);
  const target = entry.shortcutDetails;
  if (entry.mimeType !== googleTypes.shortcut || target === undefined) return { entry, ref: file };
  const ref = { id: target.targetId, resourceKey: target.targetResourceKey };
  return { entry: await readEntry(drive, ref, signal), ref };
}

/** The file's version for `expected_revision`: Google's own documents have no revision id. */
export function toRevision({ headRevisionId, version }: Entry): string | undefined {
  return headRevisionId ?? version;
}

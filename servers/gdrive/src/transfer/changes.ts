import { Readable } from "node:stream";
import { z } from "zod";
import { type Drive, readAnswer } from "../api/drive.ts";
import { officeTypes } from "../api/exports.ts";
import {
  allDrives,
  type Entry,
  entryFields,
  entryShape,
  googleTypes,
  readEntry,
  toRevision,
} from "../api/files.ts";
import type { FileRef } from "../api/ids.ts";
import type { Sharing } from "../api/sharing.ts";
import { DriveError } from "../errors.ts";
import type { Source } from "./local-files.ts";
import type { TransferOptions } from "./parts.ts";
import { uploadInParts } from "./resumable.ts";

/** What a new or changed file holds. */
export interface Content {
  readonly source: Source;
  readonly mimeType: string;
}

/** Bytes that are sent in one request; more goes part by part. */
const maxWhole = 5 * 1024 * 1024;

export interface NewFile {
  readonly name: string;
  readonly content?: Content | undefined;
  readonly mimeType: string;
  readonly parent?: FileRef | undefined;
  /** Makes a Google document, spreadsheet or presentation of the content. */
  readonly convert?: boolean;
}

const common = { fields: entryFields, ...allDrives };

/** Creates a file, in My Drive unless a folder is given. */
export async function createFile(
  drive: Drive,
  sharing: Sharing,
  { name, content, mimeType, parent, convert }: NewFile,
  options: TransferOptions,
): Promise<Entry> {
  const { signal } = options;
  if (parent !== undefined) await sharing.assertAudience(parent, signal);
  const type = convert ? toGoogleType(mimeType) : mimeType;
  const metadata = { name, mimeType: type, ...(parent && { parents: [parent.id] }) };
  if (content && content.source.size > maxWhole) {
    return readAnswer(entryShape, await uploadInParts(drive, { ...content, metadata }, options));
  }
  const media = content && (await toMedia(content));
  const params = { ...common, requestBody: metadata, ...media };
  return drive.ask(signal, entryShape, ({ files }, call) => files.create(params, call));
}

const convertible: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "text/csv": googleTypes.spreadsheet,
    "text/tab-separated-values": googleTypes.spreadsheet,
    [officeTypes.excel]: googleTypes.spreadsheet,
    [officeTypes.powerpoint]: googleTypes.presentation,
    [officeTypes.word]: googleTypes.document,
    "application/rtf": googleTypes.document,
  }),
);

function toGoogleType(mimeType: string): string {
  const type =
    convertible.get(mimeType) ?? (mimeType.startsWith("text/") ? googleTypes.document : undefined);
  if (type !== undefined) return type;
  throw new DriveError(
    `Google cannot convert ${mimeType} into a document.`,
    "Leave out convert, or give text, Markdown, HTML, CSV or an Office file.",
  );
}

async function toMedia({ source, mimeType }: Content) {
  const bytes = await source.read(0, source.size);
  // A stream, since the client takes bytes for something else when it sends them with metadata.
  return { media: { mimeType, body: Readable.from(Buffer.from(bytes)) } };
}

/**
 * Replaces a file's content; Drive keeps the version before. Drive has no condition for this, so
 * `expected` is checked right before and not in the same step.
 */
export async function updateContent(
  drive: Drive,
  sharing: Sharing,
  file: FileRef,
  { source, mimeType }: { readonly source: Source; readonly mimeType?: string | undefined },
  { expected, ...options }: TransferOptions & { readonly expected?: string | undefined },
): Promise<Entry> {
  const { signal } = options;
  const entry = await readEntry(drive, file, signal);
  const revision = toRevision(entry);
  if (expected !== undefined && expected !== revision) {
    throw new DriveError(
      `${entry.name} has changed: its revision is ${revision ?? "unknown"}, not ${expected}.`,
      "Read it again and repeat the change on its current content.",
    );
  }
  const type = mimeType ?? toUploadType(entry.mimeType);
  await sharing.assertAudience(file, signal);
  const content = { source, mimeType: type };
  if (source.size > maxWhole) {
    return readAnswer(entryShape, await uploadInParts(drive, { ...content, file }, options));
  }
  const params = { fileId: file.id, ...common, ...(await toMedia(content)) };
  const work: Parameters<Drive["ask"]>[2] = ({ files }, options) => files.update(params, options);
  return drive.ask(signal, entryShape, work, file);
}

/** The form the content of one of Google's own documents is given in. */
function toUploadType(mimeType: string): string {
  if (mimeType === googleTypes.document) return "text/markdown";
  if (mimeType === googleTypes.spreadsheet) return "text/csv";
  if (!mimeType.startsWith("application/vnd.google-apps.")) return mimeType;
  throw new DriveError(
    "The content of this kind of file cannot be replaced.",
    "Open its link to change it.",
  );
}

export interface Metadata {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly starred?: boolean | undefined;
  readonly trashed?: boolean | undefined;
}

/** Changes what Drive knows of a file: its name, its description, its star, whether it is in the trash. */
export async function updateMetadata(
  drive: Drive,
  sharing: Sharing,
  file: FileRef,
  { name, description, starred, trashed }: Metadata,
  signal: AbortSignal,
): Promise<Entry> {
  const changes = {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(starred !== undefined && { starred }),
    ...(trashed !== undefined && { trashed }),
  };
  if (Object.keys(changes).length === 0) {
    throw new DriveError("Nothing to change was given.", "Give name, description or starred.");
  }
  if ((name ?? description) !== undefined) await sharing.assertAudience(file, signal);
  const params = { fileId: file.id, ...common, requestBody: changes };
  return drive.ask(signal, entryShape, ({ files }, options) => files.update(params, options), file);
}

/** Moves a file from all its folders into one. */
export async function moveFile(
  drive: Drive,
  sharing: Sharing,
  { file, folder }: { readonly file: FileRef; readonly folder: FileRef },
  signal: AbortSignal,
): Promise<Entry> {
  await sharing.assertAudience(folder, signal);
  const { parents = [] } = await readEntry(drive, file, signal);
  const params = {
    fileId: file.id,
    ...common,
    addParents: folder.id,
    ...(parents.length > 0 && { removeParents: parents.join(",") }),
  };
  return drive.ask(signal, entryShape, ({ files }, options) => files.update(params, options), file);
}

/** Copies a file; the copy is the account's own and shared as its folder is. */
export async function copyFile(
  drive: Drive,
  sharing: Sharing,
  {
    file,
    name,
    folder,
  }: {
    readonly file: FileRef;
    readonly name?: string | undefined;
    readonly folder?: FileRef | undefined;
  },
  signal: AbortSignal,
): Promise<Entry> {
  const { parents = [] } = await readEntry(drive, file, signal);
  // Without a folder the copy goes where the original is.
  const places = folder ? [folder] : parents.map((id) => ({ id }));
  for (const place of places) await sharing.assertAudience(place, signal);
  const requestBody = {
    ...(name !== undefined && { name }),
    ...(folder && { parents: [folder.id] }),
  };
  const params = { fileId: file.id, ...common, requestBody };
  return drive.ask(signal, entryShape, ({ files }, options) => files.copy(params, options), file);
}

const commentShape = z.object({ id: z.string() });

/** Adds a comment to a file as a whole, or to words that stand in it. */
export async function addComment(
  drive: Drive,
  sharing: Sharing,
  file: FileRef,
  { content, quote }: { readonly content: string; readonly quote?: string | undefined },
  signal: AbortSignal,
): Promise<z.output<typeof commentShape>> {
  await sharing.assertAudience(file, signal);
  const quoted = quote === undefined ? {} : { quotedFileContent: { value: quote } };
  const params = { fileId: file.id, fields: "id", requestBody: { content, ...quoted } };
  return drive.ask(
    signal,
    commentShape,
    ({ comments }, options) => comments.create(params, options),
    file,
  );
}

import type { Drive } from "./drive.ts";
import { allDrives, googleTypes } from "./files.ts";
import type { FileRef } from "./ids.ts";

/** What Google's own kinds are turned into to be read. */
const readable: ReadonlyMap<string, string> = new Map(
  Object.entries({
    [googleTypes.document]: "text/markdown",
    [googleTypes.spreadsheet]: "text/csv",
    [googleTypes.presentation]: "text/plain",
    [googleTypes.drawing]: "image/png",
    [googleTypes.script]: "application/vnd.google-apps.script+json",
  }),
);

const office = "application/vnd.openxmlformats-officedocument";

/** Office's own kinds of file. */
export const officeTypes = {
  word: `${office}.wordprocessingml.document`,
  excel: `${office}.spreadsheetml.sheet`,
  powerpoint: `${office}.presentationml.presentation`,
} as const;

/** What Google's own kinds are turned into to be kept as a file. */
const keepable: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...Object.fromEntries(readable),
    [googleTypes.document]: officeTypes.word,
    [googleTypes.spreadsheet]: officeTypes.excel,
    [googleTypes.presentation]: officeTypes.powerpoint,
  }),
);

/** Whether a file is one of Google's own, which has no bytes but those of an export. */
export function isGoogleType(mimeType: string): boolean {
  return mimeType.startsWith("application/vnd.google-apps.");
}

/** The form to read one of Google's own kinds in; undefined for those that have none. */
export function findReadableType(mimeType: string): string | undefined {
  return readable.get(mimeType);
}

/** Why one of Google's own kinds cannot be read, such as Forms, Sites, My Maps and Vids. */
export function whyUnreadable(mimeType: string): string {
  const kind = mimeType.replace(/^application\/vnd\.google-apps\./, "");
  return `Google gives no text of a file of the kind "${kind}": it can only be opened by its link.`;
}

/**
 * The form to download one of Google's own kinds in; undefined for those that have none. Others than
 * are known here say by their links what they can become.
 */
export function findFileType(
  mimeType: string,
  links: Readonly<Record<string, string>> = {},
): string | undefined {
  const others = Object.keys(links);
  return keepable.get(mimeType) ?? others.find((type) => type === "application/pdf") ?? others[0];
}

/** Turns one of Google's own documents into another form; Google gives at most 10 MB. */
export function exportFile(
  drive: Drive,
  file: FileRef,
  mimeType: string,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const params = { fileId: file.id, mimeType };
  return drive.bytes(
    signal,
    ({ files }, options) => files.export(params, { ...options, responseType: "arraybuffer" }),
    file,
  );
}

/** Downloads a file as it is, or the part of it that a Range header names. */
export function downloadFile(
  drive: Drive,
  file: FileRef,
  signal: AbortSignal,
  part: { readonly range?: string } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const params = { fileId: file.id, alt: "media", ...allDrives };
  return drive.bytes(
    signal,
    ({ files }, { headers, ...options }) =>
      files.get(params, {
        ...options,
        headers: { ...headers, ...part },
        responseType: "arraybuffer",
      }),
    file,
  );
}

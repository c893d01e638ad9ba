import { DriveError } from "../errors.ts";
import { toFileRef } from "./ids.ts";

/** What a list of files is narrowed by. */
export interface Criteria {
  /** Words of the content or the name. */
  readonly text?: string | undefined;
  /** Drive's own query language, taken as it is. */
  readonly raw?: string | undefined;
  readonly mimeType?: string | undefined;
  readonly folderId?: string | undefined;
  readonly nameStart?: string | undefined;
}

/** A string of Drive's query language; nothing in the text can end it. */
export function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** The query for these criteria; what is in the trash is left out unless a raw query asks for it. */
export function toQuery({ text, raw, mimeType, folderId, nameStart }: Criteria): string {
  const terms = [
    raw === undefined ? undefined : `(${raw})`,
    text === undefined ? undefined : `fullText contains ${quote(text)}`,
    nameStart === undefined ? undefined : `name contains ${quote(nameStart)}`,
    mimeType === undefined ? undefined : `mimeType = ${quote(toMimeType(mimeType))}`,
    folderId === undefined ? undefined : `${quote(toFileRef(folderId).id)} in parents`,
    raw === undefined ? "trashed = false" : undefined,
  ];
  return terms.filter((term) => term !== undefined).join(" and ");
}

/** A whole MIME type, also for Google's own kinds by their last word: document, folder. */
function toMimeType(given: string): string {
  return given.includes("/") ? given : `application/vnd.google-apps.${given}`;
}

/** Drive sorts no full-text search: it goes by relevance. */
export function assertOrder(orderBy: string | undefined, { text, raw = "" }: Criteria): void {
  if (orderBy === undefined || (text === undefined && !/\bfullText\b/i.test(raw))) return;
  throw new DriveError(
    "Results of a full-text search come by relevance; they cannot be ordered.",
    "Leave out order_by, or search by name: raw_query \"name contains '…'\".",
  );
}

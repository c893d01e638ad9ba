import { DriveError } from "../errors.ts";

/** A file as a request names it; old files shared by link open only with their resource key. */
export interface FileRef {
  readonly id: string;
  readonly resourceKey?: string | undefined;
}

const idForm = /^[A-Za-z0-9_-]{1,200}$/;
const hosts = ["drive.google.com", "docs.google.com", "sheets.google.com", "slides.google.com"];

/**
 * Reads a file id, or finds it in a link as people copy it from their browser; nothing is fetched
 * from the link. Throws DriveError for anything else.
 */
export function toFileRef(given: string): FileRef {
  const text = given.trim();
  if (idForm.test(text)) return { id: text };
  const url = URL.parse(text);
  if (url === null || url.protocol !== "https:" || !hosts.includes(url.hostname)) throw noId(given);
  const id = /\/(?:d|folders)\/([A-Za-z0-9_-]+)/.exec(url.pathname)?.[1];
  const found = id ?? url.searchParams.get("id") ?? "";
  if (!idForm.test(found)) throw noId(given);
  const resourceKey = url.searchParams.get("resourcekey") ?? undefined;
  return resourceKey !== undefined && idForm.test(resourceKey)
    ? { id: found, resourceKey }
    : { id: found };
}

/** The header that opens files which need a resource key. */
export function toKeyHeaders({ id, resourceKey }: FileRef): Record<string, string> {
  return resourceKey === undefined ? {} : { "X-Goog-Drive-Resource-Keys": `${id}/${resourceKey}` };
}

function noId(given: string): DriveError {
  return new DriveError(
    `${JSON.stringify(given.slice(0, 100))} is neither a file id nor a link to Google Drive.`,
    "Take the id from search or list_folder.",
  );
}

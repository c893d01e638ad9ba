import { z } from "zod";
import type { Drive } from "./drive.ts";
import { allDrives, cleanName, type File, fileFields, fileShape } from "./files.ts";
import { toFileRef } from "./ids.ts";
import { type Listed, type PageOptions, readPages } from "./pages.ts";
import { assertOrder, type Criteria, toQuery } from "./query.ts";

export interface FindOptions extends Criteria, PageOptions {
  readonly driveId?: string | undefined;
  readonly orderBy?: string | undefined;
}

const nextPageToken = z.string().optional();
const incompleteSearch = z.boolean().default(false);
const filePage = z.object({ files: z.array(fileShape), nextPageToken, incompleteSearch });

export interface Found extends Listed<File> {
  /** Google has left some drives out. */
  readonly incomplete: boolean;
}

/** Lists files by criteria, in all drives unless one is named. */
export async function findFiles(drive: Drive, options: FindOptions): Promise<Found> {
  assertOrder(options.orderBy, options);
  const { driveId, orderBy, signal } = options;
  const params = {
    q: toQuery(options),
    fields: `nextPageToken,incompleteSearch,files(${fileFields})`,
    ...(orderBy !== undefined && { orderBy }),
    ...(driveId === undefined
      ? { corpora: "allDrives" }
      : { corpora: "drive", driveId: toFileRef(driveId).id }),
    ...allDrives,
    includeItemsFromAllDrives: true,
  };
  let incomplete = false;
  const listed = await readPages(options, 1_000, async (page) => {
    const answer = await drive.ask(signal, filePage, ({ files }, call) =>
      files.list({ ...params, ...page }, call),
    );
    incomplete ||= answer.incompleteSearch;
    return { items: answer.files, nextPageToken: answer.nextPageToken };
  });
  return { ...listed, incomplete };
}

const driveShape = z.object({ id: z.string(), name: cleanName.default("(no name)") });
const drivePage = z.object({ drives: z.array(driveShape), nextPageToken });

/** Lists the shared drives the account is a member of. */
export function listDrives(
  drive: Drive,
  options: PageOptions,
): Promise<Listed<z.output<typeof driveShape>>> {
  const fields = "nextPageToken,drives(id,name)";
  return readPages(options, 100, async (page) => {
    const answer = await drive.ask(options.signal, drivePage, ({ drives }, call) =>
      drives.list({ fields, ...page }, call),
    );
    return { items: answer.drives, nextPageToken: answer.nextPageToken };
  });
}

/** Names of files that begin with what was typed, for completion. */
export async function completeName(
  drive: Drive,
  typed: string,
  options: { readonly folders: boolean; readonly signal: AbortSignal },
): Promise<readonly File[]> {
  const { items } = await findFiles(drive, {
    nameStart: typed === "" ? undefined : typed,
    mimeType: options.folders ? "folder" : undefined,
    orderBy: "recency desc",
    pageSize: 50,
    budget: Number.POSITIVE_INFINITY,
    signal: options.signal,
  });
  return items;
}

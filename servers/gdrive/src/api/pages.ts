import { collectPages } from "@fairlead/upstream";

/** A place in one of Drive's lists: a page, and how many of its items have been shown. */
export interface Position {
  readonly token?: string | undefined;
  readonly skip: number;
}

export interface PageOptions {
  readonly pageSize: number;
  readonly from?: Position | undefined;
  /** Characters the answer may hold. */
  readonly budget: number;
  readonly signal: AbortSignal;
}

export interface Listed<T> {
  readonly items: T[];
  readonly next: Position | undefined;
}

/** What Drive is asked for one page with. */
export interface PageRequest {
  readonly pageSize: number;
  readonly pageToken?: string;
}

/** Reads pages until there is enough: Drive's own may be short, or empty with more behind them. */
export async function readPages<T>(
  { pageSize, from, budget }: PageOptions,
  most: number,
  ask: (request: PageRequest) => Promise<{
    readonly items: readonly T[];
    readonly nextPageToken?: string | undefined;
  }>,
): Promise<Listed<T>> {
  let skip = from?.skip ?? 0;
  let left = pageSize;
  const { items, next } = await collectPages<T, string>({
    start: from?.token ?? "",
    budget,
    maxItems: pageSize,
    async fetchPage(token) {
      const size = Math.min(left + skip, most);
      const page = await ask({ pageSize: size, ...(token !== "" && { pageToken: token }) });
      const fresh = page.items.slice(skip);
      skip = Math.max(skip - page.items.length, 0);
      left = Math.max(left - fresh.length, 1);
      return { items: fresh, next: page.nextPageToken };
    },
  });
  return { items, next: next === undefined ? undefined : { token: next, skip: 0 } };
}

/** Where to go on when only so many items of a page fitted into the answer. */
export function resumeAt(from: Position | undefined, kept: number): Position {
  return { token: from?.token, skip: (from?.skip ?? 0) + kept };
}

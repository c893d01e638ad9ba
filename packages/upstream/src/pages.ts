/** One page of a list, and where the next begins; no `next` ends the list. */
export interface Page<Item, Position> {
  readonly items: readonly Item[];
  readonly next: Position | undefined;
}

/** Where pages come from, and when there are enough of them. */
export interface CollectOptions<Item, Position> {
  readonly start: Position;
  /** One page from a position on. */
  fetchPage(position: Position): Promise<Page<Item, Position>>;
  /** Characters the answer may hold, as `context.budget`. */
  readonly budget: number;
  /** Characters an item will take in the answer; its length as JSON by default. */
  sizeOf?(item: Item): number;
  /** Items after which no further page is asked for. */
  readonly maxItems?: number;
  /** Pages asked for at most, whatever they hold; 10 by default. */
  readonly maxPages?: number;
}

/**
 * Fetches page after page until the list ends or the answer is full, and says where to go on. Whole
 * pages come back: cutting the last one to size is the tool's `resume`.
 */
export async function collectPages<Item, Position>(
  options: CollectOptions<Item, Position>,
): Promise<{ items: Item[]; next: Position | undefined }> {
  const { budget, maxItems = Number.POSITIVE_INFINITY, maxPages = 10 } = options;
  const sizeOf = options.sizeOf ?? ((item) => JSON.stringify(item).length);
  const items: Item[] = [];
  let next: Position | undefined = options.start;
  let size = 0;
  for (let page = 0; page < maxPages && next !== undefined; page += 1) {
    if (size >= budget || items.length >= maxItems) break;
    const got: Page<Item, Position> = await options.fetchPage(next);
    items.push(...got.items);
    for (const item of got.items) size += sizeOf(item);
    next = got.next;
  }
  return { items, next };
}

/** The address of the next page in a Link header (RFC 8288). */
export function findNextLink(headers: Headers): string | undefined {
  const links = (headers.get("link") ?? "").split(/,(?=\s*<)/);
  const next = links.find((link) => /;\s*rel="?next"?/i.test(link));
  return next && /<([^>]*)>/.exec(next)?.[1];
}

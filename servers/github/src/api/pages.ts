/** A page as GitHub counts them, from 1. */
export type PageQuery = {
  readonly page?: number | undefined;
  readonly per_page?: number | undefined;
};

const defaultRows = 20;
const mostRows = 100;
/** Half, a third and a quarter of it are whole. */
const mostDivisible = 12;

/** The query of one page, with as many rows as are asked for and GitHub gives. */
export function paged<Q extends PageQuery>(query: Q) {
  const { page, per_page = defaultRows } = query;
  return {
    ...query,
    page: page === undefined ? undefined : Math.max(page, 1),
    per_page: Math.min(Math.max(per_page, 1), mostRows),
  };
}

/** Where a list goes on. Which rows a page has depends on the size, so the two go together. */
export type Next = {
  readonly next_page?: number | undefined;
  readonly per_page?: number | undefined;
};

/** The page after this one, where there is one. */
export function toNext(query: PageQuery, next: number | undefined): Next {
  return next === undefined ? {} : { next_page: next, per_page: paged(query).per_page };
}

/**
 * Lists a page whose rows fit. Where they do not, the list is asked for with fewer rows a page, so
 * that its next page begins with the first row that is not shown.
 */
export async function fitPage<Q extends PageQuery, L extends Next>(
  query: Q,
  fits: (listed: L) => boolean,
  list: (query: Q) => Promise<L>,
): Promise<L & Next> {
  const listed = await list(query);
  const { page = 1, per_page: size } = paged(query);
  const before = (page - 1) * size;
  const smaller = findSmaller(size, before);
  if (smaller === 0 || fits(listed)) return { ...listed, ...toNext(query, listed.next_page) };
  return fitPage({ ...query, page: before / smaller + 1, per_page: smaller }, fits, list);
}

/** Where to go on after the first `shown` rows of a page: the largest pages that begin there. */
export function findRest(query: PageQuery, shown: number) {
  const { page = 1, per_page: size } = paged(query);
  const per_page = findDivisor(size, shown);
  const whole = Math.floor(shown / per_page);
  return { shown: whole * per_page, page: (page - 1) * (size / per_page) + whole + 1, per_page };
}

/** A smaller size of pages, one of which begins behind the same rows; 0 where there is none. */
function findSmaller(size: number, before: number): number {
  const divisor = findDivisor(size, size - 1);
  // 97 rows have no divisor but 1, and would go on one by one.
  if (divisor * 4 >= size) return divisor;
  if (before > 0) return findDivisor(before, size - 1);
  const half = Math.floor(size / 2);
  return half - (half % Math.min(half, mostDivisible));
}

/** The largest divisor up to a limit; 0 where there is none. */
function findDivisor(size: number, limit: number): number {
  let divisor = limit;
  while (divisor > 0 && size % divisor !== 0) divisor -= 1;
  return Math.max(divisor, 0);
}

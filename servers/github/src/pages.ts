/** A page as GitHub counts them, from 1. */
export type PageQuery = {
  readonly page?: number | undefined;
  readonly per_page?: number | undefined;
};

const defaultRows = 20;
const mostRows = 100;

/** The query of one page, with as many rows as are asked for and GitHub gives. */
export function paged<Q extends PageQuery>(query: Q) {
  const { page, per_page = defaultRows } = query;
  return {
    ...query,
    page: page === undefined ? undefined : Math.max(page, 1),
    per_page: Math.min(Math.max(per_page, 1), mostRows),
  };
}

/** As many items as there is room for, and how many that leaves out. */
export function fit<T>(items: readonly T[], room: number): { fitting: readonly T[]; left: number } {
  let size = 0;
  const end = items.findIndex((item) => {
    size += JSON.stringify(item).length;
    return size > room;
  });
  const fitting = end < 0 ? items : items.slice(0, end);
  return { fitting, left: items.length - fitting.length };
}

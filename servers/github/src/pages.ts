/** A page as GitHub counts them, from 1. */
export interface PageQuery {
  readonly page?: number | undefined;
  readonly per_page?: number | undefined;
}

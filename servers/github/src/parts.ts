/** Which parts of an issue or pull request are wanted beside itself. */
export interface PartsQuery<P> {
  readonly include?: readonly P[] | undefined;
  readonly page?: number | undefined;
  readonly per_page?: number | undefined;
  /** Characters the answer may have. */
  readonly budget: number;
}

/** Characters each part may have; some is kept for the thing itself and for what JSON adds. */
export function toPartRoom(budget: number, include: readonly unknown[]): number {
  return (Math.min(budget, 400_000) * 0.6) / Math.max(include.length, 1);
}

/** What a part does not show, in words. */
export function toNotes({
  hidden,
  left,
}: {
  readonly hidden?: number | undefined;
  readonly left?: number | undefined;
}): string {
  const kept = hidden === undefined ? "" : `\n[${hidden} kept back by --lockdown.]`;
  return left ? `${kept}\n[${left} left out: no room. Ask for this part alone.]` : kept;
}

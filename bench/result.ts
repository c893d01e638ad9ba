/** What one contender showed in one round. */
export type Sample = Readonly<Record<string, number>>;

export interface Column {
  readonly key: string;
  readonly label: string;
  readonly digits: number;
}

export interface Standing {
  readonly contender: string;
  readonly samples: readonly Sample[];
  /** Why it could not be measured to the end. */
  readonly failure?: string;
}

/** Contenders measured side by side, compared by one figure. */
export interface Series {
  readonly title: string;
  /** The key of the figure that is compared, and whether more of it is better. */
  readonly measure: string;
  readonly better: "more" | "less";
  /** The contender the others are shown as a multiple of; bare Node unless another is named. */
  readonly baseline?: string;
  readonly columns: readonly Column[];
  readonly standings: readonly Standing[];
}

/** A line of the "must" column, held against what was measured. */
export interface Check {
  readonly what: string;
  readonly must: string;
  readonly measured: string;
  readonly passes: boolean;
}

export interface RowResult {
  readonly series: readonly Series[];
  readonly checks: readonly Check[];
  readonly notes: readonly string[];
}

export interface Effort {
  readonly rounds: number;
  /** How long each contender is under load in each round. */
  readonly milliseconds: number;
  /** Calls of the row that counts calls and not time. */
  readonly calls: number;
}

export interface Row {
  readonly name: string;
  readonly title: string;
  run(effort: Effort): Promise<RowResult>;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Every round's value of one figure of one contender. */
export function valuesOf(series: Series, contender: string, key: string): readonly number[] {
  const standing = series.standings.find((each) => each.contender === contender);
  return (standing?.samples ?? []).map((sample) => sample[key] ?? Number.NaN);
}

/**
 * How much of the other's figure a contender's is: the median over the rounds, each round taken by
 * itself, because what slows one neighbour down for a while slows the other down as well.
 */
export function ratioOf(series: Series, contender: string, other: string, key: string): number {
  const theirs = valuesOf(series, other, key);
  return median(valuesOf(series, contender, key).map((value, at) => value / (theirs[at] ?? 0)));
}

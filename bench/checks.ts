import { type Check, median, ratioOf, type Series, valuesOf } from "./result.ts";
import { subject } from "./variants.ts";

/** Passes when the subject costs at most so many times what the other does. */
export function costsAtMost(
  series: Series,
  other: string,
  factor: number,
  { key = series.measure, contender = subject } = {},
): Check {
  const ratio = ratioOf(series, contender, other, key);
  const cost = key === series.measure && series.better === "more" ? 1 / ratio : ratio;
  const what = nameFigure(series, key, contender);
  const must = `<= ${factor}x ${other}`;
  return toCheck({ what, must, passes: cost <= factor, measured: `${cost.toFixed(2)}x` });
}

/** Passes when the subject is at least so many times as fast as the other. */
export function fasterAtLeast(series: Series, other: string, factor: number): Check {
  const ratio = ratioOf(series, subject, other, series.measure);
  const speed = series.better === "more" ? ratio : 1 / ratio;
  const must = `>= ${factor}x ${other}`;
  const measured = `${speed.toFixed(2)}x`;
  return toCheck({ what: series.title, must, passes: speed >= factor, measured });
}

/** Passes when the subject reaches at least this share of what bare Node does. */
export function reachesAtLeast(
  series: Series,
  other: string,
  percent: number,
  contender = subject,
): Check {
  const ratio = ratioOf(series, contender, other, series.measure);
  const share = 100 * (series.better === "more" ? ratio : 1 / ratio);
  return toCheck({
    what: nameFigure(series, series.measure, contender),
    must: `>= ${percent} % of ${other}`,
    passes: share >= percent,
    measured: `${share.toFixed(0)} %`,
  });
}

/** Passes when the median of one of the subject's figures is at most this. */
export function staysWithin(
  series: Series,
  key: string,
  limit: number,
  unit: string,
  contender = subject,
): Check {
  const value = median(valuesOf(series, contender, key));
  return toCheck({
    what: nameFigure(series, key, contender),
    must: `<= ${limit} ${unit}`,
    passes: value <= limit,
    measured: `${value.toFixed(2)} ${unit}`.trim(),
  });
}

/** Passes when not one of the subject's requests failed. */
export function noneFailed(series: Series, whose = subject): Check {
  const failures = valuesOf(series, whose, "failures");
  const sum = failures.reduce((total, count) => total + count, 0);
  const standing = series.standings.find(({ contender }) => contender === whose);
  const asked = { what: series.title, must: "no request failed" };
  if (failures.length === 0 || standing?.failure !== undefined) {
    return toCheck({ ...asked, passes: false, measured: "not measured" });
  }
  return toCheck({ ...asked, passes: sum === 0, measured: `${sum} failed` });
}

function nameFigure({ title, measure }: Series, key: string, contender: string): string {
  const whose = contender === subject ? [] : [contender];
  return [title, ...whose, ...(key === measure ? [] : [key])].join(", ");
}

function toCheck(check: Check): Check {
  return check.measured.includes("NaN") ? { ...check, measured: "not measured" } : check;
}

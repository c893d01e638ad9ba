import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import {
  type Column,
  type Effort,
  median,
  type Row,
  type RowResult,
  ratioOf,
  type Series,
  type Standing,
  valuesOf,
} from "./result.ts";

/** A row as a page of text: for each series the ratios first, then the must column. */
export function toText(row: Row, result: RowResult): string {
  return [
    `\n# ${row.name}: ${row.title}`,
    ...result.series.map(toTable),
    ...(result.checks.length > 0 ? ["", ...toCheckLines(result)] : []),
    ...result.notes.map((note) => `  ${note}`),
  ].join("\n");
}

function toCheckLines({ checks }: RowResult): string[] {
  return toAligned(
    checks.map(({ passes, must, measured, what }) => [
      passes ? "  ok" : "  SHORT",
      measured,
      `must ${must}`,
      what,
    ]),
  );
}

function toTable(series: Series): string {
  const head = ["", toRatioLabel(series), ...series.columns.map(({ label }) => label), "range"];
  const lines = series.standings.map((standing) => toLine(series, standing));
  return ["", `  ${series.title}`, ...toAligned([head, ...lines])].join("\n");
}

function toRatioLabel({ better, baseline = "bare" }: Series): string {
  return better === "more" ? `% of ${baseline}` : `x ${baseline}`;
}

function toLine(series: Series, { contender, samples, failure }: Standing): string[] {
  const failed = failure === undefined ? [] : [`FAILED: ${failure}`];
  if (samples.length === 0) return [`  ${contender}`, ...failed];
  const ratio = ratioOf(series, contender, series.baseline ?? "bare", series.measure);
  const shown = series.better === "more" ? `${(100 * ratio).toFixed(0)} %` : ratio.toFixed(2);
  const cells = series.columns.map(({ key, digits }) =>
    toNumber(median(valuesOf(series, contender, key)), digits),
  );
  return [
    `  ${contender}`,
    Number.isFinite(ratio) ? shown : "-",
    ...cells,
    toRange(series, contender),
    ...failed,
  ];
}

function toRange(series: Series, contender: string): string {
  const values = valuesOf(series, contender, series.measure);
  const digits = digitsOf(series.columns, series.measure);
  return `${toNumber(Math.min(...values), digits)}-${toNumber(Math.max(...values), digits)}`;
}

function digitsOf(columns: readonly Column[], key: string): number {
  return columns.find((column) => column.key === key)?.digits ?? 2;
}

function toNumber(value: number, digits: number): string {
  if (!Number.isFinite(value)) return "-";
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return value.toLocaleString("en-US", format);
}

/** Columns side by side, the first to the left and the rest as wide as they need to be. */
function toAligned(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) {
      if (!cell.startsWith("FAILED")) widths[at] = Math.max(widths[at] ?? 0, cell.length);
    }
  }
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Keeps everything measured, with what it was measured on, in <folder>/<row>.json. */
export function writeResult(folder: string, row: Row, result: RowResult, effort: Effort): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${row.name}.json`);
  const page = {
    row: row.name,
    title: row.title,
    measuredAt: new Date().toISOString(),
    machine: {
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      cpu: cpus()[0]?.model,
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 1024 ** 3),
    },
    effort,
    checks: result.checks,
    series: result.series.map((series) => ({
      ...series,
      standings: series.standings.map((standing) => toSummary(series, standing)),
    })),
    notes: result.notes,
  };
  writeFileSync(file, `${JSON.stringify(page, undefined, 2)}\n`);
  return file;
}

function toSummary(series: Series, standing: Standing) {
  const { contender } = standing;
  const keys = Object.keys(standing.samples[0] ?? {});
  return {
    ...standing,
    ratio: ratioOf(series, contender, series.baseline ?? "bare", series.measure),
    medians: Object.fromEntries(keys.map((key) => [key, median(valuesOf(series, contender, key))])),
  };
}

import type { Tally } from "./load.ts";

/** What became of the calls, one line for each fault and kind, for the output of a test. */
export function toFaultTable(tallies: readonly Tally[]): string {
  const rows = tallies.map((tally) => {
    const { fault, kind, sent, well, clear, unclear, hung, backAfterMs } = tally;
    const back = backAfterMs === undefined ? "-" : (backAfterMs / 1_000).toFixed(2);
    return [fault, kind, sent, well, clear, unclear + hung, back].map(String);
  });
  const all = [["fault", "calls", "sent", "well", "clear error", "lost", "back after s"], ...rows];
  const widths = all[0]?.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0))) ?? [];
  const lines = all.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  "));
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

import { readFileSync } from "node:fs";

/** Measured again, a figure may differ by this part: ports and times are not always as long. */
const tolerance = 0.02;

/** Tokens of four characters, as READMEs give them. */
export function toTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/**
 * Holds figures that were just measured against a README's table, so that what it says cannot
 * outlive what it was measured of. The row is found by its first cell; each further cell must begin
 * with its figure, but for those given as undefined. Throws an Error that names the figures to write.
 */
export function assertReadmeRow(
  readme: URL,
  label: string,
  figures: readonly (number | undefined)[],
): void {
  const line = readFileSync(readme, "utf8")
    .split("\n")
    .find((row) => row.startsWith(`| ${label} |`));
  const cells = line?.split(" | ").slice(1) ?? [];
  const wrong = figures.some((figure, at) => {
    const written = Number(/\d[\d,]*/.exec(cells[at] ?? "")?.[0].replaceAll(",", "") ?? Number.NaN);
    return figure !== undefined && !(Math.abs(written - figure) <= Math.max(figure * tolerance, 2));
  });
  if (!wrong) return;
  const shown = figures.map((figure) => figure?.toLocaleString("en-US") ?? "…");
  throw new Error(`README.md must say: | ${label} | ${shown.join(" | ")} |\nIt says: ${line}`);
}

import type { Series } from "../result.ts";
import { type Contender, interleave } from "../rounds.ts";
import { columns } from "./work.ts";

/** Measures how long one request after another takes. */
export async function measureSerial(
  title: string,
  contenders: readonly Contender[],
  rounds: number,
): Promise<Series> {
  return {
    title,
    measure: "p50",
    better: "less",
    columns: [columns.p50, columns.cpu, columns.peak, columns.calls],
    standings: await interleave(contenders, rounds),
  };
}

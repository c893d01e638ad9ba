import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** One thing that held or did not. */
export interface Outcome {
  readonly name: string;
  readonly status: "passed" | "failed" | "skipped";
  /** What did not hold, in lines. */
  readonly reasons?: readonly string[];
}

const path = fileURLToPath(new URL("../../../node_modules/.fairlead/hosts.json", import.meta.url));

/** Writes the outcomes as vitest reports tests, for `scripts/tests.mjs --sum` to add up. */
export async function writeOutcomes(outcomes: readonly Outcome[]): Promise<void> {
  const count = (status: Outcome["status"]) =>
    outcomes.filter((outcome) => outcome.status === status).length;
  const assertionResults = outcomes.map(({ name, status, reasons = [] }) => ({
    ...{ fullName: name, status, failureMessages: reasons },
  }));
  const status = count("failed") > 0 ? "failed" : "passed";
  const report = {
    ...{ numPassedTests: count("passed"), numFailedTests: count("failed") },
    testResults: [{ name: "hosts", status, assertionResults }],
  };
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify(report));
}

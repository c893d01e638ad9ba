import { join } from "node:path";
import { run } from "@fairlead/testing";
import { suite } from "./requirements.ts";

export interface Ruling {
  /** "nothing" when the referee ran no check at all, which it reports as success. */
  readonly verdict: "passes" | "warns" | "fails" | "nothing";
  readonly report: string;
}

/** Runs one scenario at one revision; the verdict is the referee's exit code and its own count. */
export async function rule(url: string, revision: string, scenario: string): Promise<Ruling> {
  const { code, stdout, stderr } = await run(join(suite, "dist", "index.js"), [
    "server",
    ...["--url", url],
    // Extensions belong to no revision in particular, and are passed over otherwise.
    ...["--spec-version", revision, "--force"],
    ...["--scenario", scenario],
  ]);
  const count = /^Passed: (\d+)\/\d+, \d+ failed, (\d+) warnings$/m.exec(stdout);
  return {
    verdict: toVerdict(code, Number(count?.[1]), Number(count?.[2])),
    report: stdout + stderr,
  };
}

function toVerdict(code: number | null, passed: number, warnings: number): Ruling["verdict"] {
  if (code !== 0) return "fails";
  if (warnings > 0) return "warns";
  return passed > 0 ? "passes" : "nothing";
}

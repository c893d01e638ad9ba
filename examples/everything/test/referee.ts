import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "@fairlead/testing";
import { suite } from "./requirements.ts";

const program = join(suite, "dist", "index.js");

export interface Ruling {
  /** "nothing" when the referee ran no check at all, which it reports as success. */
  readonly verdict: "passes" | "warns" | "fails" | "nothing";
  readonly report: string;
}

/** Runs one scenario at one revision; the verdict is the referee's exit code and its own count. */
export async function rule(url: string, revision: string, scenario: string): Promise<Ruling> {
  const { code, stdout, stderr } = await run(program, [
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

/**
 * Runs every scenario of a revision in one process of the referee, which takes longer to start than to
 * rule. Extensions are not among them. The verdicts are what it writes down of each check.
 */
export async function ruleAll(url: string, revision: string): Promise<ReadonlyMap<string, Ruling>> {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-referee-"));
  try {
    const args = ["server", "--url", url, "--spec-version", revision, "--suite", "all"];
    await run(program, [...args, "--output-dir", folder]);
    return new Map(
      readdirSync(folder).map((name) => {
        const report = readFileSync(join(folder, name, "checks.json"), "utf8");
        const [, scenario = name] = /^server-(.+?)-\d{4}-\d\d-\d\dT/.exec(name) ?? [];
        return [scenario, { verdict: readVerdict(report), report }];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readVerdict(report: string): Ruling["verdict"] {
  const checks: readonly { readonly status: string }[] = JSON.parse(report);
  const has = (sought: string) => checks.some(({ status }) => status === sought);
  if (has("FAILURE")) return "fails";
  if (has("WARNING")) return "warns";
  return has("SUCCESS") ? "passes" : "nothing";
}

function toVerdict(code: number | null, passed: number, warnings: number): Ruling["verdict"] {
  if (code !== 0) return "fails";
  if (warnings > 0) return "warns";
  return passed > 0 ? "passes" : "nothing";
}

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { run } from "@fairlead/testing";

const manifest = createRequire(import.meta.url).resolve(
  "@modelcontextprotocol/conformance/package.json",
);
const root = dirname(manifest);

/** The server scenarios a revision requires, as the referee's own package lists them. */
export function requiredScenarios(revision: string): string[] {
  const lines = readFileSync(join(root, "requirements", `${revision}.yaml`), "utf8").split("\n");
  const section = lines.slice(lines.indexOf("server:") + 1);
  const end = section.findIndex((line) => /^\S/.test(line));
  return section.slice(0, end).flatMap((line) => /^ {2}- (\S+)$/.exec(line)?.[1] ?? []);
}

export interface Ruling {
  /** "nothing" when the referee ran no check at all, which it reports as success. */
  readonly verdict: "passes" | "warns" | "fails" | "nothing";
  readonly report: string;
}

/** Runs one scenario at one revision; the verdict is the referee's exit code and its own count. */
export async function rule(url: string, revision: string, scenario: string): Promise<Ruling> {
  const { code, stdout, stderr } = await run(join(root, "dist", "index.js"), [
    "server",
    ...["--url", url],
    ...["--spec-version", revision],
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

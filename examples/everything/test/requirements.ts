import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const manifest = createRequire(import.meta.url).resolve(
  "@modelcontextprotocol/conformance/package.json",
);

/** The folder of the official conformance suite. */
export const suite = dirname(manifest);

/** The suite's version, as its package says it. */
export function suiteVersion(): string {
  const facts: { readonly version: string } = JSON.parse(readFileSync(manifest, "utf8"));
  return facts.version;
}

/** The server scenarios a revision requires, as the suite's own package lists them. */
export function requiredScenarios(revision: string): string[] {
  return section(revision, "server").flatMap((line) => /^ {2}- (\S+)$/.exec(line)?.[1] ?? []);
}

/** Every server scenario that applies to a revision, as the suite itself lists them. */
export function listScenarios(revision: string): string[] {
  const program = join(suite, "dist", "index.js");
  const args = [program, "list", "--spec-version", revision];
  const text = execFileSync(process.execPath, args, { encoding: "utf8" });
  const [, servers = ""] = /^Server scenarios.*\n((?: {2}- .*\n)+)/m.exec(text) ?? [];
  return [...servers.matchAll(/^ {2}- (\S+)/gm)].map(([, scenario = ""]) => scenario);
}

/** A scenario that no revision requires, with the suite's own word for why. */
export interface Unscored {
  readonly scenario: string;
  readonly reason: string;
}

/** The server scenarios of a revision that do not count, as the suite's own package lists them. */
export function unscoredScenarios(revision: string): Unscored[] {
  const entries = section(revision, "not_scored")
    .join("\n")
    .split(/^ {2}- /m);
  return entries.flatMap((entry) => {
    const [, scenario] = /^scenario: (\S+)$/m.exec(entry) ?? [];
    const [, reason] = /^ {4}reason: (\S+)$/m.exec(entry) ?? [];
    const server = /^ {4}leg: server$/m.test(entry);
    return server && scenario !== undefined && reason !== undefined ? [{ scenario, reason }] : [];
  });
}

/** The lines of one list of a revision's requirements. */
function section(revision: string, name: string): string[] {
  const lines = readFileSync(join(suite, "requirements", `${revision}.yaml`), "utf8").split("\n");
  const rest = lines.slice(lines.indexOf(`${name}:`) + 1);
  const end = rest.findIndex((line) => /^\S/.test(line));
  return end === -1 ? rest : rest.slice(0, end);
}

import { parseArgs } from "node:util";
import { hostServers, OptionProblems, toSources } from "@fairlead/runtime/host";
import packageFacts from "../../package.json" with { type: "json" };
import { type Config, readConfig } from "./config.ts";

/** What to print, and the exit code. */
export interface Verdict {
  readonly code: number;
  readonly out?: string;
  readonly error?: string;
}

/** The words after `fairlead serve` that name a file of servers; undefined where none does. */
export function readConfigWords(
  words: readonly string[],
):
  | { readonly file: string; readonly check: boolean; readonly rest: readonly string[] }
  | undefined {
  const { tokens, values } = parseArgs({
    args: [...words],
    strict: false,
    tokens: true,
    options: { config: { type: "string" }, check: { type: "boolean" } },
  });
  const { config, check } = values;
  if (config === undefined) return undefined;
  const own = tokens.filter(
    (token) => token.kind === "option" && (token.name === "config" || token.name === "check"),
  );
  const taken = new Set<number>();
  for (const token of own) {
    taken.add(token.index);
    const isApart = token.kind === "option" && token.inlineValue === false;
    if (isApart) taken.add(token.index + 1);
  }
  return {
    file: typeof config === "string" ? config : "",
    check: check === true,
    rest: words.filter((_, index) => !taken.has(index)),
  };
}

/**
 * Serves the servers of a file until a signal ends the process, or says what is wrong with it. With
 * `check` it only looks.
 */
export async function serveConfig({
  file,
  check,
  rest,
}: {
  readonly file: string;
  readonly check: boolean;
  readonly rest: readonly string[];
}): Promise<Verdict | undefined> {
  if (file === "") return { code: 2, error: "--config needs the name of a file.\n" };
  const config = await readConfig(file, toSources(rest));
  if ("problems" in config) return toRefusal(file, config.problems);
  if (check) return { code: 0, out: toSummary(file, config) };
  const { name, version } = packageFacts;
  try {
    const { hosted, ...options } = config;
    await hostServers(hosted, { ...options, program: { name, version } });
    return undefined;
  } catch (error) {
    if (error instanceof OptionProblems) return toRefusal(file, error.problems);
    throw error;
  }
}

function toRefusal(file: string, problems: readonly string[]): Verdict {
  const lines = [...new Set(problems)].toSorted(byLine).map((problem) => `  - ${problem}\n`);
  return { code: 2, error: `fairlead cannot serve ${file}:\n${lines.join("")}` };
}

/** In the order of the file. */
function byLine(one: string, other: string): number {
  return toLine(one) - toLine(other);
}

function toLine(problem: string): number {
  return Number(/:(\d+): /.exec(problem)?.[1] ?? 0);
}

function toSummary(file: string, config: Exclude<Config, { readonly problems: unknown }>): string {
  const { host, port } = config.http;
  const lines = config.hosted.map(({ surface, path }) => {
    const { name, version } = surface.package;
    return `  ${surface.name}: ${name} ${version} at ${path}\n`;
  });
  const many = `${lines.length} ${lines.length === 1 ? "server" : "servers"}`;
  return `${file} is valid. It serves ${many} on ${host}:${port}:\n${lines.join("")}`;
}

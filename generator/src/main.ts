#!/usr/bin/env node
import { parseArgs } from "node:util";
import packageFacts from "../package.json" with { type: "json" };
import type { Result, Wishes } from "./commands.ts";
import type { Surroundings } from "./generate.ts";
import { Problem } from "./problem.ts";
import { defaultMaxTokens, toFilters, toMode } from "./settings.ts";

const usage = `openapi-to-mcp: makes an MCP server from an OpenAPI document

  openapi-to-mcp init <spec> -o DIR   writes a new package; <spec> is a file or a URL
  openapi-to-mcp update [-o DIR]      brings a package up to date with its document
  openapi-to-mcp check [-o DIR]       says whether a package is up to date, and writes nothing
  openapi-to-mcp inspect <spec>       shows what a document would become, and writes nothing

  -o, --out DIR              folder of the package; the current folder by default
  --name NAME                name of the server; from the document's title by default
  --mode auto|tools|search   one tool for each operation, or three tools that search the operations
  --max-tokens N             tokens that the list of tools may cost in mode auto; ${defaultMaxTokens} by default
  --include, --exclude F     tag:NAME, path:/PATH, op:ID or method:NAME; * stands for anything
  --read-only                leaves out operations that write
  --overlay FILE             an OpenAPI Overlay 1.x; may be repeated
  --allow-remote-refs HOST   lets references lead to this host; may be repeated
  --runtime RANGE|FILE       version range or tarball of @fairlead/runtime
  --openapi RANGE|FILE       version range or tarball of @fairlead/openapi
  --strict                   fails if an operation cannot become a tool
  --force                    overwrites generated files that were changed by hand
  --json                     prints JSON
  --help, --version

Exit codes: 0 for success; 1 if the package is not up to date with its document, was changed by hand, or
lost an operation under --strict; 2 for a usage error.
`;

const options = {
  out: { type: "string", short: "o" },
  name: { type: "string" },
  mode: { type: "string", default: "auto" },
  "max-tokens": { type: "string", default: String(defaultMaxTokens) },
  include: { type: "string", multiple: true },
  exclude: { type: "string", multiple: true },
  "read-only": { type: "boolean", default: false },
  overlay: { type: "string", multiple: true },
  "allow-remote-refs": { type: "string", multiple: true },
  runtime: { type: "string" },
  openapi: { type: "string" },
  strict: { type: "boolean", default: false },
  force: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", short: "v", default: false },
} as const;

/** What could not be done at all, so that a CI takes it for no drift. */
const failedExit = 2;
/** The packages of ours are released together. */
const released = `^${packageFacts.version}`;
const wantsJson = process.argv.includes("--json");

try {
  process.exitCode = await run();
} catch (error) {
  process.exitCode = fail(error);
}

async function run(): Promise<number> {
  const least = packageFacts.engines.node.replace(">=", "");
  const { node } = process.versions;
  if (least.localeCompare(node, "en", { numeric: true }) > 0) {
    throw new Problem(`Node ${node} is too old.`, `Use ${least} or newer.`);
  }
  const { values, positionals } = read();
  const [command, spec, ...rest] = positionals;
  if (values.version) return say([packageFacts.version]);
  if (values.help) return say(usage.trimEnd().split("\n"));
  const around: Surroundings = {
    version: packageFacts.version,
    template: new URL("../template/", import.meta.url),
    environment: process.env,
    progress: (line) => values.json || console.error(`${line} ...`),
  };
  const from = process.cwd();
  const { out, force, strict } = values;
  if (rest.length > 0) return misuse(`Unexpected ${JSON.stringify(rest[0])}.`);
  // Here and no sooner: an older Node would stop at an import it lacks, in words that help nobody.
  const { check, init, inspect, update } = await import("./commands.ts");
  switch (command) {
    case "init":
    case "inspect": {
      if (spec === undefined) return misuse("Name the document: a file or a URL.");
      const wishes = toWishes(spec, values);
      if (command === "inspect") return answer(await inspect(wishes, from, around));
      if (out === undefined) return misuse("Say where the package goes: -o DIR.");
      const { runtime = released, openapi = released } = values;
      const sources = { runtime, openapi };
      return answer(await init(wishes, { out, sources, force }, from, around));
    }
    case "update":
      return answer(await update({ out: out ?? ".", force, strict }, from, around));
    case "check":
      return answer(await check(out ?? ".", from, around));
    default:
      return misuse(command === undefined ? "Say what to do." : `There is no command ${command}.`);
  }
}

function read() {
  return parseArgs({ args: process.argv.slice(2), options, allowPositionals: true });
}

function toWishes(spec: string, values: ReturnType<typeof read>["values"]): Wishes {
  const maxTokens = Number(values["max-tokens"]);
  if (!(maxTokens > 0)) throw new Problem("--max-tokens is not a number above 0.", "Give another.");
  return {
    spec,
    name: values.name,
    mode: toMode(values.mode),
    maxTokens,
    include: toFilters(values.include ?? []),
    exclude: toFilters(values.exclude ?? []),
    readOnly: values["read-only"],
    overlays: values.overlay ?? [],
    allowRemoteRefs: values["allow-remote-refs"] ?? [],
    strict: values.strict,
  };
}

function answer({ ok, lines, json }: Result): number {
  say(wantsJson ? [JSON.stringify(json, null, 2)] : lines);
  return ok ? 0 : 1;
}

function say(lines: readonly string[]): number {
  console.log(lines.join("\n"));
  return 0;
}

function misuse(message: string): number {
  if (wantsJson) console.log(JSON.stringify({ error: message }));
  console.error(`${message}\n\n${usage}`);
  return failedExit;
}

function fail(error: unknown): number {
  if (
    error instanceof TypeError &&
    "code" in error &&
    String(error.code).startsWith("ERR_PARSE_ARGS")
  ) {
    return misuse(error.message);
  }
  const known = error instanceof Error && "hint" in error && typeof error.hint === "string";
  const message = error instanceof Error ? error.message : String(error);
  const hint = known ? error.hint : "This is a fault of openapi-to-mcp; please report it.";
  if (wantsJson) console.log(JSON.stringify({ error: message, hint }));
  else console.error(`${message}\n${String(hint)}`);
  if (!known && error instanceof Error) console.error(error.stack);
  return failedExit;
}

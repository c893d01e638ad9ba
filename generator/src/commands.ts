import { existsSync, readdirSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { compare, type Difference } from "./difference.ts";
import type { Sources } from "./emit/files.ts";
import { readJson, readLock } from "./emit/lock.ts";
import { make, readPackage, type Surroundings, writeChanges, writeNew } from "./generate.ts";
import { toJson } from "./json.ts";
import { load, overlay } from "./load/load.ts";
import { toWords } from "./plan/names/words.ts";
import { plan } from "./plan/plan.ts";
import type { Report } from "./plan/report.ts";
import { Problem } from "./problem.ts";
import { type Settings, toPackagePath, toServerName, toSource } from "./settings.ts";

/** What a command has to say: to a person as lines, to a program as JSON. */
export interface Result {
  readonly ok: boolean;
  readonly lines: readonly string[];
  readonly json: object;
}

/** What a person chooses for a new package. */
export interface Wishes extends Omit<Settings, "spec" | "name"> {
  readonly spec: string;
  readonly name: string | undefined;
  readonly strict: boolean;
}

/** Makes a package from a document. */
export async function init(
  wishes: Wishes,
  { out, sources, force }: { out: string; sources: Sources; force: boolean },
  from: string,
  around: Surroundings,
): Promise<Result> {
  const directory = resolve(from, out);
  assertFree(directory, out, { force });
  const settings = await toSettings(wishes, from, directory, around);
  const found: Sources = {
    runtime: toSource(sources.runtime, from, directory),
    openapi: toSource(sources.openapi, from, directory),
  };
  // A package that is made anew keeps the names of its tools.
  const lock = readLock(directory);
  const made = await make(settings, directory, { sources: found, lock, around });
  const { report } = made.plan;
  if (wishes.strict && report.lost > 0) return toRefusal(report);
  const { written, kept } = writeNew(directory, made);
  return {
    ok: true,
    lines: [
      ...toSummary(report),
      ...(kept.length > 0 ? [`Left as they were: ${kept.join(", ")}.`] : []),
      `Wrote ${written.length} files to ${out}. Next: cd ${out} && npm install && npm test && npm start`,
    ],
    json: { ...toFacts(report), directory: out, files: written, kept },
  };
}

function assertFree(directory: string, out: string, { force }: { readonly force: boolean }): void {
  if (!existsSync(directory)) return;
  if (!statSync(directory).isDirectory())
    throw new Problem(`${out} is not a folder.`, "Give the path of a folder with -o.");
  if (force || readdirSync(directory).length === 0) return;
  const advice =
    "Choose another folder, or use --force to write into it: your own files there stay.";
  throw new Problem(`The folder ${out} is not empty.`, advice);
}

/** Brings the generator's own files of a package up to its document and its settings. */
export async function update(
  { out, force, strict }: { out: string; force: boolean; strict: boolean },
  from: string,
  around: Surroundings,
): Promise<Result> {
  const directory = resolve(from, out);
  const { settings, lock } = readPackage(directory);
  const made = await make(settings, directory, { sources: unnamed, lock, around });
  const { report } = made.plan;
  if (strict && report.lost > 0) return toRefusal(report);
  const difference = compare(directory, made, lock);
  if (difference.touched.length > 0 && !force) {
    return {
      ok: false,
      lines: [
        `Changed by hand: ${difference.touched.join(", ")}.`,
        "Move the change to an overlay, src/auth.ts or src/custom/, or overwrite it with --force.",
        "Nothing was written.",
      ],
      json: { ...toFacts(report), ...difference },
    };
  }
  writeChanges(directory, made, difference);
  const next = difference.changes.length > 0 ? ["Next: npm test"] : [];
  return {
    ok: true,
    lines: [
      ...toDiff(difference),
      ...toSummary(report),
      ...toAdvice(directory, around.version),
      ...next,
    ],
    json: { ...toFacts(report), ...difference },
  };
}

/** Whether a package is what its document and its settings make of it. */
export async function check(out: string, from: string, around: Surroundings): Promise<Result> {
  const directory = resolve(from, out);
  const { settings, lock } = readPackage(directory);
  const made = await make(settings, directory, { sources: unnamed, lock, around });
  const difference = compare(directory, made, lock);
  const ok = difference.touched.length === 0 && difference.changes.length === 0;
  const touched = difference.touched.map((path) => `changed by hand: ${path}`);
  const advice = ok ? ["Up to date."] : ["Run `npx @fairlead/openapi-to-mcp update`."];
  return {
    ok,
    lines: [...touched, ...toDiff(difference), ...advice],
    json: { ok, ...difference },
  };
}

/** What a document would become; nothing is written. */
export async function inspect(wishes: Wishes, from: string, around: Surroundings): Promise<Result> {
  const { allowRemoteRefs, overlays, strict, spec } = wishes;
  const options = { directory: from, allowRemoteRefs, environment: around.environment };
  around.progress(`Reading ${spec}`);
  const loaded = await overlay(await load(spec, options), overlays, options);
  const { report } = plan(loaded, { ...wishes, name: wishes.name ?? "api" });
  const dear = report.outcomes
    .toSorted((a, b) => (b.tokens ?? 0) - (a.tokens ?? 0))
    .slice(0, 5)
    .flatMap(({ name, tokens }) => (name ? [`  ${String(tokens).padStart(6)}  ${name}`] : []));
  return {
    ok: !(strict && report.lost > 0),
    lines: [...toSummary(report), ...(dear.length > 0 ? ["The largest, in tokens:", ...dear] : [])],
    json: report,
  };
}

async function toSettings(
  wishes: Wishes,
  from: string,
  directory: string,
  around: Surroundings,
): Promise<Settings> {
  const { strict: _, name, ...rest } = wishes;
  return {
    ...rest,
    name: name === undefined ? await findName(wishes, from, around) : toServerName(name),
    spec: toPackagePath(wishes.spec, from, directory),
    overlays: wishes.overlays.map((path) => toPackagePath(path, from, directory)),
  };
}

/** A name from the document's title. */
async function findName({ spec, allowRemoteRefs }: Wishes, from: string, around: Surroundings) {
  const options = { directory: from, allowRemoteRefs, environment: around.environment };
  const { document } = await load(spec, options);
  const { info } = document;
  const title = typeof info === "object" && info !== null && "title" in info ? info.title : "";
  const words = toWords(String(title)).filter((word) => !["api", "rest", "the"].includes(word));
  const name = words
    .join("-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  return name === "" ? "api" : name;
}

function toRefusal(report: Report): Result {
  return {
    ok: false,
    lines: [...toSummary(report), "Nothing was written."],
    json: toFacts(report),
  };
}

function toSummary(report: Report): string[] {
  const { title, operations, tools, mode, tokens, excluded, lost, webhooks, notes, outcomes } =
    report;
  const cost = tokens.toLocaleString("en-US");
  const how =
    mode === "search"
      ? `as search_operations, describe_operation and call_operation (one tool each would cost ${cost} tokens)`
      : `as tools, about ${cost} tokens`;
  const reasons = outcomes.filter(({ reason, excluded: out }) => reason !== undefined && !out);
  const more = [
    ...(excluded > 0 ? [`${excluded} left out as asked.`] : []),
    ...(webhooks > 0 ? [`${webhooks} webhooks, which are the API's own calls.`] : []),
    ...(lost > 0 ? [`${lost} cannot be called:`] : []),
    ...reasons.slice(0, 20).map(({ method, path, reason }) => `  ${method} ${path}: ${reason}`),
    ...toReferences(outcomes),
    ...notes.slice(0, 10).map((note) => `Note: ${note}`),
  ];
  return [`${title}: ${tools} of ${operations} operations ${how}.`, ...more].map(toLine);
}

/** Which operations still refer to `$defs`, which some hosts do not follow. */
function toReferences(outcomes: Report["outcomes"]): string[] {
  const lines = [
    ["recursive", "keep $defs, since one of their schemas contains itself"],
    ["kept", "keep $defs, since they would be too long without"],
  ] as const;
  return lines.flatMap(([kind, words]) => {
    const names = outcomes.flatMap(({ name, references }) =>
      references === kind && name !== undefined ? [name] : [],
    );
    if (names.length === 0) return [];
    const shown = names.slice(0, 5).join(", ") + (names.length > 5 ? ", ..." : "");
    return [`${names.length} operations ${words}: ${shown}.`];
  });
}

/** A document's own words in one line of a terminal, without what terminals obey. */
function toLine(text: string): string {
  return text.replace(/\p{Cc}|\p{Cf}/gu, " ").slice(0, 500);
}

function toFacts({ outcomes, ...facts }: Report) {
  const lostOnes = outcomes.filter(({ reason }) => reason !== undefined);
  return { ...facts, reasons: lostOnes };
}

/** For what has its package.json already. */
const unnamed: Sources = { runtime: "", openapi: "" };

/** A package that was made for an older runtime keeps its range until somebody changes it. */
function toAdvice(directory: string, version: string): string[] {
  const { devDependencies } = toJson(readJson(directory, "package.json"));
  const wanted = `^${version}`;
  return ["@fairlead/runtime", "@fairlead/openapi"].flatMap((name) => {
    const range = toJson(devDependencies)[name];
    if (typeof range === "string" && (!range.startsWith("^") || range === wanted)) return [];
    const asks = typeof range === "string" ? `asks for ${name} ${range}` : `does not name ${name}`;
    return [
      `package.json ${asks}; the package is generated for ${wanted}: npm install --save-dev ${name}@${wanted}`,
    ];
  });
}

function toDiff({ operations, changes }: Difference): string[] {
  if (changes.length === 0) return ["Nothing changes."];
  const signs = { added: "added", changed: "changed", removed: "removed" } as const;
  return [...operations, ...changes.map(({ path, kind }) => `${signs[kind]}: ${path}`)];
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { OperationEntry } from "@fairlead/runtime/openapi";
import { type Files, type PackageOptions, toGenerated, toOnce, toText } from "./emit/files.ts";
import {
  findChanges,
  findTouched,
  type Lock,
  lockFile,
  read,
  readJson,
  readLock,
  remove,
  toHash,
  toHashes,
  write,
} from "./emit/lock.ts";
import { toTypes } from "./emit/types.ts";
import { isJson, type Json, toJson, toList } from "./json.ts";
import { type Loaded, load, overlay } from "./load/load.ts";
import { type Plan, plan } from "./plan/plan.ts";
import { Problem } from "./problem.ts";
import { readSettings, type Settings, settingsFile } from "./settings.ts";

/** What every run needs to know of its surroundings. */
export interface Surroundings {
  readonly version: string;
  readonly template: URL;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Tells the person what takes time. */
  progress(line: string): void;
}

/** A package as it should be. */
export interface Made {
  readonly plan: Plan;
  readonly generated: Files;
  readonly lock: Lock;
  readonly options: PackageOptions;
}

/** Makes everything of a package in memory. */
export async function make(
  settings: Settings,
  directory: string,
  { runtime, lock, around }: { runtime: string; lock: Lock | undefined; around: Surroundings },
): Promise<Made> {
  const { allowRemoteRefs, overlays, spec } = settings;
  const options = { directory, allowRemoteRefs, environment: around.environment };
  around.progress(`Reading ${spec}`);
  const vendored = join(directory, "spec/openapi.json");
  const fromNetwork = /^https?:/i.test(spec);
  const isThere = fromNetwork || existsSync(join(directory, spec)) || existsSync(spec);
  // A package that has left the folder of its document goes on with the copy it took along.
  const source = isThere || !existsSync(vendored) ? spec : "spec/openapi.json";
  const loaded = await load(source, options);
  around.progress("Planning");
  const changed = await overlay(loaded, overlays, options);
  const made = plan(changed, { ...settings, ...(lock && { lock: lock.names }) });
  around.progress("Writing types");
  const types = await tryTypes(changed, made);
  const packageOptions: PackageOptions = {
    plan: types.plan,
    runtime,
    settings: toJson(settings),
    types: types.text,
    template: around.template,
  };
  const generated = toGenerated(packageOptions, loaded.document);
  const sha256 = toHash(generated.get("spec/openapi.json") ?? "");
  return {
    plan: types.plan,
    generated,
    options: packageOptions,
    lock: {
      generator: around.version,
      spec: { url: spec, sha256 },
      names: types.plan.lock,
      files: toHashes(generated),
    },
  };
}

/** Types are for those who write tools of their own; a server works without them. */
async function tryTypes({ document }: Loaded, made: Plan) {
  try {
    return { plan: made, text: await toTypes(document) };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    const notes = [...made.report.notes, `openapi-typescript makes no types of it: ${reason}`];
    return { plan: { ...made, report: { ...made.report, notes } }, text: undefined };
  }
}

/** Writes a package that is not there yet. */
export function writeNew(directory: string, made: Made): string[] {
  const files = new Map([...toOnce(made.options), ...made.generated]);
  for (const [path, content] of files) write(directory, path, content);
  write(directory, lockFile, toText(made.lock));
  return [...files.keys(), lockFile].sort();
}

/** What stands in a package's folder, as far as the generator knows it. */
export function readPackage(directory: string): { settings: Settings; lock: Lock } {
  const settings = readJson(directory, settingsFile);
  const lock = readLock(directory);
  if (settings === undefined || lock === undefined) {
    throw new Problem(
      `${directory} is no package of openapi-to-mcp.`,
      "Run it where openapi-to-mcp.config.json is, or begin with `init`.",
    );
  }
  return { settings: readSettings(settings), lock };
}

export type Change = ReturnType<typeof findChanges>[number];

/** What an update would do, and what stands in its way. */
export interface Difference {
  readonly touched: readonly string[];
  readonly changes: readonly Change[];
  /** The operations as a reader of the diff sees them: `+ name`, `- name`, `~ name`. */
  readonly operations: readonly string[];
}

export function compare(directory: string, made: Made, lock: Lock): Difference {
  const before = toEntries(readJson(directory, "src/generated/api.json"));
  const after = toEntries(toJson(JSON.parse(made.generated.get("src/generated/api.json") ?? "{}")));
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  const operations = names.flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    if (old === now) return [];
    return [`${old === undefined ? "+" : now === undefined ? "-" : "~"} ${name}`];
  });
  return {
    touched: findTouched(directory, lock),
    changes: findChanges(directory, made.generated, lock),
    operations,
  };
}

function toEntries(api: Json | undefined): Map<string, string> {
  const groups = toList(api?.["groups"]).filter(isJson);
  const all = groups.flatMap((group) => toList(group["operations"])).filter(isEntry);
  return new Map(all.map((entry) => [entry.name, JSON.stringify(entry)]));
}

function isEntry(value: unknown): value is Pick<OperationEntry, "name"> {
  return isJson(value) && typeof value["name"] === "string";
}

export function writeChanges(directory: string, made: Made, { changes }: Difference): void {
  for (const { path, kind } of changes) {
    if (kind === "removed") remove(directory, path);
    else write(directory, path, made.generated.get(path) ?? "");
  }
  const lock = toText(made.lock);
  if (read(directory, lockFile) !== lock) write(directory, lockFile, lock);
}

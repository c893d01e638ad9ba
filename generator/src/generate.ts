import { existsSync } from "node:fs";
import { join } from "node:path";
import { toForm } from "./emit/api.ts";
import { type PackageOptions, type Sources, toGenerated, toOnce } from "./emit/files.ts";
import {
  type Files,
  type findChanges,
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
import { toText } from "./emit/text.ts";
import { toTypes } from "./emit/types.ts";
import { toJson } from "./json.ts";
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
  { sources, lock, around }: { sources: Sources; lock: Lock | undefined; around: Surroundings },
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
    sources,
    settings: toJson(settings),
    types: types.text,
    form: toForm(types.plan.data, lock),
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

/** Of what is written once, what follows from the document and from what was asked for. */
const derived = [settingsFile, "surface.json", "server.json"];

/** Writes a new package. Where a folder is in use, what people own of a package stays as it is. */
export function writeNew(directory: string, made: Made) {
  const once = [...toOnce(made.options)];
  const kept = once.flatMap(([path, content]) => {
    const now = derived.includes(path) ? undefined : read(directory, path);
    return now === undefined || now === content ? [] : [path];
  });
  const ours = new Map([...once, ...made.generated].filter(([path]) => !kept.includes(path)));
  for (const [path, content] of ours) write(directory, path, content);
  write(directory, lockFile, toText(made.lock));
  return { written: [...ours.keys(), lockFile].sort(), kept: kept.sort() };
}

/** What stands in a package's folder, as far as the generator knows it. */
export function readPackage(directory: string): { settings: Settings; lock: Lock } {
  const settings = readJson(directory, settingsFile);
  const lock = readLock(directory);
  if (settings === undefined || lock === undefined) {
    throw new Problem(
      `${directory} is not a package of openapi-to-mcp.`,
      "Run it where openapi-to-mcp.config.json is, or begin with `init`.",
    );
  }
  return { settings: readSettings(settings), lock };
}

export function writeChanges(
  directory: string,
  made: Made,
  { changes }: { readonly changes: Readonly<ReturnType<typeof findChanges>> },
): void {
  for (const { path, kind } of changes) {
    if (kind === "removed") remove(directory, path);
    else write(directory, path, made.generated.get(path) ?? "");
  }
  const lock = toText(made.lock);
  if (read(directory, lockFile) !== lock) write(directory, lockFile, lock);
}

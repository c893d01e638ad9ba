import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import {
  type ApiData,
  listOperations,
  type OperationEntry,
  toInput,
  toListed,
} from "@fairlead/openapi";
import { operations } from "@fairlead/openapi/testing";
import { findNonPortable, toSample } from "@fairlead/runtime/testing";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "vitest";
import { toServer } from "../../src/emit/files.ts";
import { isJson, toJson, toList } from "../../src/json.ts";
import { load } from "../../src/load/load.ts";
import { type Plan, type PlanOptions, plan } from "../../src/plan/plan.ts";
import { createFolder, facts } from "./api.ts";

/** A document of the corpus as it was published. */
export function readCorpus(name: string): Buffer {
  return brotliDecompressSync(readFileSync(new URL(`../corpus/${name}.br`, import.meta.url)));
}

/** Plans one of these files, which may refer to the others. */
export async function toFilesPlan(
  files: Readonly<Record<string, string | Buffer>>,
  name: string,
  mode: PlanOptions["mode"] = "auto",
): Promise<Plan> {
  const directory = await createFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  const loaded = await load(name, { directory });
  return plan(loaded, { name: "corpus", mode, maxTokens: 8_000 });
}

export async function toCorpusPlan(name: string, mode: PlanOptions["mode"] = "auto") {
  return toFilesPlan({ [name]: readCorpus(name) }, name, mode);
}

const validator = new Ajv2020({
  strict: false,
  validateFormats: false,
  logger: false,
  addUsedSchema: false,
  code: { optimize: false },
});

/** What a provider refuses of an operation's listed schema, and whether that refuses what is taken. */
function findUnlisted(entry: OperationEntry, data: ApiData): string[] {
  const listed = toListed(entry, data);
  const references = entry.references === "keep" ? "any" : "recursive";
  const problems = findNonPortable(listed, { references }).map(
    ({ path, reason }) => `${entry.name} ${path}: ${reason}`,
  );
  const takes = validator.compile(listed);
  const sample = toSample(toInput(entry, data));
  if (!takes(sample)) problems.push(`${entry.name} refuses: ${validator.errorsText(takes.errors)}`);
  return [...problems, ...findWordless(listed, entry.name)];
}

/** Members whose description says too little to choose a value by. */
function findWordless(schema: unknown, path: string): string[] {
  if (!isJson(schema)) return [];
  const members = Object.entries(toJson(schema["properties"])).flatMap(([name, member]) => {
    const description = String(toJson(member)["description"] ?? "");
    const at = `${path}.${name}`;
    const short = description.length < 20 ? [`${at}: ${description}`] : [];
    return [...short, ...findWordless(member, at)];
  });
  const branches = toList(schema["anyOf"]).flatMap((one) => findWordless(one, path));
  const definitions = Object.values(toJson(schema["$defs"]));
  const inner = definitions.flatMap((one) => findWordless(one, path));
  return [...members, ...branches, ...inner, ...findWordless(schema["items"], path)];
}

/** Every name is good, every reference leads somewhere, and every operation sends what it should. */
export async function expectAllCallable(data: ApiData): Promise<void> {
  const all = listOperations(data);
  const names = all.map((entry) => entry.name);
  expect(new Set(names).size).toBe(all.length);
  expect(
    names.filter((one) => !/^[a-z][a-z0-9]*_[a-z0-9_]{1,62}$/.test(one) || one.length > 64),
  ).toEqual([]);
  for (const entry of all) {
    const input = toInput(entry, data);
    const known = Object.keys(Object(input["$defs"]));
    const used = [...JSON.stringify(input).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)].map(
      ([, to]) => to,
    );
    expect(new Set(used), entry.name).toEqual(new Set(known));
  }
  expect(all.flatMap((entry) => findUnlisted(entry, data))).toEqual([]);
  const runs: [string, () => void | Promise<void>][] = [];
  operations({ server: toServer(data, facts), data }, (title, run) => runs.push([title, run]));
  expect(runs.length).toBe(all.length);
  const failed: string[] = [];
  for (const [title, run] of runs) {
    await Promise.resolve(run()).catch((error: unknown) =>
      failed.push(`${title}: ${String(error)}`),
    );
  }
  expect(failed).toEqual([]);
}

import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { type ApiData, listOperations, toInput } from "@fairlead/runtime/openapi";
import { operations } from "@fairlead/runtime/testing";
import { expect } from "vitest";
import { toServer } from "../../src/emit/files.ts";
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

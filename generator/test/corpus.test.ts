import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { listOperations, toInput } from "@fairlead/runtime/openapi";
import { operations } from "@fairlead/runtime/testing";
import { expect, test } from "vitest";
import { toServer } from "../src/emit/files.ts";
import { load } from "../src/load/load.ts";
import { plan } from "../src/plan/plan.ts";
import { createFolder, facts } from "./support/api.ts";

/** Documents as they are published, and how many operations each has; see corpus/SOURCES.md. */
const corpus: readonly (readonly [string, number, "tools" | "search", readonly string[]])[] = [
  ["petstore3.yaml", 19, "tools", []],
  ["museum.yaml", 8, "tools", []],
  ["slack.json", 174, "search", []],
  ["openai.yaml", 288, "search", []],
  [
    "github.json",
    1_223,
    "search",
    ["1 operations are at https://uploads.github.com, credentials included."],
  ],
];

async function toCorpusPlan(name: string) {
  const directory = await createFolder();
  const packed = readFileSync(new URL(`corpus/${name}.br`, import.meta.url));
  await writeFile(join(directory, name), brotliDecompressSync(packed));
  const loaded = await load(name, { directory });
  return plan(loaded, { name: "corpus", mode: "auto", maxTokens: 8_000 });
}

test.each(corpus)(
  "%s: each of its %i operations can be called",
  async (name, count, mode, notes) => {
    const { data, report } = await toCorpusPlan(name);
    expect(report).toMatchObject({ operations: count, tools: count, lost: 0, mode });
    expect(report.notes).toEqual(notes);
    const all = listOperations(data);
    const names = all.map((entry) => entry.name);
    expect(new Set(names).size).toBe(count);
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
    expect(runs.length).toBe(count);
    const failed: string[] = [];
    for (const [title, run] of runs) {
      await Promise.resolve(run()).catch((error: unknown) =>
        failed.push(`${title}: ${String(error)}`),
      );
    }
    expect(failed).toEqual([]);
  },
);

test("the same document makes the same package", async () => {
  const [first, second] = [await toCorpusPlan("slack.json"), await toCorpusPlan("slack.json")];
  expect(JSON.stringify(first)).toBe(JSON.stringify(second));
});

import { expect, test } from "vitest";
import { isJson } from "../src/json.ts";
import { expectAllCallable, readCorpus, toCorpusPlan, toFilesPlan } from "./support/corpus.ts";

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

test.each(corpus)(
  "%s: each of its %i operations can be called",
  async (name, count, mode, notes) => {
    const { data, report } = await toCorpusPlan(name);
    expect(report).toMatchObject({ operations: count, tools: count, lost: 0, mode });
    expect(report.notes).toEqual(notes);
    await expectAllCallable(data);
  },
);

/** The examples of learn.openapis.org, and how many operations each has. */
const examples: readonly (readonly [string, string, number])[] = [
  ["v2.0/json/petstore-separate/spec/swagger.json", "2.0", 4],
  ["v2.0/yaml/petstore-separate/spec/swagger.yaml", "2.0", 4],
  ...both("v2.0/*/api-with-examples", "2.0", 2),
  ...both("v2.0/*/petstore", "2.0", 3),
  ...both("v2.0/*/petstore-expanded", "2.0", 4),
  ...both("v2.0/*/petstore-minimal", "2.0", 1),
  ...both("v2.0/*/petstore-simple", "2.0", 4),
  ...both("v2.0/*/petstore-with-external-docs", "2.0", 4),
  ...both("v2.0/*/uber", "2.0", 5),
  ...both("v3.0/api-with-examples", "3.0.0", 2),
  ...both("v3.0/callback-example", "3.0.0", 1),
  ...both("v3.0/link-example", "3.0.0", 6),
  ...both("v3.0/petstore", "3.0.0", 3),
  ...both("v3.0/petstore-expanded", "3.0.0", 4),
  ...both("v3.0/uspto", "3.0.1", 3),
  ...both("v3.1/non-oauth-scopes", "3.1.0", 1),
  ...both("v3.1/tictactoe", "3.1.0", 3),
  ...both("v3.1/webhook-example", "3.1.0", 0),
  ...both("v3.2/3.2-tags-example", "3.2.0", 4),
];

/** An example is there as JSON and as YAML. */
function both(path: string, version: string, count: number) {
  return ["json", "yaml"].map(
    (kind) => [`${path.replace("*", kind)}.${kind}`, version, count] as const,
  );
}

test.each(examples)("example %s (%s): %i operations", async (name, version, count) => {
  const files: unknown = JSON.parse(readCorpus("learn.json").toString("utf8"));
  if (!isJson(files)) throw new TypeError("no files");
  const texts = Object.entries(files).map(([path, text]) => [path, String(text)] as const);
  const { data, report } = await toFilesPlan(Object.fromEntries(texts), name);
  expect(report).toMatchObject({ version, operations: count, tools: count, lost: 0 });
  // Its answers refer to a file outside of its folder.
  const separate = /^\.\.\/common\/Error\.\w+ is left out of the answers\. Refused to read/;
  const notes = name.includes("separate") ? [expect.stringMatching(separate)] : [];
  expect(report.notes).toEqual(notes);
  await expectAllCallable(data);
});

test("the same document makes the same package", async () => {
  const [first, second] = [await toCorpusPlan("slack.json"), await toCorpusPlan("slack.json")];
  expect(JSON.stringify(first)).toBe(JSON.stringify(second));
});

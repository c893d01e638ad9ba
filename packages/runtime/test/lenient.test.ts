import { defineTool, fromJsonSchema } from "@fairlead/define";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { connect } from "../src/testing/index.ts";
import { plain, serverOf } from "./fixture/make.ts";

const tree = z.object({
  name: z.string(),
  size: z.int().optional(),
  get children() {
    return z.array(tree).optional();
  },
});

const input = z.object({
  path: z.string().optional(),
  paths: z.array(z.string()).optional(),
  edits: z.array(z.object({ line: z.int(), all: z.boolean().optional() })).optional(),
  options: z.object({ depth: z.int().max(9), tags: z.array(z.string()).optional() }).optional(),
  count: z.int().optional(),
  ratio: z.number().optional(),
  dry: z.boolean().optional(),
  level: z.literal([1, 2, 3]).optional(),
  always: z.literal(true).optional(),
  auto: z.union([z.literal("auto"), z.int()]).optional(),
  one_or_many: z.union([z.string(), z.array(z.string())]).optional(),
  number_or_switch: z.union([z.number(), z.boolean()]).optional(),
  list_or_number: z.union([z.array(z.int()), z.int()]).optional(),
  object_or_null: z.object({ n: z.int() }).nullable().optional(),
  this_or_that: z.union([z.object({ a: z.int() }), z.object({ b: z.int() })]).optional(),
  pair: z.tuple([z.int(), z.boolean()]).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  counts: z.record(z.string(), z.int()).optional(),
  both: z.intersection(z.object({ x: z.int() }), z.object({ y: z.int() })).optional(),
  anything: z.unknown().optional(),
  tree: tree.optional(),
});

const raw = { ...z.toJSONSchema(input, { io: "input" }), additionalProperties: false };
const run = (args: unknown) => JSON.stringify(args);
const server = serverOf([
  defineTool({ ...plain, name: "zod", input, run }),
  defineTool({ ...plain, name: "raw", input: fromJsonSchema(raw), run }),
  defineTool({
    ...plain,
    name: "strict",
    input: z.object({ must: z.int(), action: z.string().optional() }),
    run,
  }),
]);

const eras = ["modern", "legacy"] as const;
const kinds = ["zod", "raw"] as const;
const ways = eras.flatMap((era) => kinds.map((kind) => [era, kind] as const));

async function call(era: (typeof eras)[number], name: string, args: object) {
  const client = await connect(server, { era });
  return client.callTool(name, { ...args });
}

describe.for(ways)("what the schema leaves no doubt about is taken: %s, %s", ([era, kind]) => {
  const taken: readonly (readonly [string, object, object])[] = [
    ["JSON text for an array", { paths: '["a","b"]' }, { paths: ["a", "b"] }],
    ["with spaces around it", { paths: ' \n["a"] ' }, { paths: ["a"] }],
    ["JSON text for an object", { options: '{"depth":1}' }, { options: { depth: 1 } }],
    ["inside a list", { edits: ['{"line":1}'] }, { edits: [{ line: 1 }] }],
    [
      "inside an object",
      { options: { depth: 1, tags: "[]" } },
      { options: { depth: 1, tags: [] } },
    ],
    [
      "inside JSON text",
      { edits: '["{\\"line\\":\\"1\\",\\"all\\":null}"]' },
      { edits: [{ line: 1 }] },
    ],
    ["in a map", { counts: { a: "1" } }, { counts: { a: 1 } }],
    ["in a map that is text", { counts: '{"a":"1"}' }, { counts: { a: 1 } }],
    ["in a tuple", { pair: ["1", "true"] }, { pair: [1, true] }],
    ["in all parts of one", { both: { x: "1", y: "2" } }, { both: { x: 1, y: 2 } }],
    ["where null may stand as well", { object_or_null: { n: "1" } }, { object_or_null: { n: 1 } }],
    [
      "in a schema that contains itself",
      { tree: { name: "a", children: [{ name: "1", size: "2", children: '[{"name":"c"}]' }] } },
      { tree: { name: "a", children: [{ name: "1", size: 2, children: [{ name: "c" }] }] } },
    ],
    ["text for an integer", { count: "3" }, { count: 3 }],
    ["negative", { count: "-3" }, { count: -3 }],
    ["with spaces", { count: " 3 " }, { count: 3 }],
    ["with a fraction of zeros", { count: "3.0" }, { count: 3 }],
    ["with an exponent", { count: "3e2" }, { count: 300 }],
    ["with both", { count: "1.50e1" }, { count: 15 }],
    ["the largest exact one", { count: "9007199254740991" }, { count: 9007199254740991 }],
    ["text for a number", { ratio: "0.5" }, { ratio: 0.5 }],
    ["text for true", { dry: "true" }, { dry: true }],
    ["Python's False", { dry: "False" }, { dry: false }],
    ["with spaces, in capitals", { dry: " TRUE " }, { dry: true }],
    ["text for a number of an enum", { level: "2" }, { level: 2 }],
    ["text for a constant", { always: "true" }, { always: true }],
    [
      "text where a number or a boolean may stand",
      { number_or_switch: "1" },
      { number_or_switch: 1 },
    ],
    ["and a boolean", { number_or_switch: "true" }, { number_or_switch: true }],
    ["text where a list or a number may stand", { list_or_number: "7" }, { list_or_number: 7 }],
    ["and a list", { list_or_number: '["7"]' }, { list_or_number: [7] }],
    [
      "JSON text where two objects may stand",
      { this_or_that: '{"b":1}' },
      { this_or_that: { b: 1 } },
    ],
    ["null for what may be left out", { path: null, paths: null, count: null, tree: null }, {}],
    ["at any depth", { options: { depth: 1, tags: null } }, { options: { depth: 1 } }],
    ["wait_for_previous of Gemini CLI", { path: "a", wait_for_previous: true }, { path: "a" }],
    [
      "what n8n sends besides",
      { path: "a", toolCallId: "1", sessionId: "2", action: "x", chatInput: "hello" },
      { path: "a" },
    ],
    [
      "all of it at once",
      { count: "1", paths: "[]", dry: "True", path: null, wait_for_previous: false },
      { count: 1, paths: [], dry: true },
    ],
  ];
  test.for(taken)("%s", async ([, given, expected]) => {
    const { isError, text } = await call(era, kind, given);
    expect(isError).toBe(false);
    expect(JSON.parse(text)).toEqual(expected);
  });

  const untouched: readonly object[] = [
    { path: "3" },
    { path: "true" },
    { path: '["a"]' },
    { path: "" },
    { auto: "auto" },
    { one_or_many: '["a"]' },
    { one_or_many: "3" },
    { object_or_null: null },
    { labels: { a: "1", b: "true" } },
    { anything: "3" },
    { anything: null },
    { anything: '{"a":1}' },
  ];
  test.for(untouched)("and what the schema takes stays as it is: %j", async (given) => {
    expect((await call(era, kind, given)).text).toBe(JSON.stringify(given));
    // Even where something else needed a second look.
    const beside = await call(era, kind, { ...given, count: "1" });
    expect(JSON.parse(beside.text)).toEqual({ ...given, count: 1 });
  });

  const refused: readonly (readonly [object, string])[] = [
    [{ paths: "a" }, "paths"],
    [{ path: "a", action: "drop" }, "action"],
    [{ paths: "" }, "paths"],
    [{ paths: "[1]" }, "paths"],
    [{ paths: '{"a":1}' }, "paths"],
    [{ paths: '["a"' }, "paths"],
    [{ paths: '"[]"' }, "paths"],
    [{ paths: '["a"] and more' }, "paths"],
    [{ paths: [null] }, "paths"],
    [{ options: "[]" }, "options"],
    [{ options: '{"depth":10}' }, "depth"],
    [{ options: "{}" }, "depth"],
    [{ options: '{"depth":null}' }, "depth"],
    [{ count: "" }, "count"],
    [{ count: " " }, "count"],
    [{ count: "3.5" }, "count"],
    [{ count: "3px" }, "count"],
    [{ count: "0x10" }, "count"],
    [{ count: "03" }, "count"],
    [{ count: "+3" }, "count"],
    [{ count: "1_000" }, "count"],
    [{ count: "1,000" }, "count"],
    [{ count: "Infinity" }, "count"],
    [{ count: "NaN" }, "count"],
    [{ count: "9007199254740992" }, "count"],
    [{ count: "0.99999999999999999999" }, "count"],
    [{ count: "5e-400" }, "count"],
    [{ count: "1e400" }, "count"],
    [{ count: "true" }, "count"],
    [{ count: true }, "count"],
    [{ count: [1] }, "count"],
    [{ ratio: "12345678901234567890" }, "ratio"],
    [{ ratio: "1e400" }, "ratio"],
    [{ dry: "yes" }, "dry"],
    [{ dry: "1" }, "dry"],
    [{ dry: 1 }, "dry"],
    [{ dry: "" }, "dry"],
    [{ level: "4" }, "level"],
    [{ always: "false" }, "always"],
    [{ auto: "3" }, "auto"],
    [{ number_or_switch: "on" }, "number_or_switch"],
    [{ this_or_that: { a: "1" } }, "this_or_that"],
    [{ labels: { a: null } }, "labels"],
    [{ labels: { a: 1 } }, "labels"],
    [{ path: 3 }, "path"],
    [{ pair: '["1"]' }, "pair"],
    [{ tree: "{}" }, "name"],
  ];
  test.for(refused)("and a neighbour is refused: %j", async ([given, word]) => {
    const { isError, text } = await call(era, kind, given);
    expect(text).toContain(word);
    expect(isError).toBe(true);
  });

  test.for(["pth", "waitForPrevious", "tool_call_id", "__proto__", "constructor", "toString"])(
    "and a misspelt argument is answered with the expected names: %s",
    async (name) => {
      const given = JSON.parse(`{"count":"1","path":null,"wait_for_previous":true,"${name}":null}`);
      const { isError, text } = await call(era, kind, given);
      expect(text).toContain(`Unknown argument "${name}". Expected: path, paths, edits, options,`);
      expect(isError).toBe(true);
    },
  );

  test("and prototypes stay as they are", async () => {
    const labels = JSON.parse('{"__proto__":"a","constructor":"b"}');
    const asText = { labels: JSON.stringify(labels), path: null, count: "1" };
    const { text } = await call(era, kind, asText);
    // zod leaves out a member that would change a prototype.
    const kept = kind === "raw" ? '"__proto__":"a",' : "";
    expect(text).toContain(`"labels":{${kept}"constructor":"b"}`);
    const polluting = { options: '{"__proto__":{"depth":1}}' };
    expect(await call(era, kind, polluting)).toMatchObject({ isError: true });
  });
});

test("problems that are left are those of the arguments as they were read", async () => {
  const { text } = await call("modern", "zod", { count: "1", edits: '[{"line":"x"}]', path: null });
  expect(text).toBe("edits[0].line: expected number, received string");
});

describe.for(eras)("what is required or has a name of a host's: %s", (era) => {
  test("null for what is required", async () => {
    expect(await call(era, "strict", { must: null })).toMatchObject({
      isError: true,
      text: expect.stringContaining("must"),
    });
  });
  test("a host's word that the schema has stays", async () => {
    const { text } = await call(era, "strict", { must: "1", action: "x", chatInput: "y" });
    expect(text).toBe('{"must":1,"action":"x"}');
  });
});

describe.for(eras)("the whole of the arguments: %s", (era) => {
  const ask = async (args: unknown) => {
    const client = await connect(server, { era });
    return client.request("tools/call", { name: "zod", arguments: args });
  };
  test.for([
    [null, "{}"],
    ["{}", "{}"],
    [' {"count":"3","wait_for_previous":true} ', '{"count":3}'],
  ] as const)("%j", async ([args, text]) => {
    expect(await ask(args)).toMatchObject({ content: [{ text }] });
  });
  test.for(["", "null", "[]", "{", '"{}"', "text", 3, true, []])("but not %j", async (args) => {
    await expect(ask(args)).rejects.toMatchObject({ code: -32602 });
  });
});

describe("JSON text of a megabyte, nested 100,000 deep", () => {
  const depth = 100_000;
  const array = "[".repeat(depth) + "]".repeat(depth);
  const long = '{"children":['.repeat(depth / 2) + "]}".repeat(depth / 2);

  test.for(ways)("is answered in words: %s, %s", async ([era, kind]) => {
    for (const given of [
      { paths: array },
      { tree: long },
      { labels: long },
      { list_or_number: array },
    ]) {
      const { isError, text } = await call(era, kind, given);
      expect(isError).toBe(true);
      expect(text).toContain(Object.keys(given).join());
      expect(text).not.toContain("Internal error");
    }
  });

  test.for(ways)("and so is the same as JSON: %s, %s", async ([era, kind]) => {
    const client = await connect(server, { era });
    const levels = `${'{"name":"a","children":['.repeat(depth)}${"]}".repeat(depth)}`;
    const { isError, text } = await client
      .request("tools/call", { name: kind, arguments: `{"tree":${levels}}` })
      .then(
        () => ({ isError: false, text: "" }),
        (error: Error) => ({ isError: true, text: error.message }),
      );
    expect({ isError, text }).toEqual({ isError: true, text: "arguments must be an object." });
  });

  test("a text next to it that is wide is read in one go", async () => {
    const wide = JSON.stringify(Array.from({ length: 100_000 }, (_, n) => ({ line: `${n}` })));
    const { isError, text } = await call("modern", "zod", { edits: wide });
    expect(isError).toBe(false);
    expect(text.startsWith('{"edits":[{"line":0},{"line":1},')).toBe(true);
  });
});

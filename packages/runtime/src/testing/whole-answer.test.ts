import { cursor, cuttable, defineTool } from "@fairlead/define";
import { expect, test } from "vitest";
import { z } from "zod";
import { assertWhole } from "./whole-answer.ts";

const text = (content: string) => ({ type: "text", text: content });
const picture = { type: "image", data: "AA==", mimeType: "image/png" };
const noInput = z.object({});

const list = defineTool({
  name: "list_rows",
  title: "List",
  description: "Lists rows.",
  effect: "read",
  input: noInput,
  output: z.object({
    rows: cuttable(z.array(z.object({ id: z.int(), name: z.string() }))),
    next_cursor: cursor(z.int()),
  }),
  run: () => ({ rows: [] }),
  render: ({ rows }) => rows.map(({ id, name }) => `${id}. ${name}`).join("\n"),
});
const rows = [{ id: 17, name: "a <untrusted>b</untrusted>" }];
const shown = "17. a <untrusted>b</untrusted>";
const more = '[More: call again with the same arguments and cursor "x.y".]';

test.for([
  ["text alone", { content: [text("words")] }],
  ["a picture", { content: [text("words"), picture] }],
  [
    "a link with a line",
    { content: [text("see file:///a"), { type: "resource_link", uri: "file:///a" }] },
  ],
  ["a list with a line", { content: [text('3 items:\n["a"]')] }],
  [
    "data as its JSON",
    { content: [text('{"a":"b\\n","c":1}')], structuredContent: { a: "b\n", c: 1 } },
  ],
  [
    "a fence in JSON",
    {
      content: [text(JSON.stringify({ a: '<untrusted source="x">\nb\n</untrusted>' }))],
      structuredContent: { a: '<untrusted source="x">\nb\n</untrusted>' },
    },
  ],
  ["an error", { content: [text("No such file.")], isError: true }],
] as const)("passes %s", ([, result]) => assertWhole(result));

test.for([
  [
    "a picture that structured content hides",
    { content: [text('{"a":1}'), picture], structuredContent: { a: 1 } },
  ],
  [
    "text that the structured form lacks",
    { content: [text("whole file")], structuredContent: { lines: 2 } },
  ],
  ["JSON of another value", { content: [text('{"a":2}')], structuredContent: { a: 1 } }],
  [
    "a leaf that the text lacks",
    { content: [text("the text")], structuredContent: { name: "Ada" } },
  ],
  [
    "a number that the text has as a part only",
    { content: [text("line 117")], structuredContent: { at: 17 } },
  ],
  [
    "a fence in the text alone",
    { content: [text("<untrusted>\nb\n</untrusted>")], structuredContent: { a: "b" } },
  ],
  [
    "an embedded file",
    { content: [{ type: "resource", resource: { uri: "file:///a", blob: "AA==" } }] },
  ],
  ["a link without words", { content: [{ type: "resource_link", uri: "file:///a" }] }],
  ["a JSON array alone", { content: [text(' ["a", "b"]\n')] }],
  ["a JSON number alone", { content: [text("42\n")] }],
  ["a JSON array before a note", { content: [text('["a"]'), text("a note")] }],
  ["over 39,900 characters", { content: [text("a".repeat(39_901))] }],
  [
    "over 2,000 lines in several blocks",
    { content: [text("a\n".repeat(1_500)), text("a\n".repeat(600))] },
  ],
] as const)("refuses %s", ([, result]) => {
  expect(() => assertWhole(result)).toThrow();
});

test("a rendering has nothing that the structured form has not", () => {
  const check = (words: string, structuredContent: object) =>
    assertWhole({ content: [text(words)], structuredContent }, { tool: list });
  check(shown, { rows });
  check(`${shown}\n\n${more}`, { rows, next_cursor: "x.y" });
  check(`${shown}\n\n[Cut: 1 of 2.]`, { rows, notice: "Cut: 1 of 2." });
  expect(() => check(`${shown}!`, { rows })).toThrow("the text alone has !");
  expect(() => check(`${shown}\n\n${more}`, { rows })).toThrow("only the text says");
  expect(() => check(`${shown}\n\n[Cut: 1 of 2.]`, { rows })).toThrow("only the text says");
  expect(() => check("17.", { rows })).toThrow("more than the structured content");
});

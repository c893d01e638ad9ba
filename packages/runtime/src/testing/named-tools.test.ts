import { defineServer, defineTool, defineToolset, toSurface } from "@fairlead/define";
import { expect, test } from "vitest";
import { z } from "zod";
import { findUnknown, findUnlisted } from "./named-tools.ts";

const input = z.object({ get_all: z.boolean().describe("Whether all books are returned.") });
const facts = { title: "Books", description: "Lists books.", effect: "read", input } as const;
const output = z.object({ book_count: z.int() });
const run = () => ({ book_count: 1 });
const books = defineToolset({
  name: "books",
  description: "Books.",
  tools: [
    defineTool({ ...facts, name: "shelf_books", aliases: ["all_books"], output, run }),
    defineTool({ ...facts, name: "old_books", listed: false, output, run }),
  ],
});
const surface = toSurface(
  defineServer({
    name: "shelf",
    title: "Shelf",
    package: { name: "@shelf/server", version: "1.0.0", description: "Shelf." },
    config: z.object({}),
    connect: () => ({ context: {} }),
    toolsets: [books],
  }),
);

test.each([
  ["does not exist, by the server's prefix", '"Call shelf_pages to see them."', "shelf_pages"],
  ["does not exist, by its verb", "`There are ${n}: list_pages shows them.`", "list_pages"],
  ["is an old name", '"all_books shows them."', "all_books"],
  ["is listed on demand only", '"See old_books, or ask."', "old_books"],
])("a text that names a tool that %s is found", (_, text, name) => {
  expect(findUnlisted(`throw new Error(${text});`, surface)).toEqual([name]);
});

test.each([
  ["a tool of the list", '"Call shelf_books first."'],
  ["an argument", '"Leave get_all out to see fewer."'],
  ["a field of the answer", '"book_count says how many."'],
  ["a word of another kind", '"The time_limit is over."'],
  ["a definition", 'name: "old_books", aliases: ["all_books"]'],
  ["code in a text", '"Run list_pages() or x.list_pages there."'],
  ["code", "const list_pages = get_pages();"],
  ["a text of several lines", "`SELECT list_pages\nFROM get_pages`"],
])("%s is not taken for a tool that is missing", (_, source) => {
  expect(findUnlisted(source, surface)).toEqual([]);
});

test("a skill may name what the server has: tools, arguments, fields, toolsets, confirm", () => {
  const skill = "Call `shelf_books` with `get_all`, see `book_count`, in `books`, with `confirm`.";
  expect(findUnknown(skill, surface)).toEqual([]);
});

test.each([
  ["a tool that was renamed", "Call `shelf_pages`.", "shelf_pages"],
  ["a tool of one word", "Call `search`.", "search"],
  ["an old name", "Call `all_books`.", "all_books"],
  ["a tool that is listed on demand", "Call `old_books`.", "old_books"],
  ["an argument that is gone", "Call `shelf_books` with `getAll`.", "getAll"],
])("%s turns a skill red", (_, skill, name) => {
  expect(findUnknown(skill, surface)).toEqual([name]);
});

test("code that is more than a name says nothing of the server", () => {
  expect(findUnknown("`a.b` `--flag` `x y` ``search`` `1st`\n```\nsearch\n```", surface)).toEqual(
    [],
  );
});

import { describe, expect, test } from "vitest";
import { check } from "../check.ts";
import { readText } from "../lib/packages.ts";
import { toServerFiles } from "../lib/server-files.ts";

const rules = (path: string, text: string) => check(path, text).map(({ rule }) => rule);

describe("imports", () => {
  const tool = "servers/shelf/src/tools/books.ts";
  const domain = "servers/shelf/src/shelf.ts";

  test.each([
    ['import { z } from "zod";', []],
    ['import { reply } from "@fairlead/runtime";', []],
    ['import { defineTool } from "../context.ts";', []],
    ['import { page } from "./page.ts";', []],
    ['import type { Book } from "../shelf.ts";', []],
    ['import { type Book, type Row } from "../shelf.ts";', []],
    ['import { Shelf } from "../shelf.ts";', []],
    ['import { config } from "../config.ts";', ["tools"]],
    ['import { readFile } from "node:fs/promises";', ["tools"]],
    ['const fs = await import("node:fs");', ["tools"]],
    ['import "node:fs";', ["tools"]],
    ['export { x } from "pg";', ["tools"]],
    ['// import { readFile } from "node:fs";', []],
    ['const text = `import { x } from "node:fs"`;', []],
  ])("a tool with %s", (text, expected) => {
    expect(rules(tool, text)).toEqual(expected);
  });

  test.each([
    ['import { readFile } from "node:fs/promises";', []],
    ['import { createPaths } from "@fairlead/guard";', []],
    ['import { config } from "./config.ts";', []],
    ['import { ToolError } from "@fairlead/runtime";', ["domain"]],
    ['import { main } from "@fairlead/runtime/main";', ["domain"]],
    ['import type { Context } from "./context.ts";', ["domain"]],
    ['import { books } from "./tools/books.ts";', ["domain"]],
  ])("a domain file with %s", (text, expected) => {
    expect(rules(domain, text)).toEqual(expected);
  });

  test.each([
    ["servers/shelf/src/index.ts", 'import { x } from "@fairlead/server-attic";', ["servers"]],
    ["packages/runtime/src/call/call.ts", 'import "@fairlead/server-attic";', ["runtime"]],
    ["packages/runtime/src/call/call.ts", 'import "@fairlead/guard/record";', []],
    ["packages/guard/src/urls.ts", 'import "@fairlead/runtime";', ["floors"]],
    ["packages/upstream/src/send.ts", 'import "@fairlead/guard/urls";', []],
    ["packages/upstream/src/send.ts", 'import "@fairlead/runtime";', ["floors"]],
    ["packages/runtime/src/call/call.ts", 'import "@fairlead/upstream";', ["runtime"]],
    ["packages/runtime/src/serve/http.ts", 'import "@modelcontextprotocol/sdk";', ["no-sdk"]],
    ["cli/src/serve.ts", 'import "@fairlead/runtime/dist/main.js";', ["exports"]],
    ["packages/runtime/src/call/call.ts", 'import "../serve/http.ts";', ["floors"]],
    ["packages/define/src/tool.ts", 'import "@fairlead/runtime";', ["floors"]],
    ["packages/define/src/tool.ts", 'import "@fairlead/guard/record";', []],
    ["packages/runtime/src/serve/http.ts", 'import "../call/call.ts";', []],
    ["packages/runtime/src/serve/http.ts", 'import "./sse.ts";', []],
    ["packages/render/src/help.ts", 'import "@fairlead/runtime";', ["render"]],
    ["packages/render/src/help.ts", 'import "@fairlead/define/start";', []],
  ])("%s with %s", (path, text, expected) => {
    expect(rules(path, text)).toEqual(expected);
  });
});

describe("run", () => {
  const path = "servers/shelf/src/tools/books.ts";
  const lines = (count: number) => Array.from({ length: count }, () => "    step();").join("\n");

  test.each([
    ["a method of 25 lines", `const t = {\n  async run({ a }, c) {\n${lines(25)}\n  },\n};`, 0],
    ["a method of 26 lines", `const t = {\n  async run({ a }, c) {\n${lines(26)}\n  },\n};`, 1],
    ["an arrow of 26 lines", `const t = { run: async ({ a }) => {\n${lines(26)}\n} };`, 1],
    ["a one-line arrow", "const t = { run: ({ text }) => text, render: try_ };", 0],
    ["a try", "const t = { run(a) { try { b(); } catch {} } };", 1],
    ["a catch on a promise", "const t = { run: (a) => b().catch(() => 1) };", 1],
    ["the word in a string", 'const t = { run: () => "try { } catch" };', 0],
    ["a try elsewhere", "const t = { run: () => 1 };\nfunction f() { try { g(); } catch {} }", 0],
  ])("%s", (_, text, count) => {
    expect(rules(path, text)).toEqual(Array(count).fill("thin-tool"));
  });
});

describe("a boolean parameter", () => {
  const path = "packages/testing/src/a.ts";

  test.each([
    "function render(text: string, modern: boolean): string {}",
    "function render(text: string, modern?: boolean) {}",
    "function render(text: string, modern = true): string {}",
    "const render = (text: string, modern = false) => text;",
    "const render = async (modern: boolean | undefined): Promise<void> => {};",
    "class A { constructor(root: Root, modern: boolean) {} }",
    "class A { #render(at: { a: string }, modern: boolean) {} }",
    "class A { async render(\n    text: string,\n    modern = false,\n  ): Promise<void> {} }",
    "interface A { render(text: string, modern: boolean): string }",
    "interface A { render(modern: boolean); }",
    "interface A { readonly render: (text: string, modern: boolean) => string }",
    "function call(render: (modern: boolean) => string) {}",
  ])("is one in %s", (text) => {
    expect(rules(path, text)).toEqual(["no-flags"]);
  });

  test.each([
    "function render(text: string, { modern }: { readonly modern: boolean }): string {}",
    "function render(text: string, { modern = false } = {}): string {}",
    'function render(text: string, era: "modern" | "legacy"): string {}',
    "function render(flags: boolean[], schema: boolean | Schema): string {}",
    "function isModern(value: unknown): value is boolean {}",
    "class A { set modern(value: boolean) {} }",
    "interface A { readonly modern: boolean; is(text: string): boolean }",
    "for (let modern = true; modern; ) {}",
    "if (a === true) { b(modern = true); }",
    "// function render(modern: boolean) {}",
  ])("is not one in %s", (text) => {
    expect(rules(path, text)).toEqual([]);
  });

  test("is shown with its name and line", () => {
    const text = "\n\nfunction render(text: string, modern: boolean) {}";
    const message = expect.stringContaining("`modern`");
    expect(check(path, text)).toMatchObject([{ line: 3, message }]);
  });
});

describe("phrases", () => {
  const ignore = ["biome", "ignore lint: because"].join("-");

  test("a comment may not switch a rule off, a string may say so", () => {
    expect(rules("cli/src/a.ts", `// ${ignore}\n`)).toEqual(["no-suppressions"]);
    expect(rules("cli/src/a.ts", `const a = "${ignore}";\n`)).toEqual([]);
  });

  test("only a type test may expect an error", () => {
    expect(rules("cli/src/a.ts", "// @ts-expect-error\n")).toEqual(["no-suppressions"]);
    expect(rules("cli/test/a.test-d.ts", "// @ts-expect-error\n")).toEqual([]);
  });

  test("no file names one machine or one registry", () => {
    const path = ["", "home", "jo", "src"].join("/");
    expect(rules("README.md", `see ${path}/x`)).toEqual(["no-machine-paths"]);
    expect(rules("README.md", "see /home/you/src")).toEqual([]);
    expect(rules("README.md", ["https:/", "registry.npmjs.org"].join("/"))).toEqual([
      "no-registry-hosts",
    ]);
  });
});

describe("package.json", () => {
  const whole = {
    name: "@fairlead/server-shelf",
    version: "1.0.0",
    description: "Books.",
    license: "Apache-2.0",
    type: "module",
    engines: { node: ">=22" },
    files: ["dist"],
    mcpName: "io.github.fairlead/shelf",
    bin: { "fairlead-shelf": "dist/main.cjs" },
  };
  const path = "servers/shelf/package.json";

  test("a published package says everything, a private one owes nothing", () => {
    expect(check(path, JSON.stringify(whole))).toEqual([]);
    expect(check(path, JSON.stringify({ private: true }))).toEqual([]);
  });

  test.each(["license", "description", "engines", "files", "mcpName"])("without %s", (field) => {
    const lacking = Object.fromEntries(Object.entries(whole).filter(([key]) => key !== field));
    const [violation] = check(path, JSON.stringify(lacking));
    expect(violation?.message).toContain(field);
  });
});

test("a violation says where", () => {
  const text = 'const a = /["/*]/;\n\nimport { x } from "node:fs";\n';
  expect(check("servers/shelf/src/tools/a.ts", text)).toMatchObject([{ line: 3, rule: "tools" }]);
});

describe("README", () => {
  const path = "servers/shelf/README.md";
  const whole = toServerFiles("shelf").get("README.md") ?? "";
  const messages = (text: string) => check(path, text).map(({ message }) => message);

  test("of a new server and of a generated one keep the order", () => {
    expect(messages(whole)).toEqual([]);
    expect(messages(readText("generator/template/README.md") ?? "")).toEqual([]);
  });

  test("sections of a server's own stand before the last", () => {
    expect(messages(whole.replace("## Other", "## What it costs\n\nLittle.\n\n## Other"))).toEqual(
      [],
    );
    expect(messages(`${whole}\n## What it costs\n`)).toEqual([
      "section last must be `## Other clients`.",
    ]);
    expect(messages(whole.replace("## Tools", "## What it costs\n\n## Tools"))).toContain(
      "section 3 must be `## Tools`.",
    );
  });

  test.each(["Try it", "Safety", "Other clients"])("without %s breaks the rule", (heading) => {
    expect(messages(whole.replace(`## ${heading}\n`, ""))).toContainEqual(
      expect.stringContaining(`\`## ${heading}\``),
    );
  });

  test("a generated block stands in its section", () => {
    const moved = whole.replace("fairlead:options -->", "fairlead:choices -->");
    expect(messages(moved)).toEqual(["`Options` must hold the markers of `fairlead:options`."]);
  });

  test("npm shows it whole", () => {
    expect(messages(whole.replace("## Safety", `## Safety\n\n${"ü".repeat(33_000)}`))).toEqual([
      expect.stringMatching(/^has 6\d{4} bytes; npm shows the first 65536\.$/),
    ]);
  });

  test("of another folder is free", () => {
    expect(check("docs/README.md", "# Docs\n\n## Anything\n")).toEqual([]);
  });
});

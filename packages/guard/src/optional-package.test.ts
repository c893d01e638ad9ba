import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { HintError } from "./hint-error.ts";
import { importDemo, isNotInstalled } from "./optional-package.ts";

const demo = { server: "@fairlead/server-x", needs: "@scope/not-there@1.2" } as const;

/** Imports a module of this source as Node does. */
function load(source: string): () => Promise<unknown> {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-optional-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "module.mjs");
  writeFileSync(file, source);
  return () => import(pathToFileURL(file).href);
}

function failureOf(source: string): Promise<unknown> {
  return importDemo(load(source), demo).catch((error: unknown) => error);
}

test("what is installed is handed on", async () => {
  expect(await importDemo(load("export const one = 1;"), demo)).toMatchObject({ one: 1 });
});

test("a package that is not installed is named, with the line that brings it", async () => {
  const error = await failureOf('import "@scope/not-there";');
  expect(error).toBeInstanceOf(HintError);
  expect(error).toMatchObject({
    message: "The demo needs @scope/not-there, which is not installed.",
    hint: "This line brings it: npx -y -p @fairlead/server-x -p @scope/not-there@1.2 fairlead-server-x --demo",
  });
});

test.each([
  ["lacks a package of its own", 'import "of-its-own";', /'of-its-own'/],
  ["lacks a file of its own", 'import "./missing.mjs";', /missing\.mjs/],
  ["fails as it starts", 'throw new Error("no memory");', /^no memory$/],
])("a package that is there and %s is not called missing", async (_, source, message) => {
  const error = await failureOf(source);
  expect(error).not.toHaveProperty("hint");
  expect(error).toMatchObject({ message: expect.stringMatching(message) });
  expect(isNotInstalled(error, "@scope/not-there")).toBe(false);
});

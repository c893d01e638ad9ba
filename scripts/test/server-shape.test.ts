import { expect, test } from "vitest";
import { checkServers } from "../lib/server-shape.ts";

const home = "servers/shelf/";
const option = { flag: "--upload-dirs", kind: "directory", many: true };
const good = {
  [`${home}src/index.ts`]:
    "export const server = defineServer({\n  connect: (options) => openShelf(options),\n});\n",
  [`${home}src/completion.ts`]: "",
  [`${home}src/prompts.ts`]: "definePrompt({\n  complete,\n});\n",
  [`${home}src/tools/read.ts`]: "export const read = defineToolset({ tools: [] });\n",
  [`${home}src/tools/read.test.ts`]: "",
  [`${home}src/tools/fields.ts`]: "",
  [`${home}skills/use-shelf/SKILL.md`]: "",
  [`${home}surface.json`]: JSON.stringify({ options: [option] }),
};

/** The paths that break a rule once some files are others, or gone. */
function broken(changed: Readonly<Record<string, string | undefined>>): readonly string[] {
  const files = new Map(
    Object.entries({ ...good, ...changed }).flatMap(([path, text]) =>
      text === undefined ? [] : [[path, text] as const],
    ),
  );
  return checkServers(files).map(({ path }) => path);
}

test("a server of the common shape breaks no rule, nor does what is not a server", () => {
  expect(broken({ "packages/x/src/tools/a.ts": "export const a = defineToolset({});" })).toEqual(
    [],
  );
});

test("a toolset has a test file of its own", () => {
  expect(broken({ [`${home}src/tools/read.test.ts`]: undefined })).toEqual([
    `${home}src/tools/read.test.ts`,
  ]);
});

test("what completes arguments is in completion.ts", () => {
  expect(broken({ [`${home}src/completion.ts`]: undefined })).toEqual([`${home}src/completion.ts`]);
  expect(
    broken({ [`${home}src/completion.ts`]: undefined, [`${home}src/prompts.ts`]: "" }),
  ).toEqual([]);
});

test("connect calls what opens the context", () => {
  const index =
    "export const server = defineServer({\n  connect: (options) => ({ context: {} }),\n});\n";
  expect(broken({ [`${home}src/index.ts`]: index })).toEqual([`${home}src/index.ts`]);
});

test.each([
  ["--upload-directories", {}, 1],
  ["--upload-dir", {}, 1],
  ["--directories", { positional: true }, 0],
  ["--credentials-directory", { many: false }, 0],
  ["--hosts", { kind: "host" }, 0],
])("a list of directories is named --…-dirs: %s", (flag, more, count) => {
  const surface = JSON.stringify({ options: [{ ...option, flag, ...more }] });
  expect(broken({ [`${home}surface.json`]: surface })).toHaveLength(count);
});

test("a server has a skill of its name", () => {
  const path = `${home}skills/use-shelf/SKILL.md`;
  expect(broken({ [path]: undefined })).toEqual([path]);
});

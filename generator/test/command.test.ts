import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createFolder } from "./support/api.ts";
import { generate, runTool, unpack } from "./support/built.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A folder with the Museum's document and a package of it. */
async function createMuseum() {
  const folder = await createFolder();
  await unpack(folder, "museum.yaml");
  const made = await generate(folder, "init", "museum.yaml", "-o", "x", "--json");
  expect(made.code, made.stderr).toBe(0);
  return { folder, out: join(folder, "x"), made };
}

test("init, update, check and inspect: 0 where all is well, in lines and in JSON", async () => {
  const { folder, out, made } = await createMuseum();
  expect(made.stderr).toBe("");
  expect(JSON.parse(made.stdout)).toMatchObject({ operations: 8, tools: 8, lost: 0, kept: [] });
  const inspected = await generate(folder, "inspect", "museum.yaml", "--json");
  expect([inspected.code, inspected.stderr]).toEqual([0, ""]);
  expect(JSON.parse(inspected.stdout)).toMatchObject({ operations: 8, tools: 8 });
  const spoken = await generate(folder, "inspect", "museum.yaml");
  expect(spoken.stdout).toContain("8 of 8 operations as tools");
  expect(spoken.stderr).toContain("Reading museum.yaml ...");
  for (const command of ["check", "update"]) {
    const { code, stdout } = await generate(out, command, "--json");
    expect(code, command).toBe(0);
    expect(JSON.parse(stdout), command).toMatchObject({ touched: [], changes: [], operations: [] });
    expect((await generate(folder, command, "-o", "x")).stdout).toContain("Nothing changes.");
  }
  for (const flag of ["--help", "--version"]) expect((await generate(folder, flag)).code).toBe(0);
});

test("an older Node is told which one it takes", async () => {
  const older = `data:text/javascript,Object.defineProperty(process.versions, "node", { value: "20.9.0" })`;
  const main = join(root, "generator/dist/main.js");
  await expect(runTool(root, "--import", older, main, "--help")).rejects.toThrow(
    /^Node 20\.9\.0 is too old\.\nUse 22\.22 or newer\.$/m,
  );
});

test("the sources of a package break none of our own rules", async () => {
  const { out } = await createMuseum();
  const rules = JSON.parse(await readFile(join(root, "biome.json"), "utf8"));
  const here = { vcs: { enabled: false }, plugins: [join(root, "scripts/no-casts.grit")] };
  await writeFile(join(out, "biome.json"), JSON.stringify({ ...rules, ...here }));
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  await runTool(out, biome, "lint", ".");
  await writeFile(join(out, "src/custom/index.ts"), "export const custom: any = [];\n");
  await expect(runTool(out, biome, "lint", ".")).rejects.toThrow("noExplicitAny");
});

test("1 where the answer is no: drift, another hand, something lost under --strict", async () => {
  const { folder, out } = await createMuseum();
  const document = join(folder, "museum.yaml");
  const text = await readFile(document, "utf8");
  await writeFile(document, text.replaceAll("/special-events", "/events"));
  const drifted = await generate(out, "check", "--json");
  expect(drifted.code).toBe(1);
  expect(JSON.parse(drifted.stdout)).toMatchObject({
    ok: false,
    touched: [],
    operations: expect.arrayContaining([expect.stringMatching(/^~ \w+ \(request/)]),
  });
  expect((await generate(out, "update")).code).toBe(0);
  expect((await generate(out, "check")).code).toBe(0);

  await writeFile(join(out, "src/generated/api.json"), "{}");
  const changed = await generate(out, "check", "--json");
  expect(changed.code).toBe(1);
  expect(JSON.parse(changed.stdout)).toMatchObject({ touched: ["src/generated/api.json"] });
  const refused = await generate(out, "update");
  expect(refused.code).toBe(1);
  expect(refused.stdout).toContain("overwrite it with --force");
  expect(await readFile(join(out, "src/generated/api.json"), "utf8")).toBe("{}");
  expect((await generate(out, "update", "--force")).code).toBe(0);

  const trace = {
    openapi: "3.1.0",
    info: { title: "T", version: "1" },
    paths: { "/x": { trace: {} } },
  };
  await writeFile(join(folder, "trace.json"), JSON.stringify(trace));
  expect((await generate(folder, "inspect", "trace.json")).code).toBe(0);
  expect((await generate(folder, "inspect", "trace.json", "--strict")).code).toBe(1);
  const strict = await generate(folder, "init", "trace.json", "-o", "y", "--strict");
  expect([strict.code, strict.stdout]).toEqual([1, expect.stringContaining("TRACE is never sent")]);
});

test.each<[string, readonly string[], RegExp]>([
  ["no command", [], /Say what to do/],
  ["a command there is not", ["make"], /There is no command make/],
  ["no document", ["inspect"], /Name the document/],
  ["no folder", ["init", "museum.yaml"], /-o DIR/],
  ["an unknown option", ["check", "--nope"], /'--nope'/],
  ["a word too many", ["inspect", "museum.yaml", "x"], /Unexpected "x"/],
  ["an unknown mode", ["inspect", "museum.yaml", "--mode", "x"], /no mode "x"/],
  ["an unknown filter", ["inspect", "museum.yaml", "--include", "x"], /"x" chooses no operations/],
  ["a number that is none", ["inspect", "museum.yaml", "--max-tokens", "x"], /--max-tokens/],
  ["a missing document", ["inspect", "nowhere.yaml"], /nowhere\.yaml cannot be read/],
  ["a folder for a document", ["inspect", "."], /is not a file/],
  ["a missing overlay", ["inspect", "museum.yaml", "--overlay", "no.yaml"], /no\.yaml cannot/],
  ["what is not OpenAPI", ["inspect", "other.json"], /not an OpenAPI document/],
  ["what is not YAML", ["inspect", "broken.yaml"], /neither JSON nor YAML/],
  ["a version nobody knows", ["inspect", "future.json"], /"4\.0\.0"/],
  ["a URL that does not answer", ["inspect", "http://127.0.0.1:9/x.json"], /127\.0\.0\.1:9/],
  ["a folder in use", ["init", "museum.yaml", "-o", "used"], /The folder used is not empty/],
  [
    "a file for a folder",
    ["init", "museum.yaml", "-o", "museum.yaml"],
    /museum\.yaml is not a folder/,
  ],
  ["a name that is none", ["init", "museum.yaml", "-o", "x", "--name", "A B"], /"A B" cannot be/],
  [
    "a runtime that is not there",
    ["init", "museum.yaml", "-o", "x", "--runtime", "./r.tgz"],
    /r\.tgz/,
  ],
  ["no package to check", ["check"], /not a package of openapi-to-mcp/],
  ["no package to update", ["update", "-o", "used"], /not a package of openapi-to-mcp/],
])("2 with words and no stack for %s", async (_, words, said) => {
  const folder = await createFolder();
  await unpack(folder, "museum.yaml");
  await mkdir(join(folder, "used"));
  await writeFile(join(folder, "used/mine.txt"), "mine");
  await writeFile(join(folder, "other.json"), '{"asyncapi":"3.0.0"}');
  await writeFile(join(folder, "broken.yaml"), "hello: [");
  await writeFile(join(folder, "future.json"), '{"openapi":"4.0.0","info":{},"paths":{}}');
  const { code, stdout, stderr } = await generate(folder, ...words, "--json");
  expect(code).toBe(2);
  expect(JSON.parse(stdout).error).toMatch(said);
  expect(stdout + stderr).not.toMatch(/\n\s+at |a fault of openapi-to-mcp/);
});

test("without --json the words are for a person", async () => {
  const folder = await createFolder();
  const { code, stdout, stderr } = await generate(folder, "update");
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/is not a package of openapi-to-mcp\.\nRun it where .*\n$/);
});

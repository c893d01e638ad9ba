import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execPath } from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { brotliDecompressSync } from "node:zlib";
import { spawn } from "@fairlead/runtime/testing";
import { createEmulator } from "emulate";
import { expect, onTestFinished, test } from "vitest";
import { createFolder } from "./support/api.ts";
import { listText } from "./support/packages.ts";
import { createPetstore } from "./support/petstore.ts";

const run = promisify(execFile);
const home = fileURLToPath(new URL("..", import.meta.url));
const main = join(home, "dist/main.js");

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command; a failure is an outcome like any other. */
async function generate(cwd: string, ...args: string[]): Promise<Outcome> {
  try {
    return { code: 0, ...(await run(execPath, [main, ...args], { cwd })) };
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error && "stdout" in error && "stderr" in error))
      throw error;
    return { code: Number(error.code), stdout: String(error.stdout), stderr: String(error.stderr) };
  }
}

async function unpack(folder: string, name: string): Promise<void> {
  const packed = readFileSync(new URL(`corpus/${name}.br`, import.meta.url));
  await writeFile(join(folder, name), brotliDecompressSync(packed));
}

/** A package as `init` writes it, with what it depends on linked instead of installed. */
async function createPackage(spec: string, ...args: string[]): Promise<string> {
  const folder = await createFolder();
  await unpack(folder, spec);
  const { code, stdout, stderr } = await generate(folder, "init", spec, "-o", "out", ...args);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("Next: cd out && npm install && npm test && npm start");
  const out = join(folder, "out");
  await mkdir(join(out, "node_modules"));
  for (const name of ["@fairlead", "@types", "tsdown", "typescript", "vitest", "zod"]) {
    await symlink(join(home, "node_modules", name), join(out, "node_modules", name));
  }
  return out;
}

/** Runs a script of a dependency in a package, and gives what it said. */
async function tool(out: string, script: string, ...args: string[]): Promise<string> {
  try {
    const { stdout } = await run(execPath, [script, ...args], { cwd: out, maxBuffer: 1e8 });
    return stdout;
  } catch (error) {
    const said = error instanceof Error && "stdout" in error ? `${error.stdout}` : "";
    const more = error instanceof Error && "stderr" in error ? `${error.stderr}` : "";
    throw new Error(`${script} ${args.join(" ")}\n${said}\n${more}`);
  }
}

const modules = (path: string) => join(home, "node_modules", path);

async function build(out: string): Promise<void> {
  await tool(out, "scripts/gen.ts");
  await tool(out, modules("tsdown/dist/run.mjs"), "--log-level", "error");
}

test("Petstore: the package is built, strict, passes its tests untouched and keeps a store", async () => {
  const out = await createPackage("petstore3.yaml", "--name", "petstore");
  const before = listText(out);
  await build(out);
  const after = listText(out);
  for (const path of ["surface.json", "server.json", "README.md"]) {
    expect(after.get(path), path).toBe(before.get(path));
  }
  await tool(out, modules("typescript/bin/tsc"), "--noEmit");
  await tool(
    out,
    modules("vitest/vitest.mjs"),
    "run",
    "--reporter=json",
    "--outputFile=report.json",
  );
  const report = readFileSync(join(out, "report.json"), "utf8");
  const { numPassedTests, numFailedTests } = JSON.parse(report);
  expect([numPassedTests, numFailedTests]).toEqual([34, 0]);

  const store = await createPetstore();
  const env = { PETSTORE_BASE_URL: store.baseUrl, PETSTORE_PETSTORE_AUTH_TOKEN: "petstore-token" };
  const client = await spawn(pathToFileURL(join(out, "dist/main.js")), { env });
  onTestFinished(() => client.close());
  const pet = { id: 7, name: "Rex", photoUrls: [], status: "available" };
  expect((await client.callTool("add_pet", pet)).text).toBe(JSON.stringify(pet));
  await client.callTool("update_pet", { ...pet, name: "Max" });
  const found = await client.callTool("find_pets_by_status", { status: "available" });
  expect(found.text).toBe(JSON.stringify([{ ...pet, name: "Max" }]));
  const photo = { petId: 7, additionalMetadata: "a b", file: "data:image/png;base64,UE5H" };
  expect((await client.callTool("upload_file", photo)).text).toContain("a b");
  expect(store.images.get(7)?.toString()).toBe("PNG");
  expect((await client.callTool("delete_pet", { petId: 7 })).text).toContain("confirm: true");
  await client.callTool("delete_pet", { petId: 7, confirm: true });
  const gone = await client.callTool("get_pet_by_id", { petId: 7 });
  expect(gone).toMatchObject({
    isError: true,
    text: expect.stringContaining("404 Not Found: Pet not found"),
  });
});

/** An emulated GitHub with one repository. */
async function createGithub() {
  const emulator = await createEmulator({
    service: "github",
    port: 0,
    seed: {
      tokens: { "token-of-octocat": { login: "octocat", scopes: ["repo", "user"] } },
      github: {
        users: [{ login: "octocat" }],
        repos: [{ owner: "octocat", name: "hello", auto_init: true }],
      },
    },
  });
  onTestFinished(() => emulator.close());
  return { url: emulator.url };
}

test("GitHub: 1,223 operations in search mode are built, strict and found by their words", async () => {
  const out = await createPackage("github.json", "--name", "github", "--mode", "search");
  await build(out);
  await tool(out, modules("typescript/bin/tsc"), "--noEmit");
  const github = await createGithub();
  const env = { GITHUB_BASE_URL: github.url, GITHUB_API_TOKEN: "token-of-octocat" };
  const client = await spawn(pathToFileURL(join(out, "dist/main.js")), { env });
  onTestFinished(() => client.close());
  expect((await client.listTools()).length).toBe(3);
  const wishes: readonly (readonly [string, string])[] = [
    ["create an issue", "create_issues"],
    ["get one issue", "get_issues"],
    ["list pull requests of a repository", "list_pulls"],
    ["merge a pull request", "merge_pulls"],
    ["delete a branch protection", "delete_repos_branch_protection"],
  ];
  for (const [query, name] of wishes) {
    const { text } = await client.callTool("search_operations", { query, limit: 5 });
    expect(
      text.split("\n").map((line) => line.split(" ")[0]),
      query,
    ).toContain(name);
  }
  const { text } = await client.callTool("describe_operation", { name: "create_issues" });
  expect(JSON.parse(text)).toMatchObject({ arguments: { required: ["owner", "repo", "title"] } });
  const repository = { owner: "octocat", repo: "hello" };
  const call = async (name: string, args: object, fields: string[]) =>
    (await client.callTool("call_operation", { name, arguments: args, fields })).text;
  const issue = { ...repository, title: "It works", body: "Said by a generated server." };
  expect(await call("create_issues", issue, ["number", "title"])).toBe(
    '{"number":1,"title":"It works"}',
  );
  const asked = { ...repository, issue_number: 1 };
  expect(await call("get_issues", asked, ["user.login", "state", "body"])).toBe(
    JSON.stringify({ user: { login: "octocat" }, state: "open", body: issue.body }),
  );
});

test("the command: exit codes, JSON, and words instead of stacks", async () => {
  const folder = await createFolder();
  await unpack(folder, "museum.yaml");
  const inspected = await generate(folder, "inspect", "museum.yaml", "--json");
  expect([inspected.code, inspected.stderr]).toEqual([0, ""]);
  expect(JSON.parse(inspected.stdout)).toMatchObject({ operations: 8, tools: 8 });
  expect((await generate(folder)).code).toBe(2);
  expect((await generate(folder, "init", "museum.yaml")).code).toBe(2);
  expect((await generate(folder, "init", "museum.yaml", "-o", "x", "--nope")).code).toBe(2);
  const missing = await generate(folder, "init", "nowhere.yaml", "-o", "x");
  expect(missing.code).toBe(1);
  expect(missing.stderr).toContain("cannot be read");
  expect(missing.stderr).not.toMatch(/\n\s+at /);
  expect((await generate(folder, "init", "museum.yaml", "-o", "x")).code).toBe(0);
  expect((await generate(join(folder, "x"), "check")).code).toBe(0);
  await writeFile(join(folder, "x/src/generated/api.json"), "{}");
  const drifted = await generate(join(folder, "x"), "check", "--json");
  expect(drifted.code).toBe(1);
  expect(JSON.parse(drifted.stdout)).toMatchObject({
    ok: false,
    touched: ["src/generated/api.json"],
  });
  expect((await generate(join(folder, "x"), "update")).code).toBe(1);
  expect((await generate(join(folder, "x"), "update", "--force")).code).toBe(0);
});

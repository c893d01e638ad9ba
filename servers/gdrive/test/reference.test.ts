import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { connect, type SpawnedClient, spawn } from "@fairlead/runtime/testing";
import { assertReadmeRow, createFakeDrive, type FakeDrive, toTokens } from "@fairlead/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { server } from "../src/index.ts";
import { token, types, user, writeSignIn } from "./support/drive.ts";

const ourBin = new URL("../dist/main.cjs", import.meta.url);
const require = createRequire(import.meta.url);
const referenceBin = join(
  dirname(require.resolve("@modelcontextprotocol/server-gdrive/package.json")),
  "dist/index.js",
);
const preload = new URL("./support/reference-preload.ts", import.meta.url).href;

let fake: FakeDrive;
let ours: SpawnedClient;
let reference: SpawnedClient;

let home: string;

beforeAll(async () => {
  fake = await createFakeDrive();
  fake.allow(token, user, ["drive.readonly"]);
  home = await mkdtemp(join(tmpdir(), "fairlead-gdrive-"));
  const path = await writeSignIn(join(home, "c.json"), ["drive.readonly"]);
  const env = { GDRIVE_CREDENTIALS_PATH: path };
  ours = await spawn(ourBin, { era: "legacy", env: { ...env, GDRIVE_BASE_URL: fake.url } });
  reference = await spawn(referenceBin, {
    era: "legacy",
    env: { ...env, DRIVE_ROOT_URL: `${fake.url}/`, NODE_OPTIONS: `--import ${preload}` },
  });
  seed();
});

afterAll(async () => {
  await Promise.all([ours.close(), reference.close()]);
  await rm(home, { recursive: true });
  await fake.close();
});

function seed(): void {
  const { files } = fake;
  files.add({
    id: "doc",
    name: "Plan",
    mimeType: types.document,
    exports: { "text/markdown": "# Plan of glass\n" },
  });
  files.add({
    id: "sheet",
    name: "Costs",
    mimeType: types.spreadsheet,
    exports: { "text/csv": "glass,12\n" },
  });
  files.add({
    id: "slides",
    name: "Talk",
    mimeType: types.presentation,
    exports: { "text/plain": "Glass and light" },
  });
  files.add({
    id: "drawing",
    name: "Sketch",
    mimeType: types.drawing,
    exports: { "image/png": Buffer.from([137, 80, 255]) },
  });
  files.add({ id: "text", name: "Nötes 'of' Ada \\ 😀", content: "glass grows" });
  files.add({
    id: "json",
    name: "data.json",
    mimeType: "application/json",
    content: '{"glass":1}',
  });
  files.add({
    id: "bytes",
    name: "a.bin",
    mimeType: "application/octet-stream",
    content: Buffer.from([0, 1, 255]),
  });
  files.add({ id: "trash", name: "old glass", content: "glass", trashed: true });
}

/** The lines of an answer, without what only ours say after name and type. */
function toNames(text: string): string[] {
  return text.split("\n").map((line) => line.replace(/ id \S+(?: \S+)*$/, ""));
}

const queries = ["glass", "nothing", "Nötes", "'of'", "\\", "it's", "😀", "light glass", "Plan"];

describe("side by side with the reference server", () => {
  it.each(queries)("search %s finds the same, but for the trash", async (query) => {
    const [our, their] = await Promise.all(
      [ours, reference].map((client) => client.callTool("search", { query })),
    );
    const mine = toNames(our?.text ?? "");
    const hers = toNames(their?.text ?? "").filter((line) => line !== "");
    expect(our?.isError).toBe(false);
    const kept = hers.filter((line) => !line.startsWith("old glass"));
    const count = kept.length - 1;
    expect(mine).toEqual([`Found ${count} files:`, ...kept.slice(1)]);
    expect(hers[0]).toBe(`Found ${hers.length - 1} files:`);
  });

  it("every listed file of the reference is listed by ours, and in the same words", async () => {
    const list = async (client: SpawnedClient) => {
      const { resources } = await client.request("resources/list");
      const entries = Array.isArray(resources) ? resources : [];
      return entries.map(({ uri, name, mimeType }) => ({ uri, name, mimeType }));
    };
    const [our, their] = await Promise.all([list(ours), list(reference)]);
    expect(their).toHaveLength(8);
    const kept = their.filter(({ uri }) => uri !== "gdrive:///trash");
    expect(our).toEqual(expect.arrayContaining(kept));
    expect(our.filter(({ uri }) => uri.startsWith("gdrive:"))).toHaveLength(kept.length);
  });

  it.each(["doc", "sheet", "slides", "text", "json", "bytes"])("reads %s alike", async (id) => {
    const uri = `gdrive:///${id}`;
    const [our, their] = await Promise.all(
      [ours, reference].map((client) => client.request("resources/read", { uri })),
    );
    expect(our).toEqual(their);
  });

  it("reads a drawing as a picture, which the reference destroys", async () => {
    const params = { uri: "gdrive:///drawing" };
    const our = await ours.request("resources/read", params);
    const their = await reference.request("resources/read", params);
    const blob = Buffer.from([137, 80, 255]).toString("base64");
    expect(our).toEqual({ contents: [{ ...params, mimeType: "image/png", blob }] });
    expect(JSON.stringify(their)).toContain("\ufffd");
  });

  it("a file that is not there is an error for both", async () => {
    const params = { uri: "gdrive:///none" };
    await expect(ours.request("resources/read", params)).rejects.toThrow("File not found: none");
    await expect(reference.request("resources/read", params)).rejects.toThrow("not found");
  });

  it("offers its tool with its parameter, and takes its words as they are", async () => {
    const [our, their] = await Promise.all([ours.listTools(), reference.listTools()]);
    expect(their.map(({ name }) => name)).toEqual(["search"]);
    const search = our.find(({ name }) => name === "search");
    expect(Object.keys(Object(Object(search?.["inputSchema"]).properties))).toContain("query");
  });
});

/** Words of a document of 4,400 characters. */
const words = "The shop sells lamps of green glass. ".repeat(119).trimEnd();
const picture = Buffer.alloc(30_000, 7).toString("base64");

it("the README's figures are those of ten documents with a picture each", async () => {
  const readme = new URL("../README.md", import.meta.url);
  const markdown = `${words}\n\n![][image1]\n\n[image1]: <data:image/png;base64,${picture}>\n`;
  for (let at = 1; at <= 10; at += 1) {
    const exports = { "text/markdown": markdown };
    const id = `1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789lamp${at % 10}`;
    fake.files.add({ id, name: `Lamps of spring ${at % 10}`, mimeType: types.document, exports });
  }
  const uri = "gdrive:///1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789lamp1";
  const found = async (client: SpawnedClient) => {
    const { text } = await client.callTool("search", { query: "lamps" });
    expect(text).toContain("Found 10 files:");
    return toTokens(text);
  };
  const theirs = await reference.listTools();
  const { contents } = await reference.request("resources/read", { uri });
  const name = "`@modelcontextprotocol/server-gdrive` 2025.1.14";
  const read = toTokens(Object(contents)[0].text);
  const list = toTokens(JSON.stringify(theirs));
  assertReadmeRow(readme, name, [theirs.length, list, await found(reference), read]);

  const file_id = uri.slice("gdrive:///".length);
  const { text } = await ours.callTool("read_file_content", { file_id });
  for (const [label, toolsets] of [
    ["This server", ["default"]],
    ["This server with `--allow-write`", ["all"]],
  ] as const) {
    const client = await connect(server, { policy: { toolsets: [...toolsets] } });
    const tools = await client.listTools();
    await client.close();
    const figures = [tools.length, toTokens(JSON.stringify(tools))];
    const rest = label === "This server" ? [await found(ours), toTokens(text)] : [];
    assertReadmeRow(readme, label, [...figures, ...rest]);
  }
});

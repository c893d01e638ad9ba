import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { defineServer, type Server, toSurface } from "@fairlead/define";
import { createParse, Policy } from "@fairlead/operate/policy";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { Endpoint } from "../src/protocol/endpoint.ts";
import type { Json } from "../src/protocol/json-rpc.ts";
import { serveHttp } from "../src/serve/http/http.ts";
import { connect } from "../src/testing/connect.ts";
import { legacy, listen, modern, send } from "./fixture/http.ts";

const main = "---\nname: say-hello\ndescription: Says hello to people.\n---\n\n# Hello, Grüße\n";
const picture = Buffer.from([0x89, 0x50, 0xff, 0x00]);
const uri = "skill://say-hello/SKILL.md";

interface Skilled {
  readonly server: Server;
  readonly folder: string;
}

/** A server with a skill in a folder, next to a file that is none of the skill's. */
function createSkilled(): Skilled {
  const home = mkdtempSync(join(tmpdir(), "skilled-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const folder = join(home, "skills");
  mkdirSync(join(folder, "say-hello/pictures/old"), { recursive: true });
  writeFileSync(join(home, "secret.txt"), "not for everybody");
  writeFileSync(join(folder, "say-hello/SKILL.md"), main);
  writeFileSync(join(folder, "say-hello/pictures/hand.png"), picture);
  writeFileSync(join(folder, "say-hello/pictures/old/hand.json"), "{}");
  const server = defineServer({
    name: "skilled",
    title: "Skilled",
    package: { name: "skilled", version: "1.0.0", description: "For tests." },
    config: z.object({}),
    toolsets: [],
    connect: () => Promise.reject(new Error("Nothing here needs a connection.")),
    skills: pathToFileURL(`${folder}/`),
  });
  return { server, folder };
}

test("skills/list and skills/get answer with the whole list of files, and for how long it holds", async () => {
  const client = await connect(createSkilled().server);
  onTestFinished(() => client.close());
  const listed = await client.request("skills/list");
  const skill = {
    uri,
    frontmatter: { name: "say-hello", description: "Says hello to people." },
    resources: [
      { uri, digest: expect.any(String), size: Buffer.byteLength(main) },
      { uri: "skill://say-hello/pictures/hand.png", digest: expect.any(String), size: 4 },
      { uri: "skill://say-hello/pictures/old/hand.json", digest: expect.any(String), size: 2 },
    ],
  };
  const common = { resultType: "complete", ttlMs: 300_000, cacheScope: "public" };
  expect(listed).toMatchObject({ ...common, skills: [skill] });
  expect(await client.request("skills/get", { uri })).toMatchObject({ ...common, skill });
});

test("of a skill a caller gets the files that the policy permits", async () => {
  const { server } = createSkilled();
  const parse = await createParse("policy.json");
  const ask = async (rule: object) => {
    const text = JSON.stringify({ rules: [{ match: {}, ...rule }] });
    const policy = new Policy(toSurface(server), parse, text);
    const { url, close } = await listen(server, { access: (caller) => policy.of(caller) });
    onTestFinished(() => close());
    return async (method: string, params: Json = {}) =>
      (await send(url, ...modern(method, params))).message;
  };
  const some = await ask({ excludeResources: ["skill://*.png"] });
  const { result } = await some("skills/list");
  expect(result).toMatchObject({ cacheScope: "private", skills: [{ uri }] });
  expect(JSON.stringify(result)).not.toContain("hand.png");
  const list = await some("resources/list");
  expect(list).toMatchObject({ result: { cacheScope: "private", resources: [{ uri }] } });
  const hand = { uri: "skill://say-hello/pictures/hand.png" };
  expect(await some("resources/read", hand)).toHaveProperty("error");
  const folder = await some("resources/directory/read", { uri: "skill://say-hello/pictures" });
  expect(JSON.stringify(folder)).not.toContain("hand.png");
  const none = await ask({ resources: [] });
  expect(await none("skills/list")).toHaveProperty("result.skills", []);
  expect(await none("skills/get", { uri })).toHaveProperty("error");
  expect(await none("resources/read", { uri })).toHaveProperty("error");
});

test("a folder of a skill lists what is directly in it", async () => {
  const client = await connect(createSkilled().server);
  onTestFinished(() => client.close());
  const read = (directory: string) =>
    client.request("resources/directory/read", { uri: directory });
  expect((await read("skill://say-hello"))["resources"]).toEqual([
    { uri, name: "SKILL.md", mimeType: "text/markdown", size: Buffer.byteLength(main) },
    { uri: "skill://say-hello/pictures", name: "pictures", mimeType: "inode/directory" },
  ]);
  expect((await read("skill://say-hello/pictures"))["resources"]).toEqual([
    { uri: "skill://say-hello/pictures/hand.png", name: "hand.png", size: 4 },
    { uri: "skill://say-hello/pictures/old", name: "old", mimeType: "inode/directory" },
  ]);
  const not = [
    uri,
    "skill://",
    "skill:/",
    "skill:",
    "",
    "skill://say-hell",
    "skill://say-hello/",
    "file:///",
  ];
  for (const directory of not) {
    await expect(read(directory), directory).rejects.toMatchObject({
      code: -32602,
      message: `${directory} is not a directory resource`,
    });
  }
});

test("its files are read without a connection, text as it is and anything else as base64", async () => {
  const client = await connect(createSkilled().server);
  onTestFinished(() => client.close());
  const read = (file: string) => client.request("resources/read", { uri: file });
  expect(await read(uri)).toMatchObject({
    contents: [{ uri, mimeType: "text/markdown", text: main }],
    ttlMs: 300_000,
    cacheScope: "public",
  });
  expect(await read("skill://say-hello/pictures/hand.png")).toMatchObject({
    contents: [{ uri: "skill://say-hello/pictures/hand.png", blob: picture.toString("base64") }],
  });
});

test.each([
  "skill://say-hello/../../secret.txt",
  "skill://say-hello/%2e%2e/%2e%2e/secret.txt",
  "skill://say-hello/pictures/..%2f..%2f..%2fsecret.txt",
  "skill://say-hello/..\\..\\secret.txt",
  "skill:///../secret.txt",
  "skill://../secret.txt",
  "skill://say-hello/SKILL.md/../../../secret.txt",
  "skill://say-hello/SKILL.md?",
  "skill://say-hello/SKILL.md#x",
  "skill://SAY-HELLO/SKILL.md",
  "skill://say-hello//SKILL.md",
  "skill://say-hello",
  "../secret.txt",
])("%s leads nowhere", async (address) => {
  const { server } = createSkilled();
  const open = { ...server, connect: () => ({ context: {} }) };
  const client = await connect(open);
  onTestFinished(() => client.close());
  await expect(client.request("skills/get", { uri: address })).rejects.toMatchObject({
    code: -32602,
    message: `No skill is served at ${address}`,
  });
  await expect(client.request("resources/read", { uri: address })).rejects.toMatchObject({
    code: -32602,
    message: `Resource not found: ${address}`,
  });
});

test("a file that is not the one that was listed is not sent", async () => {
  const { server, folder } = createSkilled();
  const client = await connect(server);
  onTestFinished(() => client.close());
  writeFileSync(join(folder, "say-hello/SKILL.md"), main.replace("Hello", "Hullo"));
  await expect(client.request("resources/read", { uri })).rejects.toMatchObject({
    code: -32603,
    message: expect.stringContaining(`${uri} is not what the list of skills says`),
  });
});

test("the lists of skills are answered before any code of the server is loaded", async () => {
  const { server } = createSkilled();
  const endpoint = new Endpoint({
    surface: toSurface(server),
    load: () => Promise.reject(new Error("It is loaded.")),
    sink: () => {},
  });
  const endpoints = new Map([["/mcp", endpoint]]);
  const service = await serveHttp({ host: "127.0.0.1", port: 0, maxCalls: 8, endpoints });
  onTestFinished(() => service.close(0));
  const ask = async (method: string, params: Json) =>
    (await send(new URL(`${service.url}/mcp`), ...modern(method, params))).message;
  const folder = "skill://say-hello";
  expect(await ask("skills/list", {})).toHaveProperty("result.skills");
  expect(await ask("skills/get", { uri })).toHaveProperty("result.skill");
  expect(await ask("resources/directory/read", { uri: folder })).toHaveProperty("result.resources");
  expect(await ask("resources/read", { uri })).toHaveProperty("error");
});

test("clients of 2026-07-28 are told of skills, and those of older revisions only of resources", async () => {
  const listening = await listen(createSkilled().server);
  onTestFinished(() => listening.close());
  const ask = async (request: ReturnType<typeof modern>) =>
    (await send(listening.url, ...request)).message;
  expect(await ask(modern("server/discover"))).toMatchObject({
    result: {
      capabilities: {
        resources: {},
        extensions: { "io.modelcontextprotocol/skills": { directoryRead: true } },
      },
    },
  });
  const initialize = legacy("initialize", { protocolVersion: "2025-11-25", capabilities: {} });
  expect(await ask(initialize)).toMatchObject({
    result: { capabilities: { resources: {}, logging: {} } },
  });
  expect(JSON.stringify(await ask(initialize))).not.toContain("skills");
  for (const method of ["skills/list", "skills/get", "resources/directory/read"]) {
    expect(await ask(legacy(method, { uri }))).toMatchObject({
      error: { code: -32601, message: `Method not found: ${method}` },
    });
  }
  expect(await ask(legacy("resources/list"))).toMatchObject({
    result: { resources: [{ uri, name: "say-hello", description: "Says hello to people." }] },
  });
  expect(await ask(legacy("resources/read", { uri }))).toMatchObject({
    result: { contents: [{ uri, text: main }] },
  });
});

test("a request without an address, or with a cursor, is told what is wrong", async () => {
  const client = await connect(createSkilled().server);
  onTestFinished(() => client.close());
  for (const method of ["skills/get", "resources/directory/read"]) {
    await expect(client.request(method, { uri: 1 })).rejects.toMatchObject({
      code: -32602,
      message: "uri is required (string).",
    });
  }
  await expect(client.request("skills/list", { cursor: "x" })).rejects.toMatchObject({
    code: -32602,
  });
});

test("a server without skills has none of the methods", async () => {
  const { skills: _, ...server } = createSkilled().server;
  const client = await connect(server);
  onTestFinished(() => client.close());
  await expect(client.request("skills/list")).rejects.toMatchObject({ code: -32601 });
  expect(await client.request("server/discover")).toMatchObject({ capabilities: { logging: {} } });
});

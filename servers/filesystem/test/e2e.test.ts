import { spawnSync } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { findSessions, type Session } from "@fairlead/testing";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { describe, expect, it, onTestFinished } from "vitest";
import { ourBin } from "./support/client.ts";
import { plant, temporaryDirectory } from "./support/tree.ts";

const sessions = await findSessions("filesystem", ourBin);

it("refuses to start without a directory, or with one that is not there", () => {
  for (const args of [[], ["/no/such/directory"]]) {
    const { status, stderr, stdout } = spawnSync(process.execPath, [ourBin, ...args], {
      encoding: "utf8",
      input: "",
    });
    expect(status).toBe(2);
    expect(stderr).toContain("directories");
    expect(stdout).toBe("");
  }
});

it("allowed directories /real /missing: starts, warns and serves /real", async () => {
  const top = await temporaryDirectory();
  await plant(top, { "a.txt": "text" });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [ourBin, top, join(top, "missing")],
    stderr: "pipe",
  });
  let words = "";
  transport.stderr?.on("data", (data) => {
    words += String(data);
  });
  const client = new Client({ name: "test", version: "1.0.0" });
  onTestFinished(() => client.close());
  await client.connect(transport);
  expect(await client.callTool({ name: "read_text_file", arguments: { path: "a.txt" } })).toEqual(
    expect.objectContaining({ content: [{ type: "text", text: "text" }] }),
  );
  expect(words).toContain(`must name an existing directory, not "${join(top, "missing")}"`);
});

it("the server's working directory deleted: searches work, and say what cannot", async () => {
  const top = await temporaryDirectory();
  const gone = await temporaryDirectory();
  await plant(top, { "a.txt": "needle" });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [ourBin, top],
    cwd: gone,
    stderr: "ignore",
  });
  const client = new Client({ name: "test", version: "1.0.0" });
  onTestFinished(() => client.close());
  await client.connect(transport);
  await rm(gone, { recursive: true });
  const ask = (name: string, more: Record<string, unknown>) =>
    client.callTool({ name, arguments: { path: ".", ...more } });
  const path = join(top, "a.txt");
  expect(await ask("search_files", { pattern: "**/*.txt" })).toMatchObject({
    structuredContent: { paths: [path] },
  });
  expect(await ask("search_file_contents", { pattern: "needle" })).toMatchObject({
    structuredContent: { matches: [{ path, line: 1 }] },
  });
  expect(await ask("directory_tree", {})).not.toMatchObject({ isError: true });
  expect(await ask("search_file_contents", { pattern: "ne+dle", regex: true })).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining("working directory of this server was deleted") }],
  });
});

describe.for(Object.entries(sessions))("the server, by the official %s", ([, { open }]) => {
  async function connect(top: string): Promise<Session> {
    const session = await open({ args: [top], directories: [top] });
    onTestFinished(() => session.close());
    return session;
  }

  it("edits and searches", async () => {
    const top = await temporaryDirectory();
    await plant(top, { "a.txt": "alpha\nbeta\n", "b/c.txt": "beta\n" });
    const session = await connect(top);
    const edits = [{ oldText: "alpha", newText: "A" }];
    await session.call("edit_file", { path: "a.txt", edits });
    expect(await readFile(join(top, "a.txt"), "utf8")).toBe("A\nbeta\n");
    const query = { path: ".", pattern: "^be", regex: true };
    expect(await session.call("search_file_contents", query)).toMatchObject({
      structuredContent: { matches: [expect.anything(), expect.anything()] },
    });
  });

  it("ends a regular expression that would never end, and goes on working", async () => {
    const top = await temporaryDirectory();
    await plant(top, { "a.txt": `${"a".repeat(100)}!\n` });
    const session = await connect(top);
    const nasty = { path: ".", pattern: "(a+)+$", regex: true };
    const [slow, quick] = await Promise.all([
      session.call("search_file_contents", nasty),
      session.call("read_text_file", { path: "a.txt" }),
    ]);
    expect(slow).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining("too long") }],
    });
    expect(quick).not.toMatchObject({ isError: true });
    const found = await session.call("search_files", { path: ".", pattern: "**/*.txt" });
    expect(found).toMatchObject({ content: [{ text: join(top, "a.txt") }] });
  });
});

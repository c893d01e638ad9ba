import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createInspector, findSessions, type Session, serveHttp } from "@fairlead/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

const bin = fileURLToPath(new URL("../dist/main.cjs", import.meta.url));
const sessions = await findSessions("filesystem", bin);

let directory: string;
const make = () => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "fairlead-fs-")));
};
const remove = () => rmSync(directory, { recursive: true, force: true });

/** A person's afternoon: look around, read, search, edit, and see what changed. */
describe.for(Object.entries(sessions))("the official %s", ([, { open }]) => {
  let session: Session;
  // To start a container takes longer than what is asked of it.
  beforeAll(async () => {
    make();
    session = await open({ args: [directory], directories: [directory] });
  });
  afterAll(async () => {
    await session.close();
    remove();
  });

  test("lists, reads, searches and edits real files", async () => {
    const path = join(directory, "notes.txt");
    writeFileSync(path, "first line\nsecond line\n");
    const names = (await session.listTools()).map(({ name }) => name);
    expect(names).toContain("read_text_file");
    expect(names).not.toContain("delete_path");

    expect(await session.call("list_directory", { path: directory })).toMatchObject({
      content: [{ type: "text", text: "[FILE] notes.txt" }],
    });
    expect(await session.call("read_text_file", { path })).toMatchObject({
      content: [{ type: "text", text: "first line\nsecond line\n" }],
    });
    expect(await session.call("read_text_file", { path })).not.toHaveProperty("structuredContent");
    expect(
      await session.call("search_file_contents", { path: directory, pattern: "second" }),
    ).toMatchObject({ content: [{ text: expect.stringContaining("notes.txt") }] });

    const edit = { path, edits: [{ oldText: "second", newText: "2nd" }] };
    expect(await session.call("edit_file", edit)).toMatchObject({
      content: [{ text: expect.stringContaining("+2nd line") }],
    });
    expect(readFileSync(path, "utf8")).toBe("first line\n2nd line\n");

    const made = join(directory, "made.txt");
    await session.call("write_file", { path: made, content: "made\n" });
    expect(readFileSync(made, "utf8")).toBe("made\n");
  });

  test("refuses what is outside and says why", async () => {
    expect(await session.call("read_text_file", { path: "/etc/hostname" })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining("outside allowed directories") }],
    });
  });

  test("serves files as resources, completes their paths and fills prompts", async () => {
    const path = join(directory, "notes.txt");
    writeFileSync(path, "as a resource\n");
    expect(await session.read(pathToFileURL(path).href)).toMatchObject({
      contents: [{ uri: pathToFileURL(path).href, text: "as a resource\n" }],
    });
    const [template] = await session.listResourceTemplates();
    const uri = String(template?.["uriTemplate"]);
    const typed = join(directory, "no").slice(1);
    expect(await session.complete({ type: "ref/resource", uri }, "path", typed)).toMatchObject({
      completion: { values: [path.slice(1)] },
    });
    expect(await session.prompt("review_file", { path })).toMatchObject({
      messages: [{ role: "user" }, { content: { resource: { text: "as a resource\n" } } }],
    });
  });
});

describe("the Inspector", () => {
  const inspector = createInspector();
  afterAll(() => inspector.close());
  beforeEach(make);
  afterEach(remove);

  async function inspect(target: readonly string[], words: readonly string[]): Promise<unknown> {
    const { code, stdout, stderr } = await inspector.run([...target, "--quiet", ...words]);
    expect(code, stdout + stderr).toBe(0);
    return JSON.parse(stdout);
  }

  async function checkFiles(target: readonly string[]): Promise<void> {
    writeFileSync(join(directory, "notes.txt"), "inspected\n");
    const list = ["--method", "tools/list"];
    expect(await inspect(target, list)).toMatchObject({
      tools: expect.arrayContaining([expect.objectContaining({ name: "read_text_file" })]),
    });
    const args = JSON.stringify({ path: join(directory, "notes.txt") });
    const call = ["--method", "tools/call", "--tool-name", "read_text_file"];
    expect(await inspect(target, [...call, "--tool-args-json", args])).toMatchObject({
      content: [{ type: "text", text: "inspected\n" }],
    });
  }

  test("over stdio", () => checkFiles([process.execPath, bin, directory]));

  test("over HTTP", async () => {
    const server = await serveHttp(bin, [directory]);
    try {
      await checkFiles([server.url, "--transport", "http"]);
    } finally {
      await server.close();
    }
  });
});

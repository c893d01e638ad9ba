import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findSessions } from "@fairlead/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { startFake, temporaryDirectory, token, types, user, writeSignIn } from "./support/drive.ts";

const bin = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const sessions = await findSessions("gdrive", bin);
/** Who calls over stdio, over HTTP without a token, and with the token a container is given. */
const callers = ["local", "anonymous", "tests"];

/** A fake with a document, and how the built server is pointed at it. */
async function prepare() {
  const fake = await startFake();
  fake.allow(token, user, ["drive.readonly", "drive.file"]);
  const directory = await temporaryDirectory();
  for (const caller of callers) {
    const name = createHash("sha256").update(caller).digest("hex");
    await writeSignIn(join(directory, `${name}.json`), ["drive.readonly", "drive.file"]);
  }
  fake.files.add({
    id: "plan",
    name: "Plan",
    mimeType: types.document,
    exports: { "text/markdown": "# Plan\n\nThe shop opens in **June**." },
  });
  const env = {
    GDRIVE_CREDENTIALS_DIRECTORY: directory,
    GDRIVE_BASE_URL: fake.url,
    GDRIVE_ALLOW_WRITE: "1",
  };
  return { fake, launch: { env, directories: [directory], network: "host" } as const };
}

/** A person's question: what is there, what does it say, keep the answer. */
describe.for(Object.entries(sessions))("the official %s", ([, { open }]) => {
  it("finds, reads, writes, completes and prompts", async () => {
    const { fake, launch } = await prepare();
    const session = await open(launch);
    onTestFinished(() => session.close());
    expect((await session.listTools()).map(({ name }) => name)).toContain("create_file");
    expect(await session.call("search", { query: "June" })).toMatchObject({
      structuredContent: { files: [{ id: "plan", name: "Plan" }] },
    });
    expect(await session.call("read_file_content", { file_id: "plan" })).toMatchObject({
      content: [{ text: expect.stringContaining("opens in **June**") }],
    });
    const made = { name: "answer.md", mime_type: "text/markdown", content: "June" };
    expect(await session.call("create_file", made)).toMatchObject({
      structuredContent: { name: "answer.md" },
    });
    expect(fake.files.list(({ name }) => name === "answer.md")).toHaveLength(1);
    const names = (await session.listResources()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["Plan", "answer.md"]));
    expect(await session.read("gdrive:///plan")).toMatchObject({
      contents: [{ mimeType: "text/markdown", text: expect.stringContaining("# Plan") }],
    });
    const ref = { type: "ref/prompt", name: "summarize_file" } as const;
    expect(await session.complete(ref, "file", "Pl")).toMatchObject({
      completion: { values: ["plan"] },
    });
    expect(await session.prompt("summarize_file", { file: "plan" })).toMatchObject({
      messages: [{}, { content: { text: expect.stringContaining("June") } }],
    });
    expect(await session.prompt("find_and_compare", { topic: "shop" })).toMatchObject({
      messages: [{}, { content: { text: expect.stringContaining("Plan") } }],
    });
  });
});

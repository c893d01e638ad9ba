import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { start, temporaryDirectory, types, user } from "../../test/support/drive.ts";

describe("create_file", () => {
  it("creates files from text, base64 and a local file, with any bytes in them", async () => {
    const uploads = await temporaryDirectory();
    const bytes = Buffer.from(Array.from({ length: 512 }, (_, n) => n % 256));
    await writeFile(join(uploads, "a.bin"), bytes);
    const { fake, call } = await start({ options: { uploadDirs: [uploads] } });
    const create = async (args: object) => {
      const { output, isError, text } = await call("create_file", { name: "Näme '😀", ...args });
      expect(isError, text).toBe(false);
      return fake.files.get(output.id);
    };
    const text = await create({ content: "Grüße\r\n--boundary--\r\n" });
    expect(text?.content?.toString()).toBe("Grüße\r\n--boundary--\r\n");
    expect(text).toMatchObject({ name: "Näme '😀", mimeType: "text/plain", parents: ["root"] });
    const base64 = { content_base64: bytes.toString("base64"), mime_type: "image/png" };
    expect((await create(base64))?.content).toEqual(bytes);
    const local = await create({ path: "a.bin", mime_type: "application/octet-stream" });
    expect(local?.content).toEqual(bytes);
    expect((await create({}))?.content).toBeUndefined();
  });

  it("makes Google's own documents of Markdown and CSV, in a folder", async () => {
    const { fake, call } = await start();
    const folder = fake.files.add({ name: "F", mimeType: types.folder });
    const more = { parent_id: folder.id, convert: true };
    const doc = await call("create_file", {
      ...more,
      name: "d",
      mime_type: "text/markdown",
      content: "# D",
    });
    expect(doc.output).toMatchObject({ mimeType: types.document, parents: [folder.id] });
    const sheet = await call("create_file", {
      ...more,
      name: "s",
      mime_type: "text/csv",
      content: "a,b",
    });
    expect(sheet.output.mimeType).toBe(types.spreadsheet);
    const read = await call("read_file_content", { file_id: doc.output.id });
    expect(read.text).toContain("# D");
    const film = await call("create_file", { ...more, name: "f", mime_type: "video/mp4" });
    expect(film.text).toContain("Google cannot convert video/mp4 into a document");
  });

  it("refuses two contents, and none that is none", async () => {
    const { fake, call } = await start();
    const refused = async (args: object) => {
      const { isError, text } = await call("create_file", { name: "x", ...args });
      expect(isError).toBe(true);
      return text;
    };
    expect(await refused({ content: "a", path: "b" })).toContain("more than one way");
    expect(await refused({ content_base64: "no base64!" })).toContain("not base64");
    expect(await refused({ path: "/etc/passwd" })).toContain("--upload-dirs");
    expect(fake.seen).toHaveLength(0);
  });
});

describe("changes", () => {
  it("replace the content of what this server made, if it is still what was read", async () => {
    const { fake, call } = await start();
    const file = fake.files.add({ name: "a", content: "one", ownApp: true });
    const before = await call("get_file_metadata", { file_id: file.id });
    const revision = before.output.revision;
    const args = { file_id: file.id, content: "two", expected_revision: revision };
    expect((await call("update_file_content", args)).output.revision).not.toBe(revision);
    expect(file.content?.toString()).toBe("two");
    const late = await call("update_file_content", { ...args, content: "three" });
    expect(late).toMatchObject({ isError: true, text: expect.stringContaining("has changed") });
    expect(file.content?.toString()).toBe("two");
    const doc = fake.files.add({
      name: "d",
      mimeType: types.document,
      exports: { "text/markdown": "old" },
      ownApp: true,
    });
    await call("update_file_content", { file_id: doc.id, content: "# new" });
    expect(doc.exports["text/markdown"]?.toString()).toBe("# new");
    const form = fake.files.add({ name: "f", mimeType: types.form, ownApp: true });
    const refused = await call("update_file_content", { file_id: form.id, content: "x" });
    expect(refused.text).toContain("cannot be replaced");
  });

  it("leave alone what this server did not make, and say how to change that", async () => {
    const { fake, call } = await start();
    const file = fake.files.add({ name: "a", content: "one" });
    const { isError, text } = await call("update_file_content", { file_id: file.id, content: "2" });
    expect(isError).toBe(true);
    expect(text).toContain("--full-access");
    expect(file.content?.toString()).toBe("one");
  });

  it("rename, describe, star, move, copy, trash and restore", async () => {
    const { fake, call } = await start();
    const file = fake.files.add({ name: "a", content: "x", ownApp: true });
    const meta = { file_id: file.id, name: "b", description: "d", starred: true };
    await call("update_file_metadata", meta);
    expect(file).toMatchObject({ name: "b", description: "d", starred: true });
    expect((await call("update_file_metadata", { file_id: file.id })).text).toContain("Nothing");
    const folder = (await call("create_folder", { name: "F" })).output;
    expect(folder.mimeType).toBe(types.folder);
    await call("move_file", { file_id: file.id, folder_id: folder.id });
    expect(file.parents).toEqual([folder.id]);
    const copy = await call("copy_file", { file_id: file.id, name: "c", folder_id: "root" });
    expect(copy.output).toMatchObject({ name: "c", parents: ["root"] });
    await call("trash_file", { file_id: file.id });
    expect(file.trashed).toBe(true);
    await call("trash_file", { file_id: file.id, restore: true });
    expect(file.trashed).toBe(false);
    expect(fake.seen.some(({ method }) => method === "DELETE")).toBe(false);
  });

  it("comment on a file", async () => {
    const { fake, call } = await start();
    const file = fake.files.add({ name: "a", ownApp: true });
    await call("add_comment", { file_id: file.id, content: "Soll das so?", quote: "Mai" });
    expect(file.comments[0]).toMatchObject({
      content: "Soll das so?",
      quotedFileContent: { value: "Mai" },
    });
  });
});

describe("share_file", () => {
  const whom = { type: "user", role: "reader", email: "grace@example.com" };

  it("asks the person first, then shares with a colleague", async () => {
    const { fake, call } = await start();
    const file = fake.files.add({ name: "a", ownApp: true });
    const asked = await call("share_file", { file_id: file.id, ...whom });
    expect(asked).toMatchObject({ isError: true, text: expect.stringContaining("confirm: true") });
    expect(file.permissions).toHaveLength(0);
    const shared = await call("share_file", { file_id: file.id, ...whom, confirm: true });
    expect(shared.output).toMatchObject({ type: "user", role: "reader" });
    expect(file.permissions).toMatchObject([{ emailAddress: "grace@example.com" }]);
    expect(fake.seen.at(-1)?.url.searchParams.get("sendNotificationEmail")).toBe("true");
  });

  it("shares with other companies and the public only where the server allows it", async () => {
    const options = { allowPublicSharing: true, shareDomains: ["Partner.example"] };
    const { fake, call } = await start({ options });
    const file = fake.files.add({ name: "a", ownApp: true });
    const share = async (args: object) =>
      call("share_file", { file_id: file.id, role: "reader", confirm: true, ...args });
    expect((await share({ type: "anyone" })).isError).toBe(false);
    expect((await share({ type: "domain", domain: "partner.example" })).isError).toBe(false);
    expect((await share({ type: "group", email: "all@partner.example" })).isError).toBe(false);
    expect((await share({ type: "user", email: "eve@evil.example" })).text).toContain(
      "--share-domains evil.example",
    );
    expect(file.permissions).toHaveLength(3);
  });
});

it("puts nothing into the folders of others that strangers can read", async () => {
  const { fake, call } = await start();
  const open = fake.files.add({
    name: "Open",
    mimeType: types.folder,
    permissions: [{ id: "all", type: "anyone", role: "reader" }],
  });
  const foreign = fake.files.add({
    name: "Partner",
    mimeType: types.folder,
    owner: "eve@partner.example",
    permissions: [{ id: "ada", type: "user", role: "writer", emailAddress: user }],
  });
  const file = fake.files.add({ name: "secret", content: "x", ownApp: true });
  for (const folder of [open.id, foreign.id]) {
    for (const [name, args] of [
      ["create_file", { name: "x", content: "y", parent_id: folder }],
      ["create_folder", { name: "x", parent_id: folder }],
      ["move_file", { file_id: file.id, folder_id: folder }],
      ["copy_file", { file_id: file.id, folder_id: folder }],
    ] as const) {
      const { isError, text } = await call(name, args);
      expect(isError, name).toBe(true);
      expect(text).toMatch(/anyone on the Internet|partner\.example is outside/);
    }
  }
  expect(file.parents).toEqual(["root"]);
});

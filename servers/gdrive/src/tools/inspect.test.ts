import { expect, it } from "vitest";
import { start, types, user } from "../../test/support/drive.ts";

it("tells what Drive knows of a file", async () => {
  const { fake, call } = await start();
  const file = fake.files.add({
    name: "Plan",
    mimeType: types.document,
    description: "of the lamp",
    exports: { "text/markdown": "# Plan", "application/pdf": "x" },
  });
  const { output, text } = await call("get_file_metadata", { file_id: file.id });
  expect(output).toMatchObject({
    name: "Plan",
    owners: [user],
    description: "of the lamp",
    parents: ["root"],
    revision: "1",
    export_types: ["text/markdown", "application/pdf"],
  });
  expect(JSON.parse(text)).toEqual(output);
});

it("lists who may do what, those above included", async () => {
  const { fake, call } = await start();
  const folder = fake.files.add({
    name: "F",
    mimeType: types.folder,
    permissions: [{ id: "p1", type: "domain", role: "reader", domain: "example.com" }],
  });
  const file = fake.files.add({
    name: "a",
    parents: [folder.id],
    permissions: [{ id: "p2", type: "user", role: "writer", emailAddress: "grace@example.com" }],
  });
  const { text, output } = await call("get_file_permissions", { file_id: file.id });
  expect(text).toContain("reader: domain example.com (p1)");
  expect(text).toContain("writer: user grace@example.com (p2)");
  expect(output.permissions).toHaveLength(3);
});

it("lists comments as a conversation, with pages", async () => {
  const { fake, call } = await start();
  const said = { author: { displayName: "Eve" }, createdTime: "2026-11-01T10:00:00Z" };
  const file = fake.files.add({ name: "a" });
  for (const id of ["c1", "c2"]) {
    file.comments.push({
      ...said,
      id,
      content: `Is this right? ${id}`,
      quotedFileContent: { value: "the shop opens in May" },
      replies: [{ ...said, content: "No: June." }],
    });
  }
  const first = await call("list_comments", { file_id: file.id, page_size: 1 });
  expect(first.text).toContain(
    "c1 Eve 2026-11-01T10:00:00Z\n  on: the shop opens in May\n  Is this right? c1\n  Eve: No: June.",
  );
  expect(first.text).toContain('<untrusted source="comments">');
  const cursor = first.output.next_cursor;
  const second = await call("list_comments", { file_id: file.id, page_size: 1, cursor });
  expect(second.output.comments[0].id).toBe("c2");
  const none = await call("list_comments", { file_id: fake.files.add({ name: "b" }).id });
  expect(none.text).toBe("There are no comments.");
});

it("lists revisions and tells about the account", async () => {
  const { fake, call } = await start();
  const file = fake.files.add({ name: "a", content: "one" });
  fake.files.touch(file);
  const { text } = await call("list_revisions", { file_id: file.id });
  expect(text).toMatch(/^rev-1 .* 3 bytes\nrev-2 /);
  const about = await call("get_about");
  expect(about.output).toEqual({
    user: { displayName: user, emailAddress: user },
    storageQuota: { limit: 16106127360, usage: 4096, usageInDrive: 2048, usageInDriveTrash: 0 },
  });
});

it("reaches shared drives with every tool", async () => {
  const { fake, call } = await start();
  fake.files.drives.push({ id: "team", name: "Team", members: [user] });
  const file = fake.files.add({ name: "t", driveId: "team", content: "x", ownApp: true });
  const folder = fake.files.add({ name: "F", driveId: "team", mimeType: types.folder });
  const calls: readonly (readonly [string, object])[] = [
    ["get_file_metadata", {}],
    ["get_file_permissions", {}],
    ["read_file_content", {}],
    ["download_file_content", {}],
    ["list_comments", {}],
    ["list_revisions", {}],
    ["update_file_content", { content: "y" }],
    ["update_file_metadata", { name: "u" }],
    ["move_file", { folder_id: folder.id }],
    ["copy_file", { name: "copy" }],
    ["trash_file", {}],
    ["add_comment", { content: "hm" }],
    ["share_file", { type: "user", role: "reader", email: "grace@example.com", confirm: true }],
  ];
  for (const [name, more] of calls) {
    const { isError, text } = await call(name, { file_id: file.id, ...more });
    expect(isError, `${name}: ${text}`).toBe(false);
  }
});

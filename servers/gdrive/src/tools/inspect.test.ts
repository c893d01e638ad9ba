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
    description: '<untrusted source="description">\nof the lamp\n</untrusted>',
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
    'c1 Eve 2026-11-01T10:00:00Z:\n<untrusted source="comment of Eve">\n> the shop opens in May\nIs this right? c1\n</untrusted>\nreply to c1 Eve 2026-11-01T10:00:00Z:\n<untrusted source="comment of Eve">\nNo: June.\n</untrusted>',
  );
  expect(first.output.comments).toMatchObject([
    { id: "c1", text: expect.stringContaining("<untrusted source=") },
    { reply_to: "c1", text: expect.stringContaining("</untrusted>") },
  ]);
  const cursor = first.output.next_cursor;
  const second = await call("list_comments", { file_id: file.id, page_size: 1, cursor });
  expect(second.output.comments[0].id).toBe("c2");
  const none = await call("list_comments", { file_id: fake.files.add({ name: "b" }).id });
  expect(none.text).toBe("There are no comments.");
});

it("lists comments of any length and number, each once", async () => {
  const { fake, call } = await start();
  const author = { displayName: "Eve" };
  const file = fake.files.add({ name: "a" });
  const long = ["漢".repeat(20_000), "l\n".repeat(9_000), '"'.repeat(30_000), "short"];
  for (let n = 0; n < 40; n += 1) {
    const said = (text: string) => ({ author, createdTime: "2026-11-01T10:00:00Z", content: text });
    const replies = Array.from({ length: n }, (_, at) => said(`${n}.${at} ${"words ".repeat(50)}`));
    file.comments.push({ ...said(`${n} ${long[n % long.length]}`), id: `c${n}`, replies });
  }
  const seen: string[] = [];
  for (let cursor: unknown; ; ) {
    const args = { file_id: file.id, page_size: 10, ...(cursor !== undefined && { cursor }) };
    const { output, isError, text } = await call("list_comments", args);
    expect(isError, text).toBe(false);
    const rows: { id?: string; text: string; shown?: string }[] = output.comments;
    seen.push(...rows.map((row) => /\n([\d.]+) /.exec(row.text)?.[1] ?? "not marked"));
    for (const { id = "c3", shown } of rows) {
      expect([id, shown !== undefined]).toEqual([id, Number(id.slice(1)) % long.length < 3]);
    }
    cursor = output.next_cursor;
    if (cursor === undefined) break;
  }
  const all = Array.from({ length: 40 }, (_, n) => [
    `${n}`,
    ...Array.from({ length: n }, (_, at) => `${n}.${at}`),
  ]);
  expect(seen).toEqual(all.flat());
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

import { describe, expect, it } from "vitest";
import { start, types } from "../../test/support/drive.ts";

describe("search", () => {
  it("finds by words, names id and link, and leaves out the trash", async () => {
    const { fake, call } = await start();
    const plan = fake.files.add({ name: "Lamp plan", content: "glass and wood" });
    fake.files.add({ name: "Other", content: "nothing" });
    fake.files.add({ name: "Old lamp plan", content: "glass", trashed: true });
    const { text, output } = await call("search", { query: "glass" });
    expect(text).toContain("Found 1 files:\nLamp plan (text/plain)");
    expect(text).toContain(plan.id);
    expect(output.files[0]).toMatchObject({ id: plan.id, size: 14 });
    expect(output.files[0].webViewLink).not.toContain("usp=");
    expect((await call("search_files", { query: "glass" })).text).toBe(text);
  });

  it("narrows by type, folder and shared drive, and orders where there are no words", async () => {
    const { fake, call } = await start();
    fake.files.drives.push({ id: "drive_team", name: "Team", members: ["ada@example.com"] });
    const folder = fake.files.add({ name: "F", mimeType: types.folder });
    fake.files.add({ name: "b", parents: [folder.id] });
    fake.files.add({ name: "a", parents: [folder.id], mimeType: types.document });
    fake.files.add({ name: "team file", driveId: "drive_team", content: "shared" });
    const names = async (args: object) =>
      (await call("search", args)).output.files.map(({ name }: { name: string }) => name);
    expect(await names({ folder_id: folder.id, order_by: "name" })).toEqual(["a", "b"]);
    expect(await names({ mime_type: "document" })).toEqual(["a"]);
    expect(await names({ drive_id: "drive_team" })).toEqual(["team file"]);
    expect(await names({ query: "shared" })).toEqual(["team file"]);
    expect(await names({ raw_query: "name = 'b' or name = 'a'", order_by: "name" })).toEqual([
      "a",
      "b",
    ]);
  });

  it("says why words cannot be ordered and what is wrong with a raw query", async () => {
    const { call } = await start();
    const ordered = await call("search", { query: "x", order_by: "name" });
    expect(ordered).toMatchObject({ isError: true, text: expect.stringContaining("relevance") });
    const wrong = await call("search", { raw_query: "name ~ 'x'" });
    expect(wrong.text).toContain("raw_query must follow");
  });

  it("pages with cursors, also when the budget cuts, and misses nothing", async () => {
    const fakeClient = await start({ budget: 2_000 });
    for (let n = 0; n < 35; n += 1) fakeClient.fake.files.add({ name: `n${n}`, content: "word" });
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let pages = 0; pages < 30; pages += 1) {
      const args = { query: "word", page_size: 15, ...(cursor && { cursor }) };
      const { output, isError, text } = await fakeClient.call("search", args);
      expect(isError, text).toBe(false);
      seen.push(...output.files.map(({ name }: { name: string }) => name));
      cursor = output.next_cursor;
      if (cursor === undefined) break;
    }
    expect(new Set(seen).size).toBe(35);
    expect(seen).toHaveLength(35);
  });

  it("reads on where Drive's own pages are short or empty", async () => {
    const { fake, call } = await start();
    const id = (n: number) => ({ id: `f${n}`, name: `f${n}`, mimeType: "text/plain" });
    const pages = new Map([
      ["", { files: [], nextPageToken: "one" }],
      ["one", { files: [id(1)], nextPageToken: "two" }],
      ["two", { files: [id(2), id(3)], nextPageToken: "three", incompleteSearch: true }],
    ]);
    fake.intercept = ({ url }, response) => {
      const page = pages.get(url.searchParams.get("pageToken") ?? "");
      response.setHeader("content-type", "application/json").end(JSON.stringify(page));
      return true;
    };
    const { output, text } = await call("search", { query: "x", page_size: 3 });
    expect(text).toContain("has not searched every drive");
    expect(output.files).toHaveLength(3);
    expect(output.next_cursor).toEqual(expect.any(String));
  });
});

describe("lists", () => {
  it("list recent files, folders first in a folder, and shared drives", async () => {
    const { fake, call } = await start();
    fake.files.add({ name: "older" });
    fake.files.add({ name: "A folder", mimeType: types.folder });
    fake.files.add({ name: "a file" });
    fake.files.drives.push({ id: "drive_team", name: "Team", members: ["ada@example.com"] });
    fake.files.drives.push({ id: "drive_other", name: "Other", members: ["eve@example.com"] });
    const recent = await call("list_recent_files", { page_size: 1 });
    expect(recent.output.files[0].name).toBe("a file");
    const folder = await call("list_folder");
    expect(folder.text).toMatch(/A folder[\s\S]*a file[\s\S]*older/);
    const drives = await call("list_shared_drives");
    expect(drives.text).toBe("Team id drive_team");
  });
});

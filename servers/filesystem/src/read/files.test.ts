import { chmod, open, readdir, readFile, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { createPathGuard, type PathGuard } from "@fairlead/guard";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { plant, snapshot, temporaryDirectory } from "../../test/support/tree.ts";
import { completePath } from "../completion.ts";
import { SearchPool } from "../search/search-pool.ts";
import { formatSize } from "../walk/listing.ts";
import type { TreeOptions } from "../walk/tree.ts";
import { diffFiles } from "../write/diff.ts";
import type { Sides } from "../write/diff-lines.ts";
import { editFile } from "../write/editor.ts";
import { copyFile, moveFile } from "../write/transfer.ts";
import { hashOf, writeContent } from "../write/writer.ts";
import { readDocument } from "./document.ts";
import { readInfo } from "./file-info.ts";

const { signal } = new AbortController();
let top: string;
let guard: PathGuard;

beforeEach(async () => {
  top = await temporaryDirectory();
  guard = await createPathGuard({ directories: [top], deny: [".env"] });
});

const text = (name: string) => readFile(join(top, name), "utf8");

describe("directory trees", () => {
  async function tree(options: Partial<TreeOptions> = {}) {
    const searches = new SearchPool();
    onTestFinished(() => searches.close());
    const all = { maxDepth: 99, maxEntries: 99, characters: 99_999 };
    return searches.tree(guard, "", { ...all, ...options }, { id: "me", signal });
  }

  it("show every level before a cut goes deeper, and no circle", async () => {
    await plant(top, { "a/b/c/d.txt": "", "e/f.txt": "", "a/up": { link: ".." } });
    expect(await tree({ maxEntries: 4 })).toMatchObject({ entries: 4, cut: "entries" });
    const { nodes } = await tree({ maxEntries: 5 });
    expect(nodes.map(({ name, children }) => [name, children?.length])).toEqual([
      ["a", 2],
      ["e", 1],
    ]);
    expect(await tree({ maxDepth: 1 })).toMatchObject({ entries: 2, cut: "depth" });
    expect(await tree()).toMatchObject({ entries: 7, cut: undefined });
  });

  it("keep to their room as JSON", async () => {
    const nodes = Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [`dir-${i % 10}/"quoted" ${i}.txt`, ""]),
    );
    await plant(top, nodes);
    for (const budget of [500, 5000, 20_000]) {
      const found = await tree({ maxEntries: 1000, characters: budget });
      const { length } = JSON.stringify(found.nodes);
      expect(length).toBeLessThanOrEqual(budget);
      expect(found.cut === undefined || length > budget * 0.7).toBe(true);
    }
  });

  it("leave out what .gitignore names when asked to", async () => {
    await plant(top, { ".git/x": "", ".gitignore": "out/\n", "out/a": "", "src/a": "" });
    const { nodes } = await tree({ respectGitignore: true });
    expect(nodes.map(({ name }) => name)).toEqual([".gitignore", "src"]);
  });
});

describe("changing files", () => {
  it("edits keep mode, CRLF and mark, and a dry run changes nothing", async () => {
    await plant(top, { "a.txt": "\ufeffone\r\ntwo\r\n" });
    await chmod(join(top, "a.txt"), 0o755);
    const edits = [{ oldText: "two", newText: "2\n3" }];
    const dry = await editFile(guard, "a.txt", edits, { dryRun: true, signal });
    expect(await text("a.txt")).toBe("\ufeffone\r\ntwo\r\n");
    const done = await editFile(guard, "a.txt", edits, { signal });
    expect(await text("a.txt")).toBe("\ufeffone\r\n2\r\n3\r\n");
    expect((await stat(join(top, "a.txt"))).mode & 0o777).toBe(0o755);
    expect(done).toEqual(dry);
    expect(done.sha256).toBe(hashOf(await readFile(join(top, "a.txt"))));
    expect(done.diff).toContain("-two\n+2\n+3\n");
  });

  it("5,000 edits are refused with the cap, and 1,000 let other work in between", async () => {
    await plant(top, { "a.txt": "ab".repeat(20_000) });
    const edit = (i: number) => ({
      oldText: i % 2 ? "B" : "b",
      newText: i % 2 ? "b" : "B",
      replaceAll: true,
    });
    const many = Array.from({ length: 5000 }, (_, i) => edit(i));
    await expect(editFile(guard, "a.txt", many, { signal })).rejects.toThrow("at most 1000");
    let turns = 0;
    const count = () => {
      turns++;
      waiting = setImmediate(count);
    };
    let waiting = setImmediate(count);
    await editFile(guard, "a.txt", many.slice(0, 50), { signal });
    clearImmediate(waiting);
    expect(turns).toBeGreaterThan(1);
    const cancelled = AbortSignal.abort(new Error("cancelled"));
    const late = editFile(guard, "a.txt", many.slice(0, 50), { signal: cancelled });
    await expect(late).rejects.toThrow("cancelled");
  });

  it("edits apply in order, each to what the one before left", async () => {
    await plant(top, { "a.txt": "a" });
    const edits = [
      { oldText: "a", newText: "b" },
      { oldText: "b", newText: "c" },
    ];
    expect(await editFile(guard, "a.txt", edits, { signal })).toMatchObject({ replacements: 2 });
    expect(await text("a.txt")).toBe("c");
  });

  it("an edit within 4 MB in one line shows both sides round the change", async () => {
    const [before, after] = ["a".repeat(2_000_000), "b".repeat(2_000_000)];
    await plant(top, { "a.txt": `${before}old${after}\n` });
    const edits = [{ oldText: "aold", newText: "anew" }];
    const searches = new SearchPool();
    onTestFinished(() => searches.close());
    const longDiff = (sides: Sides) => searches.diff(sides, { id: "me", signal });
    const { diff } = await editFile(guard, "a.txt", edits, { longDiff, signal });
    expect(diff).toMatch(/^-\[1999800 characters\]…a{200}oldb{797}…\[1999203 characters\]$/m);
    expect(diff).toMatch(/^\+\[1999800 characters\]…a{200}newb{797}…\[1999203 characters\]$/m);
  });

  it("an edit whose oldText is nearly there is told the nearest passage and what differs", async () => {
    await plant(top, {
      "a.ts":
        "import a from 'a';\n\nfunction add(x: number, y: number) {\n  return x + y;\n}\n\nadd(1, 2);\n",
    });
    const edits = [
      { oldText: "function add(x: number, z: number) {\n  return x + z;", newText: "" },
    ];
    const failing = editFile(guard, "a.ts", edits, { signal });
    await expect(failing).rejects.toThrow(
      "The nearest passage is lines 3 to 4 of the file:\nfunction add(x: number, y: number) {\n  return x + y;\n",
    );
    await expect(failing).rejects.toThrow("-   return x + z;\n+   return x + y;");
    const far = editFile(guard, "a.ts", [{ oldText: "class Zebra {}", newText: "" }], { signal });
    await expect(far).rejects.toThrow(/Could not find exact match for edit:\nclass Zebra \{\}$/);
  });

  it("edits and writes stop when the file is not the expected one", async () => {
    await plant(top, { "a.txt": "one" });
    const expectedSha256 = hashOf(Buffer.from("other"));
    const edits = [{ oldText: "one", newText: "two" }];
    await expect(editFile(guard, "a.txt", edits, { expectedSha256, signal })).rejects.toThrow(
      "has changed",
    );
    await expect(writeContent(guard, "a.txt", "x", { expectedSha256 })).rejects.toThrow("changed");
    expect(await text("a.txt")).toBe("one");
    const now = hashOf(Buffer.from("one"));
    await writeContent(guard, "a.txt", "x", { expectedSha256: now.toUpperCase() });
    expect(await text("a.txt")).toBe("x");
  });

  it("writes bytes given as base64, and only what is base64", async () => {
    await writeContent(guard, "a.bin", "AAEC/w==", { encoding: "base64" });
    expect([...(await readFile(join(top, "a.bin")))]).toEqual([0, 1, 2, 255]);
    for (const content of ["é!", "A=A", `A${" ".repeat(200_000)}!`]) {
      const write = writeContent(guard, "a.bin", content, { encoding: "base64" });
      await expect(write).rejects.toThrow("base64");
    }
  });

  it("copies trees with their modes, and leaves out links that lead out", async () => {
    await plant(top, { "a/b/run.sh": "#!", "a/in": { link: "b" } });
    await chmod(join(top, "a/b/run.sh"), 0o755);
    await symlink("/etc", join(top, "a/out"));
    expect(await copyFile(guard, "a", "c", { signal })).toEqual({ files: 2, skipped: 1 });
    expect(await snapshot(join(top, "c"))).toEqual(["b/ 755", "b/run.sh 755 #!", "in -> b"]);
    await expect(copyFile(guard, "a", "c", { signal })).rejects.toThrow("already exists");
    await expect(copyFile(guard, "a", "a/b/c", { signal })).rejects.toThrow("inside the source");
    await expect(copyFile(guard, "a/b/run.sh", "c/b/run.sh", { signal })).rejects.toThrow("exists");
    await copyFile(guard, "a/b/run.sh", "c/b/run.sh", { signal, overwrite: true });
  });

  it("copies large files whole", async () => {
    const content = Buffer.from(Uint8Array.from({ length: 3_000_001 }, (_, i) => i % 251));
    await plant(top, { large: content });
    await copyFile(guard, "large", "copy", { signal });
    expect((await readFile(join(top, "copy"))).equals(content)).toBe(true);
  });

  it("--deny 'config/prod/**', then copy config: refused, as is a folder with what rules name", async () => {
    await plant(top, {
      "config/prod/key": "secret",
      "web/a/.env": "secret",
      "repo/.git/config": "",
    });
    const strict = await createPathGuard({ directories: [top], deny: ["config/prod/**", ".env"] });
    for (const name of ["config", "web", "repo"]) {
      for (const work of [copyFile, moveFile]) {
        const attempt = work(strict, name, "other", { signal });
        await expect(attempt, name).rejects.toThrow("denied or protected");
      }
    }
    expect(await readdir(top)).toEqual(["config", "repo", "web"]);
  });

  it("a 2 GB sparse file is copied as a sparse one", async () => {
    const handle = await open(join(top, "sparse"), "w");
    await handle.write("start", 0);
    await handle.write("middle", 1024 ** 3);
    await handle.truncate(2 * 1024 ** 3);
    await handle.close();
    await copyFile(guard, "sparse", "copy", { signal });
    const { size, blocks } = await stat(join(top, "copy"));
    expect(size).toBe(2 * 1024 ** 3);
    expect(blocks * 512).toBeLessThan(2 * 1024 ** 2);
    const copy = await open(join(top, "copy"));
    const { buffer } = await copy.read(Buffer.alloc(8), 0, 8, 1024 ** 3 - 1);
    await copy.close();
    expect(buffer.toString()).toBe("\0middle\0");
  });

  it("a move to another file system that had to skip entries keeps the source", async ({
    skip,
  }) => {
    const other = await temporaryDirectory({ inMemory: true });
    if ((await stat(other)).dev === (await stat(top)).dev) {
      const what = "NOT RUN: a move to another file system, as there is only one here.";
      if (process.env["FAIRLEAD_REQUIRE"] === "all") throw new Error(what);
      process.stderr.write(`${what}\n`);
      return skip(what);
    }
    const both = await createPathGuard({ directories: [top, other] });
    await plant(top, { "a/b.txt": "1", "a/out": { link: "/etc" }, "plain/c.txt": "2" });
    const before = await snapshot(top);
    const moving = moveFile(both, "a", join(other, "a"), { signal });
    await expect(moving).rejects.toThrow("1 entries could not be copied");
    expect(await snapshot(top)).toEqual(before);
    expect(await readdir(other)).toEqual([]);
    await moveFile(both, "plain", join(other, "plain"), { signal });
    expect(await snapshot(other)).toEqual(["plain/ 755", "plain/c.txt 644 2"]);
    expect(await readdir(top)).toEqual(["a"]);
  });

  it("moves onto something only when told to", async () => {
    await plant(top, { "a.txt": "1", "b.txt": "2" });
    await expect(moveFile(guard, "a.txt", "b.txt", { signal })).rejects.toThrow("already exists");
    await moveFile(guard, "a.txt", "b.txt", { signal, overwrite: true });
    expect(await readdir(top)).toEqual(["b.txt"]);
    expect(await text("b.txt")).toBe("1");
  });
});

describe("telling about files", () => {
  it("says what a link leads to, the type and the hash", async () => {
    await plant(top, { "a.json": "{}", link: { link: "a.json" } });
    expect(await readInfo(guard, "link", { hash: true, signal })).toMatchObject({
      path: join(top, "a.json"),
      type: "file",
      size: 2,
      linkTarget: "a.json",
      sha256: hashOf(Buffer.from("{}")),
    });
    expect(await readInfo(guard, top, { hash: false, signal })).toMatchObject({
      type: "directory",
    });
  });

  it("compares files", async () => {
    await plant(top, { "a.txt": "1\n2\n3\n", "b.txt": "1\n3\n--- 4\n", "c.txt": "1\n2\n3\n" });
    const { added, removed, diff } = await diffFiles(guard, "a.txt", "b.txt", { contextLines: 0 });
    expect([added, removed]).toEqual([1, 1]);
    expect(diff).toContain("-2\n");
    expect((await diffFiles(guard, "a.txt", "c.txt", { contextLines: 3 })).diff).toBeUndefined();
  });

  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.00 KB"],
    [1536, "1.50 KB"],
    [1024 ** 2, "1.00 MB"],
    [1024 ** 5, "1024.00 TB"],
  ])("%i bytes are %s", (bytes, size) => {
    expect(formatSize(bytes)).toBe(size);
  });

  it("reads documents: text, bytes, and directories as JSON with URIs", async () => {
    await plant(top, { "dir/a b#.txt": "text", "dir/p.png": Buffer.from([137, 80]) });
    const listing = await readDocument(guard, "dir");
    expect(listing.type).toBe("application/json");
    expect(String(listing.body)).toContain("/dir/a%20b%23.txt");
    expect(await readDocument(guard, "dir/a b#.txt")).toMatchObject({
      type: "text/plain",
      body: "text",
    });
    expect((await readDocument(guard, "dir/p.png")).body).toBeInstanceOf(Buffer);
  });

  it("completes paths, also the allowed directories themselves", async () => {
    await plant(top, { "alpha/x": "", "alphabet.txt": "", "beta.txt": "" });
    expect(await completePath(guard, join(top, "alp"))).toEqual([
      join(top, "alpha/"),
      join(top, "alphabet.txt"),
    ]);
    expect(await completePath(guard, "")).toEqual([top]);
    expect(await completePath(guard, "/etc/")).toEqual([]);
  });
});

import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createDirectory, moveEntry, readDirectory, removeEntry, removeTree } from "./entries.ts";
import { createPathGuard, type PathGuard } from "./paths.ts";
import { appendFile, replaceFile, updateFile } from "./write.ts";

let top: string;
let guard: PathGuard;
const { signal } = new AbortController();

beforeEach(async () => {
  top = await realpath(await mkdtemp(join(tmpdir(), "fairlead-write-")));
  onTestFinished(() => rm(top, { recursive: true, force: true }));
  guard = await createPathGuard({ directories: [top] });
});

const text = (name: string) => readFile(join(top, name), "utf8");
const bytes = (content: string) => Buffer.from(content);

describe("writing through the guard", () => {
  it("creates and replaces, keeps the mode and leaves nothing else", async () => {
    expect((await replaceFile(guard, "a", bytes("1"))).created).toBe(true);
    await chmod(join(top, "a"), 0o751);
    expect((await replaceFile(guard, "a", bytes("2"))).created).toBe(false);
    expect(await text("a")).toBe("2");
    expect((await stat(join(top, "a"))).mode & 0o777).toBe(0o751);
    expect(await readdir(top)).toEqual(["a"]);
  });

  it("writes to where a link leads, and keeps the link", async () => {
    await writeFile(join(top, "a"), "1");
    await symlink("a", join(top, "link"));
    await replaceFile(guard, "link", bytes("2"));
    expect(await text("a")).toBe("2");
    expect(await readdir(top)).toEqual(["a", "link"]);
  });

  it("leaves everything as it was when the content fails half way", async () => {
    await writeFile(join(top, "a"), "1");
    const failing = replaceFile(guard, "a", async (handle) => {
      await handle.writeFile("half");
      throw new Error("broken");
    });
    await expect(failing).rejects.toThrow("broken");
    expect(await text("a")).toBe("1");
    expect(await readdir(top)).toEqual(["a"]);
  });

  it("compares the expected hash at the last moment", async () => {
    await writeFile(join(top, "a"), "1");
    const expected = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b";
    const late = replaceFile(
      guard,
      "a",
      async (handle) => {
        await handle.writeFile("mine");
        await writeFile(join(top, "a"), "theirs");
      },
      { expected },
    );
    await expect(late).rejects.toThrow("has changed");
    expect(await text("a")).toBe("theirs");
  });

  it("creates only, even when the file appears while it is being written", async () => {
    const late = replaceFile(guard, "a", () => writeFile(join(top, "a"), "theirs"), {
      createOnly: true,
    });
    await expect(late).rejects.toThrow("already exists");
    expect(await text("a")).toBe("theirs");
    expect(await readdir(top)).toEqual(["a"]);
  });

  it("does not lose a change that another process makes during an update", async () => {
    await writeFile(join(top, "a"), "1");
    const update = updateFile(guard, "a", async () => {
      await writeFile(join(top, "a"), "theirs");
      return bytes("mine");
    });
    await expect(update).rejects.toThrow("has changed");
    expect(await text("a")).toBe("theirs");
  });

  it("lets concurrent updates of one file take turns", async () => {
    await writeFile(join(top, "a"), "");
    const add = () => updateFile(guard, "a", async (before) => Buffer.concat([before, bytes("x")]));
    await Promise.all(Array.from({ length: 20 }, add));
    expect(await text("a")).toBe("x".repeat(20));
  });

  it("appends, and creates what it appends to", async () => {
    expect((await appendFile(guard, "log", bytes("1"))).created).toBe(true);
    expect((await appendFile(guard, "log", bytes("2"))).created).toBe(false);
    expect(await text("log")).toBe("12");
  });

  it("refuses files with several names only when strict", async () => {
    await writeFile(join(top, "a"), "1");
    await link(join(top, "a"), join(top, "b"));
    const strict = await createPathGuard({ directories: [top], strict: true });
    await expect(replaceFile(strict, "a", bytes("2"))).rejects.toThrow("hard links");
    await expect(appendFile(strict, "a", bytes("2"))).rejects.toThrow("hard links");
    await replaceFile(guard, "a", bytes("2"));
    expect(await text("b")).toBe("1");
  });

  it("sweeps the temporary files of killed writers, and only those", async () => {
    const old = new Date(Date.now() - 3_600_000);
    const stale = `.fairlead-${"0".repeat(32)}.tmp`;
    const fresh = `.fairlead-${"1".repeat(32)}.tmp`;
    for (const name of [stale, fresh, "other.tmp"]) await writeFile(join(top, name), "");
    for (const name of [stale, "other.tmp"]) await utimes(join(top, name), old, old);
    await replaceFile(guard, "a", bytes("1"));
    expect(await readdir(top)).toEqual([fresh, "a", "other.tmp"]);
  });
});

describe("entries through the guard", () => {
  it("creates directories and lists them", async () => {
    expect(await createDirectory(guard, "a/b/c")).toBe(true);
    expect(await createDirectory(guard, "a/b/c")).toBe(false);
    expect((await readDirectory(guard, "a")).map(({ name }) => name)).toEqual(["b"]);
  });

  it("moves a link itself, and never onto something", async () => {
    await writeFile(join(top, "a"), "1");
    await writeFile(join(top, "b"), "2");
    await symlink("a", join(top, "link"));
    await moveEntry(guard, "link", "moved");
    expect(await readdir(top)).toEqual(["a", "b", "moved"]);
    await expect(moveEntry(guard, "a", "b")).rejects.toThrow("already exists");
    await moveEntry(guard, "a", "b", { overwrite: true });
    expect(await text("b")).toBe("1");
  });

  it("removes a tree without following the links in it", async () => {
    await mkdir(join(top, "tree/deep"), { recursive: true });
    await writeFile(join(top, "keep"), "1");
    await symlink(join(top, "keep"), join(top, "tree/deep/link"));
    await symlink(top, join(top, "tree/up"));
    await expect(removeEntry(guard, "tree")).rejects.toThrow("ENOTEMPTY");
    await removeTree(guard, "tree", signal);
    expect(await readdir(top)).toEqual(["keep"]);
  });
});

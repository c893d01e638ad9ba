import { randomBytes } from "node:crypto";
import {
  chmod,
  chown,
  type FileHandle,
  link,
  mkdir,
  mkdtemp,
  open,
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
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { createDirectory, moveEntry, readDirectory, removeEntry, removeTree } from "./entries.ts";
import { createPathGuard, type PathGuard } from "./paths.ts";
import { appendFile, replaceFile, updateFile } from "./write.ts";

// Only so that a test can foresee the name of a temporary file.
vi.mock("node:crypto", async (original) => {
  const real = await original<typeof import("node:crypto")>();
  return { ...real, randomBytes: vi.fn(real.randomBytes) };
});

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
    const update = updateFile(guard, "a", { largest: 100 }, async () => {
      await writeFile(join(top, "a"), "theirs");
      return bytes("mine");
    });
    await expect(update).rejects.toThrow("has changed");
    expect(await text("a")).toBe("theirs");
  });

  it("reads nothing of a file that is larger than may be changed", async () => {
    await writeFile(join(top, "a"), "x".repeat(101));
    const update = updateFile(guard, "a", { largest: 100 }, async () => bytes("mine"));
    await expect(update).rejects.toThrow("too large to edit: 101 bytes");
    expect(await text("a")).toBe("x".repeat(101));
  });

  it("does not lose a file that another process makes longer or removes during an update", async () => {
    await writeFile(join(top, "a"), "1");
    const longer = updateFile(guard, "a", { largest: 100 }, async () => {
      await writeFile(join(top, "a"), "1 and more");
      return bytes("mine");
    });
    await expect(longer).rejects.toThrow("has changed");
    expect(await text("a")).toBe("1 and more");
    const removed = updateFile(guard, "a", { largest: 100 }, async () => {
      await rm(join(top, "a"));
      return bytes("mine");
    });
    await expect(removed).rejects.toThrow("does not exist any more");
    expect(await readdir(top)).toEqual([]);
  });

  it("lets concurrent updates of one file take turns", async () => {
    await writeFile(join(top, "a"), "");
    const add = () =>
      updateFile(guard, "a", { largest: 100 }, async (before) =>
        Buffer.concat([before, bytes("x")]),
      );
    await Promise.all(Array.from({ length: 20 }, add));
    expect(await text("a")).toBe("x".repeat(20));
  });

  it("appends, and creates what it appends to", async () => {
    expect((await appendFile(guard, "log", async () => bytes("1"))).created).toBe(true);
    expect((await appendFile(guard, "log", async () => bytes("2"))).created).toBe(false);
    expect(await text("log")).toBe("12");
  });

  it("refuses files with several names only when strict", async () => {
    await writeFile(join(top, "a"), "1");
    await link(join(top, "a"), join(top, "b"));
    const strict = await createPathGuard({ directories: [top], strict: true });
    await expect(replaceFile(strict, "a", bytes("2"))).rejects.toThrow("hard links");
    await expect(appendFile(strict, "a", async () => bytes("2"))).rejects.toThrow("hard links");
    await replaceFile(guard, "a", bytes("2"));
    expect(await text("b")).toBe("1");
  });

  it("sweeps the temporary files of writers ended by kill -9, and only those", async () => {
    const old = new Date(Date.now() - 3_600_000);
    const writing: string[] = [];
    await replaceFile(guard, "a", async () => {
      writing.push(...(await readdir(top)).filter((name) => name.endsWith(".tmp")));
    });
    expect(writing).toEqual([expect.stringMatching(/^\.fairlead-\w+-[0-9a-f]{32}\.tmp$/)]);
    const own = String(writing[0]);
    const random = "0".repeat(32);
    const foreign = `.fairlead-1_1-${random}.tmp`;
    const foreignOld = `.fairlead-1_2-${random}.tmp`;
    // A process number that no process can have, so that it is one that is gone.
    const gone = own.replace(/_\d+-/, "_999999999-");
    for (const name of [own, foreign, foreignOld, gone, "other.tmp"]) {
      await writeFile(join(top, name), "");
    }
    for (const name of [foreignOld, "other.tmp"]) await utimes(join(top, name), old, old);
    const later = await createPathGuard({ directories: [top] });
    await replaceFile(later, "a", bytes("1"));
    const left = process.platform === "linux" ? [] : [gone];
    expect(await readdir(top)).toEqual([foreign, own, ...left, "a", "other.tmp"].sort());
  });

  it.runIf(process.platform === "linux" && process.getuid?.() === 0)(
    "leaves those of another user, whose processes it may not see",
    async () => {
      const writing: string[] = [];
      await replaceFile(guard, "a", async () => {
        writing.push(...(await readdir(top)).filter((name) => name.endsWith(".tmp")));
      });
      const gone = String(writing[0]).replace(/_\d+-/, "_999999999-");
      await writeFile(join(top, gone), "");
      await chown(join(top, gone), 65_534, 65_534);
      const later = await createPathGuard({ directories: [top] });
      await replaceFile(later, "a", bytes("1"));
      expect(await readdir(top)).toEqual([gone, "a"]);
    },
  );

  it.runIf(process.platform === "linux")("closes what it opens", async () => {
    const count = async () => (await readdir("/proc/self/fd")).length;
    await replaceFile(guard, "a", bytes("1"));
    const before = await count();
    for (let turn = 0; turn < 10; turn += 1) {
      await replaceFile(guard, "a", bytes(String(turn)));
      await appendFile(guard, "a", async () => bytes("x"));
      await updateFile(guard, "a", { largest: 100 }, async () => bytes("y"));
      await expect(
        replaceFile(guard, "a", () => Promise.reject(new Error("no"))),
      ).rejects.toThrow();
    }
    expect(await count()).toBeLessThan(before + 5);
  });

  it("O_EXCL: a file that stands where the temporary one would is neither written nor removed", async () => {
    const foreseen = vi.mocked(randomBytes).mockImplementation(() => Buffer.alloc(16));
    onTestFinished(() => void foreseen.mockReset());
    const names: string[] = [];
    await replaceFile(guard, "a", async () => {
      names.push(...(await readdir(top)).filter((name) => name.endsWith(".tmp")));
    });
    const [name = ""] = names;
    await writeFile(join(top, name), "theirs");
    await expect(replaceFile(guard, "a", bytes("mine"))).rejects.toThrow("EEXIST");
    expect(await text(name)).toBe("theirs");
  });

  it("temp mode 0600: nobody else can read the new content before it has the file's own mode", async () => {
    await writeFile(join(top, "a"), "1");
    await chmod(join(top, "a"), 0o640);
    for (const [target, mode, lasting] of [
      ["a", undefined, 0o640],
      ["b", 0o644, 0o644],
    ] as const) {
      const modes: number[] = [];
      const look = async () => {
        const [name = ""] = (await readdir(top)).filter((entry) => entry.endsWith(".tmp"));
        modes.push((await stat(join(top, name))).mode & 0o777);
      };
      await replaceFile(guard, target, look, { mode });
      expect(modes).toEqual([0o600]);
      expect((await stat(join(top, target))).mode & 0o777).toBe(lasting);
    }
  });

  it("fsync: content is on disk before it takes the file's place, and then the name", async () => {
    const calls: string[] = [];
    const handle = await open(top);
    const prototype: FileHandle = Object.getPrototypeOf(handle);
    await handle.close();
    const { sync } = prototype;
    onTestFinished(() => void vi.restoreAllMocks());
    vi.spyOn(prototype, "sync").mockImplementation(async function (this: FileHandle) {
      const kind = (await this.stat()).isDirectory() ? "directory" : "file";
      calls.push(`${kind} with ${(await readdir(top)).includes("a") ? "a" : "no a"}`);
      await sync.call(this);
    });
    await replaceFile(guard, "a", bytes("1"));
    expect(calls).toEqual(["file with no a", "directory with a"]);
    calls.length = 0;
    await appendFile(guard, "a", async () => bytes("2"));
    expect(calls).toEqual(["file with a"]);
    calls.length = 0;
    await appendFile(guard, "b", async () => bytes("2"));
    expect(await moveEntry(guard, "b", "c")).toBe(true);
    await createDirectory(guard, "d");
    await removeEntry(guard, "c");
    expect(calls).toEqual(["file with a", ...Array.from({ length: 5 }, () => "directory with a")]);
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

  it("--deny 'config/prod/**', then move config: refused, and so is any folder that holds what rules name", async () => {
    for (const name of ["config/prod", "repo/.git", "keys/a/b", "dev", "new/.GIT"]) {
      await mkdir(join(top, name), { recursive: true });
      await writeFile(join(top, name, "file"), "1");
    }
    const strict = await createPathGuard({
      directories: [top],
      deny: ["config/prod/**", "/dev/x"],
    });
    const before = await readdir(top, { recursive: true });
    for (const [from, to] of [
      ["config", "other"],
      ["repo", "repo-2"],
      ["new", "new-2"],
    ] as const) {
      await expect(moveEntry(strict, from, to), from).rejects.toThrow("denied or protected");
    }
    // What is harmless here may be named by a rule there.
    await mkdir(join(top, "plain/x"), { recursive: true });
    await removeTree(strict, "dev", signal);
    await expect(moveEntry(strict, "plain", "dev")).rejects.toThrow("denied or protected");
    await moveEntry(strict, "keys", "keys-2");
    expect((await readdir(top, { recursive: true })).sort()).toEqual(
      [
        ...before
          .filter((name) => !/^dev/.test(name))
          .map((name) => name.replace(/^keys/, "keys-2")),
        ...["plain", "plain/x"],
      ].sort(),
    );
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

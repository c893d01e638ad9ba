import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createPathGuard } from "./paths.ts";

let top: string;
let inside: string;

beforeEach(async () => {
  top = await realpath(await mkdtemp(join(tmpdir(), "fairlead-guard-")));
  onTestFinished(() => rm(top, { recursive: true, force: true }));
  inside = join(top, "allow");
  await mkdir(join(inside, "sub"), { recursive: true });
  await mkdir(join(top, "allow_evil"));
  await writeFile(join(inside, "file.txt"), "inside");
  await writeFile(join(top, "allow_evil", "file.txt"), "outside");
});

const guardOf = (...directories: string[]) => createPathGuard({ directories });

describe("the path guard", () => {
  it("has no default: without a directory it does not start", async () => {
    await expect(guardOf()).rejects.toThrow("No directory is allowed");
    await expect(guardOf(join(top, "missing"))).rejects.toThrow("ENOENT");
    await expect(guardOf(join(inside, "file.txt"))).rejects.toThrow("not a directory");
    await expect(guardOf("/proc")).rejects.toThrow("ordinary");
  });

  it("takes absolute and relative paths inside, and nothing else", async () => {
    const guard = await guardOf(inside);
    const path = join(inside, "file.txt");
    expect(await guard.locate(path, "read")).toEqual({ path, missing: 0 });
    expect(await guard.locate("sub/../file.txt", "read")).toEqual({ path, missing: 0 });
    for (const other of [
      `${inside}_evil/file.txt`,
      "../allow_evil/file.txt",
      "/",
      "~",
      homedir(),
    ]) {
      await expect(guard.locate(other, "look"), other).rejects.toThrow("outside allowed");
    }
  });

  it("resolves a relative path against the first directory it does not leave", async () => {
    const guard = await guardOf(inside, join(top, "allow_evil"));
    const path = join(top, "allow_evil", "file.txt");
    expect((await guard.locate("../allow_evil/file.txt", "read")).path).toBe(path);
  });

  it("decides about what is in one directory as it does path by path", async () => {
    const deny = [
      ".env",
      ".env.*",
      "*.pem",
      "/top/*.key",
      "a/b",
      "**/deep/**",
      "x[0-9]",
      "k*y*z*q",
    ];
    const guards = [
      await createPathGuard({ directories: [inside], deny }),
      await createPathGuard({ directories: [inside, join(inside, "sub")], deny }),
      await createPathGuard({ directories: [join(inside, "sub")], deny }),
    ];
    const places = [
      "",
      "sub",
      "a",
      "top",
      "deep",
      "deep/er",
      ".env",
      "sub/.env.d",
      "a/b",
      "../allow_evil",
    ];
    const names = [
      ".env",
      ".ENV",
      ".env.d",
      "a.pem",
      "a.pem.txt",
      "s.key",
      "b",
      "deep",
      "x1",
      "xa",
    ];
    for (const guard of guards) {
      for (const place of places) {
        const directory = join(inside, place);
        const readable = guard.readable(directory);
        for (const name of [...names, "sub", "kayazaq", "b/.env", ".e\u200cnv", "file.txt"]) {
          const path = `${directory}/${name}`;
          expect([path, readable(name)]).toEqual([path, guard.admits(path, "read")]);
        }
      }
    }
    const everything = await guardOf("/");
    expect(everything.readable("/")("proc")).toBe(false);
    expect(everything.readable("/proc")("version")).toBe(false);
    expect(everything.readable("/etc")("hostname")).toBe(true);
  });

  it("follows links that stay inside and refuses those that leave", async () => {
    await symlink("file.txt", join(inside, "good"));
    await symlink(join(top, "allow_evil"), join(inside, "bad"));
    await symlink("nowhere", join(inside, "dangling"));
    const guard = await guardOf(inside);
    expect((await guard.locate("good", "read")).path).toBe(join(inside, "file.txt"));
    await expect(guard.locate("bad/file.txt", "look")).rejects.toThrow("symlink target outside");
    await expect(guard.locate("bad/new.txt", "write")).rejects.toThrow("symlink target outside");
    await expect(guard.locate("bad/a/b/new.txt", "write")).rejects.toThrow("symlink target");
    await expect(guard.locate("dangling", "write")).rejects.toThrow("leads nowhere");
    await expect(guard.locate("dangling/x", "write")).rejects.toThrow("leads nowhere");
  });

  it("counts the segments that do not exist", async () => {
    const guard = await guardOf(inside);
    expect(await guard.locate("sub/a/b", "write")).toEqual({
      path: join(inside, "sub/a/b"),
      missing: 2,
    });
    await expect(guard.locate("file.txt/a", "write")).rejects.toThrow("ENOTDIR");
  });

  it("keeps to the real place of a directory that was given as a link", async () => {
    await symlink("allow", join(top, "alias"));
    const guard = await guardOf(join(top, "alias"));
    expect(guard.directories).toEqual([join(top, "alias"), inside]);
    expect((await guard.locate(join(top, "alias/file.txt"), "read")).path).toBe(
      join(inside, "file.txt"),
    );
  });

  it("finds a name in its other Unicode form, unless several could be meant", async () => {
    await writeFile(join(inside, "Caf\u00e9"), "");
    const guard = await guardOf(inside);
    expect((await guard.locate("Cafe\u0301", "read")).path).toBe(join(inside, "Caf\u00e9"));
    expect((await guard.locateEntry("Cafe\u0301", "write")).path).toBe(join(inside, "Caf\u00e9"));
    await writeFile(join(inside, "\u1e69"), "");
    await writeFile(join(inside, "s\u0323\u0307"), "");
    await expect(guard.locate("s\u0307\u0323", "read")).rejects.toThrow("different Unicode forms");
  });

  it("applies rules at any depth, whatever the case, to a directory and all in it", async () => {
    const guard = await createPathGuard({
      directories: [inside],
      deny: [".env", "keys/**", "/top.txt"],
      protect: [".git"],
    });
    const refused = async (path: string, access: "read" | "write") =>
      expect(guard.locate(path, access), path).rejects.toThrow("Access denied");
    await refused(".env", "read");
    await refused("sub/.ENV", "read");
    await refused("keys", "read");
    await refused("a/keys/b/c", "read");
    await refused("top.txt", "read");
    await refused(".git", "write");
    await refused("sub/.git/hooks/pre-commit", "write");
    await refused(".g\u200cit/config", "write");
    expect((await guard.locate("sub/top.txt", "read")).missing).toBe(1);
    expect((await guard.locate(".git/config", "read")).missing).toBe(2);
    expect((await guard.locate(".env", "look")).missing).toBe(1);
    expect((await guard.locate(".gitignore", "write")).missing).toBe(1);
  });

  it("applies rules to where a link leads, not only to its name", async () => {
    await writeFile(join(inside, ".env"), "secret");
    await symlink(".env", join(inside, "harmless.txt"));
    const guard = await createPathGuard({ directories: [inside], deny: [".env"] });
    await expect(guard.locate("harmless.txt", "read")).rejects.toThrow("secrets");
  });

  it("measures rules from the allowed directory, so one may itself have a denied name", async () => {
    const own = join(inside, ".ssh");
    await mkdir(own);
    const guard = await createPathGuard({ directories: [own], deny: [".ssh"] });
    expect((await guard.locate(join(own, "id"), "read")).missing).toBe(1);
  });

  it("does not give out the allowed directories themselves as entries", async () => {
    const guard = await guardOf(inside);
    await expect(guard.locateEntry(inside, "write")).rejects.toThrow("allowed directory itself");
    await expect(guard.locateEntry("sub/..", "write")).rejects.toThrow("allowed directory itself");
  });
});

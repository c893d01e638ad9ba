import { execFileSync } from "node:child_process";
import { closeSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { HeldDirectory, openHeld } from "./held.ts";
import { createPathGuard, PathGuard } from "./paths.ts";

let top: string;
let guard: PathGuard;

beforeEach(async () => {
  top = await realpath(await mkdtemp(join(tmpdir(), "fairlead-held-")));
  onTestFinished(() => rm(top, { recursive: true, force: true }));
  await mkdir(join(top, "allow/sub"), { recursive: true });
  await mkdir(join(top, "outside"));
  await writeFile(join(top, "allow/sub/file.txt"), "inside");
  await writeFile(join(top, "allow/.env"), "secret");
  await writeFile(join(top, "outside/file.txt"), "outside");
  // Made from facts, as a thread makes it.
  const { facts } = await createPathGuard({ directories: [join(top, "allow")], deny: [".env"] });
  guard = new PathGuard(structuredClone(facts));
});

const hold = (...names: string[]) => HeldDirectory.hold(guard, join(top, ...names));

function read(directory: HeldDirectory, name: string): string | undefined {
  const file = directory.open(name);
  if (file === undefined) return undefined;
  const text = readFileSync(file.descriptor, "utf8");
  closeSync(file.descriptor);
  return text;
}

it("opens what is inside, and neither secrets, links, pipes nor what is outside", async () => {
  execFileSync("mkfifo", [join(top, "allow/pipe")]);
  await symlink("../outside", join(top, "allow/out"));
  await symlink("sub/file.txt", join(top, "allow/in"));
  const directory = hold("allow");
  expect(directory.entries().map(({ name }) => name)).toEqual([".env", "in", "out", "pipe", "sub"]);
  const sub = directory.enter("sub");
  expect(sub.path).toBe(join(top, "allow/sub"));
  expect(read(sub, "file.txt")).toBe("inside");
  expect(directory.open(".env")).toBeUndefined();
  expect(directory.open("pipe")).toBeUndefined();
  expect(() => directory.open("in")).toThrow("ELOOP");
  expect(() => directory.enter("out")).toThrow();
  expect(() => directory.enter("..")).toThrow();
  expect([directory.leadsInside("in"), directory.leadsInside("out")]).toEqual([true, false]);
  expect(() => hold("outside")).toThrow("outside allowed");
  expect(() => hold("allow/out")).toThrow();
  sub.release();
  directory.release();
});

it("does not follow where a directory is swapped for a link while it is held, or once let go", async () => {
  const sub = hold("allow/sub");
  await rename(join(top, "allow/sub"), join(top, "allow/parked"));
  await symlink("../outside", join(top, "allow/sub"));
  // The one that was judged is still the one that is read.
  if (process.platform === "linux") expect(read(sub, "file.txt")).toBe("inside");
  sub.release();
  expect(() => sub.open("file.txt")).toThrow();
  expect(() => hold("allow/sub")).toThrow();
});

it("opens by path what is simply there, and leaves the rest to be explained", async () => {
  execFileSync("mkfifo", [join(top, "allow/pipe")]);
  await symlink("sub/file.txt", join(top, "allow/in"));
  await symlink("../outside/file.txt", join(top, "allow/out"));
  await symlink(".env", join(top, "allow/env"));
  const open = (path: string) => {
    const file = openHeld(guard, path);
    if (file === undefined) return undefined;
    const text = readFileSync(file.descriptor, "utf8");
    closeSync(file.descriptor);
    return text;
  };
  expect(["sub/file.txt", "in", join(top, "allow/sub/../sub/file.txt")].map(open)).toEqual([
    ...["inside", "inside", "inside"],
  ]);
  for (const path of [
    "missing",
    "sub",
    "pipe",
    ".env",
    "env",
    "out",
    "../outside/file.txt",
    "a\0",
  ]) {
    expect([path, open(path)]).toEqual([path, undefined]);
  }
});

import { mkdirSync, renameSync, rmSync, watch as watchNow, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { type Access, createPathGuard, type Location, PathGuard } from "./paths.ts";
import { watchDirectory } from "./watch.ts";

vi.mock("node:fs", { spy: true });

/** Long enough for a slow machine; what comes in time takes no part of it. */
const until = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });

/** Says how many paths are looked at. */
class CountingGuard extends PathGuard {
  looks = 0;
  at = 0;
  most = 0;

  override async locate(requested: string, access: Access): Promise<Location> {
    this.looks += 1;
    this.at += 1;
    this.most = Math.max(this.most, this.at);
    try {
      return await super.locate(requested, access);
    } finally {
      this.at -= 1;
    }
  }
}

async function watch() {
  const top = await realpath(await mkdtemp(join(tmpdir(), "fairlead-watch-")));
  const path = join(top, "allow/sub/dir");
  await mkdir(path, { recursive: true });
  const { facts } = await createPathGuard({ directories: [join(top, "allow")] });
  const guard = new CountingGuard(facts);
  const control = new AbortController();
  const seen = { names: new Set<string | null>(), gone: 0, failures: Array.of<unknown>() };
  await watchDirectory(guard, path, {
    changed: (_, name) => void seen.names.add(name),
    gone() {
      seen.gone += 1;
    },
    failed: (error) => void seen.failures.push(error),
    signal: control.signal,
  });
  onTestFinished(async () => {
    control.abort();
    await rm(top, { recursive: true, force: true });
  });
  return { top, path, guard, seen };
}

it("looks at a directory one time after the other, however much changes in it at once", async () => {
  const { path, guard, seen } = await watch();
  const before = guard.looks;
  for (let n = 0; n < 10_000; n += 1) writeFileSync(join(path, `${n}`), "");
  await until(() => seen.names.size).toBeGreaterThan(1_000);
  await until(() => guard.at).toBe(0);
  expect(guard.most).toBe(1);
  expect(guard.looks - before).toBeLessThan(1_000);
  expect(seen).toMatchObject({ gone: 0, failures: [] });
});

it("says once that a directory is gone, also when another has its place and its number", async () => {
  const { path, seen } = await watch();
  for (let n = 0; n < 100; n += 1) writeFileSync(join(path, `${n}`), "");
  rmSync(path, { recursive: true });
  mkdirSync(path);
  await until(() => seen.gone).toBe(1);
  expect(seen.failures).toEqual([]);
});

it("says nothing of a directory that went with one above it to where nobody may look", async () => {
  const { top, path, seen } = await watch();
  renameSync(join(path, ".."), join(top, "outside"));
  writeFileSync(join(top, "outside/dir/secret.txt"), "");
  await until(() => seen.gone).toBe(1);
  expect([...seen.names]).toEqual([]);
});

it("says that the system has no watch left, and not that the disk is full", async () => {
  vi.mocked(watchNow).mockImplementationOnce(() => {
    const said = "ENOSPC: System limit for number of file watchers reached, watch '.'";
    throw Object.assign(new Error(said), { code: "ENOSPC", errno: -28, syscall: "watch" });
  });
  await expect(watch()).rejects.toThrow(/no inotify watch left.*allow\/sub\/dir/);
});

import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, symlink, utimes } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { createProfile } from "./profile.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

// Only Linux tells which processes there are.
test.skipIf(process.platform !== "linux")("what killed servers left is removed", async () => {
  const top = await mkdtemp(join(tmpdir(), "fairlead-profiles-"));
  onTestFinished(() => rm(top, { recursive: true }));
  vi.stubEnv("TMPDIR", top);
  onTestFinished(() => void vi.unstubAllEnvs());
  const ended = spawnSync(process.execPath, ["--version"]).pid;
  const left: [name: string, lock: string | undefined, age: number][] = [
    ["fairlead-browser-runs", `${hostname()}-${process.pid}`, 2 * day],
    ["fairlead-browser-ended", `${hostname()}-${ended}`, 0],
    ["fairlead-browser-elsewhere", `elsewhere-${ended}`, day - minute],
    ["fairlead-browser-elsewhere-old", `elsewhere-${process.pid}`, day + minute],
    ["fairlead-browser-starting", undefined, minute],
    ["fairlead-browser-never-started", undefined, 3 * minute],
    ["fairlead-upload-new", undefined, day - minute],
    ["fairlead-upload-old", undefined, day + minute],
    ["of-somebody-else", undefined, 2 * day],
  ];
  for (const [name, lock, age] of left) {
    const path = join(top, name);
    await mkdir(path);
    if (lock !== undefined) await symlink(lock, join(path, "SingletonLock"));
    const then = new Date(Date.now() - age);
    await utimes(path, then, then);
  }
  const made = await createProfile();
  expect((await readdir(top)).map((name) => join(top, name)).sort()).toEqual(
    [
      made,
      ...["runs", "elsewhere", "starting"].map((name) => join(top, `fairlead-browser-${name}`)),
      join(top, "fairlead-upload-new"),
      join(top, "of-somebody-else"),
    ].sort(),
  );
});

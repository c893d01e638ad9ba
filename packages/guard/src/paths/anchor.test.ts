import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { openFile, statPath } from "./anchor.ts";
import { createPathGuard, type PathGuard } from "./paths.ts";

let top: string;
let guard: PathGuard;

beforeEach(async () => {
  top = await realpath(await mkdtemp(join(tmpdir(), "fairlead-anchor-")));
  onTestFinished(() => rm(top, { recursive: true, force: true }));
  for (const name of ["asked", "other"]) {
    await mkdir(join(top, name));
    await writeFile(join(top, name, "a"), name);
  }
  guard = await createPathGuard({ directories: [top] });
});

/** Has a directory become a link to another allowed one as soon as a path has been decided about. */
function swapAfterDecision(): void {
  const locate = guard.locate.bind(guard);
  vi.spyOn(guard, "locate").mockImplementation(async (...args) => {
    const location = await locate(...args);
    await rename(join(top, "asked"), join(top, "gone"));
    await symlink("other", join(top, "asked"));
    return location;
  });
}

test.each([
  ["read", openFile],
  ["looked at", statPath],
])("nothing but what was decided about is %s, also where all of it is allowed", async (_, use) => {
  swapAfterDecision();
  await expect(use(guard, "asked/a")).rejects.toThrow("moved or replaced");
});

test("what was decided about is read", async () => {
  const { handle } = await openFile(guard, "asked/a");
  expect(await handle.readFile("utf8")).toBe("asked");
  await handle.close();
});

import { mkdirSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Access, createPathGuard, type Location, PathGuard } from "@fairlead/guard";
import { expect, it, onTestFinished, vi } from "vitest";
import { RepositoryWatches } from "../src/repository/watch.ts";
import { createOwner, temporaryDirectory } from "./support/repo.ts";

vi.mock("node:fs", { spy: true });

/** Long enough for a slow machine; what comes in time takes no part of it. */
const until = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });

/** Says how many paths are looked at at once. */
class CountingGuard extends PathGuard {
  at = 0;
  most = 0;

  override async locate(requested: string, access: Access): Promise<Location> {
    this.at += 1;
    this.most = Math.max(this.most, this.at);
    try {
      return await super.locate(requested, access);
    } finally {
      this.at -= 1;
    }
  }
}

async function open() {
  const top = await temporaryDirectory();
  const owner = await createOwner(join(top, "repo"));
  owner.git("commit", "-q", "--allow-empty", "-m", "first");
  const { facts } = await createPathGuard({ directories: [top] });
  const guard = new CountingGuard(facts);
  const watches = new RepositoryWatches(guard);
  const failures: unknown[] = [];
  const listen = async () => {
    const control = new AbortController();
    onTestFinished(() => control.abort());
    const heard = { count: 0, stop: () => control.abort() };
    await watches.watch(owner.path, {
      changed() {
        heard.count += 1;
      },
      failed: (error) => void failures.push(error),
      signal: control.signal,
    });
    return heard;
  };
  return { owner, guard, failures, listen };
}

it("looks through the refs one time after the other, however many come at once", async () => {
  const { owner, guard, failures, listen } = await open();
  const heard = await listen();
  const head = owner.git("rev-parse", "HEAD");
  const directory = join(owner.path, ".git/refs/heads/many");
  const watched = vi.mocked(watch).mock.calls.length;
  mkdirSync(directory);
  await until(() => vi.mocked(watch).mock.calls.length).toBe(watched + 1);
  await until(() => guard.at).toBe(0);
  guard.most = 0;
  const before = heard.count;
  for (let n = 0; n < 2_000; n += 1) writeFileSync(join(directory, `${n}`), head);
  await until(() => heard.count).toBeGreaterThan(before + 1_000);
  await until(() => guard.at).toBe(0);
  // Each of the directories is looked at on its own as well.
  expect(guard.most).toBeLessThan(10);
  expect(failures).toEqual([]);
});

it("watches a repository once, however many listen to something in it", async () => {
  const { owner, listen } = await open();
  const first = await listen();
  const watched = vi.mocked(watch).mock.calls.length;
  expect(watched).toBeGreaterThan(3);
  const others = await Promise.all(Array.from({ length: 50 }, listen));
  expect(vi.mocked(watch).mock.calls.length).toBe(watched);
  first.stop();
  owner.git("branch", "other");
  for (const heard of others) await until(() => heard.count).toBeGreaterThan(0);
  expect(first.count).toBe(0);
  for (const { stop } of others) stop();
  await listen();
  expect(vi.mocked(watch).mock.calls.length).toBe(2 * watched);
});

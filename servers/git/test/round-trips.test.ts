import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { call, createOwner, type Owner, start, temporaryDirectory } from "./support/repo.ts";

let top: string;
let owner: Owner;

/** A git that keeps a list of what it was asked. */
beforeEach(async () => {
  top = await temporaryDirectory();
  owner = await createOwner(join(top, "repo"));
  await owner.commit("second", { "a.txt": "changed\n", "b.txt": "b\n" });
  const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  await mkdir(join(top, "bin"));
  const script = `#!/bin/sh\necho "$1" >> '${top}/asked'\nexec '${real}' "$@"\n`;
  await writeFile(join(top, "bin/git"), script, { mode: 0o755 });
  vi.stubEnv("PATH", `${join(top, "bin")}:${process.env["PATH"]}`);
  vi.useFakeTimers({ toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** Sets the clock to so many seconds after the last change of the config. */
function setClock(seconds: number): void {
  vi.setSystemTime(statSync(join(owner.path, ".git/config")).ctimeMs + seconds * 1000);
}

describe("the processes of a call", () => {
  it("log, show and diff run one git each; config is read once per change of its files", async () => {
    const client = await start([top]);
    const at = { repo_path: owner.path };
    const asked = async (name: string, args = {}) => {
      await writeFile(join(top, "asked"), "");
      await call(client, name, { ...at, ...args });
      return (await readFile(join(top, "asked"), "utf8")).trim().split("\n");
    };
    setClock(3);
    await asked("git_branch");
    expect(await asked("git_log", { max_count: 100 })).toEqual(["log"]);
    expect(await asked("git_log", { max_count: 1, ref: "main~1" })).toEqual(["log"]);
    expect(await asked("git_show", { revision: "HEAD" })).toEqual(["show"]);
    expect(await asked("git_diff", { target: "HEAD~1..HEAD" })).toEqual(["diff"]);
    const marker = join(top, "marker");
    owner.git("config", "core.fsmonitor", await owner.trap(marker));
    owner.git("config", "filter.evil.clean", await owner.trap(marker));
    await owner.write({ ".git/info/attributes": "* filter=evil\n", "a.txt": "again\n" });
    setClock(1);
    // A file that changed so recently might change again without a new time.
    expect(await asked("git_status")).toEqual(["config", "status"]);
    expect(await asked("git_status")).toEqual(["config", "status"]);
    setClock(3);
    expect(await asked("git_status")).toEqual(["config", "status"]);
    expect(await asked("git_status")).toEqual(["status"]);
    owner.git("config", "core.worktree", join(top, "elsewhere"));
    expect(await asked("git_status")).toEqual(["config", "status"]);
    expect(existsSync(marker)).toBe(false);
  });

  it("a worktree's own config is a file of its own", async () => {
    owner.git("config", "extensions.worktreeConfig", "true");
    owner.git("worktree", "add", "-q", join(top, "linked"), "-b", "linked");
    const client = await start([top]);
    const at = { repo_path: join(top, "linked") };
    setClock(3);
    await call(client, "git_remote_list", at);
    execFileSync("git", ["config", "--worktree", "remote.own.url", "https://example.org/x"], {
      cwd: join(top, "linked"),
    });
    expect((await call(client, "git_remote_list", at)).text).toContain("own https://example.org/x");
  });

  it("names that mean more than one commit are not handed to git as they are", async () => {
    const client = await start([top]);
    const at = { repo_path: owner.path };
    for (const ref of ["HEAD~1..HEAD", "^HEAD", "HEAD^@", "HEAD^!", "--all", "HEAD HEAD~1"]) {
      await expect(call(client, "git_log", { ...at, ref }), ref).rejects.toThrow();
      await expect(call(client, "git_show", { ...at, revision: ref }), ref).rejects.toThrow();
    }
    owner.git("branch", "feat/ü-1.x", "HEAD~1");
    for (const ref of ["feat/ü-1.x", "HEAD^{/first}", "HEAD@{1}", "main~1^0"]) {
      const { output } = await call(client, "git_log", { ...at, ref });
      expect(output.commits.length, ref).toBe(1);
    }
  });
});

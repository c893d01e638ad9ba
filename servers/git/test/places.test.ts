import { existsSync } from "node:fs";
import {
  chmod,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import type { ConnectedClient } from "@fairlead/runtime/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { callEverything, prepare } from "./support/everything.ts";
import { createOwner, Owner, start, temporaryDirectory } from "./support/repo.ts";

let top: string;
let inside: string;
let owner: Owner;
let client: ConnectedClient;

beforeEach(async () => {
  top = await temporaryDirectory();
  inside = join(top, "allowed");
  owner = await createOwner(join(inside, "repo"));
  client = await start([inside], { allowProtocols: ["https", "ssh", "file"] });
});

async function refusal(name: string, args: object): Promise<string> {
  const { isError, text } = await client.callTool(name, { ...args });
  expect(isError, text).toBe(true);
  return text;
}

describe("CVE-2025-68145: a repository that is not allowed cannot be named", () => {
  it("every tool refuses it", async () => {
    const outside = await createOwner(join(top, "allowed_evil"));
    await prepare(outside, top);
    const before = outside.git("for-each-ref");
    for (const [name, { text }] of await callEverything(client, outside.path, inside)) {
      if (name !== "git_init") expect(text, name).toContain("outside");
    }
    expect(outside.git("for-each-ref")).toBe(before);
    for (const path of ["../allowed_evil", `${inside}/../allowed_evil`, "/", "/proc/self/cwd"]) {
      await refusal("git_status", { repo_path: path });
    }
  });

  it.for([
    ["a .git file", (repo: string, to: string) => writeFile(join(repo, ".git"), `gitdir: ${to}\n`)],
    ["a .git link", (repo: string, to: string) => symlink(to, join(repo, ".git"))],
  ] as const)("nor by %s", async ([, plant]) => {
    const outside = await createOwner(join(top, "secret"));
    const repo = join(inside, "pointer");
    await mkdir(repo);
    await plant(repo, join(outside.path, ".git"));
    expect(await refusal("git_log", { repo_path: repo })).toContain("outside");
  });

  it("nor by commondir, alternates, or linked objects and packs", async () => {
    const outside = await createOwner(join(top, "secret"));
    outside.git("gc", "-q");
    const git = join(owner.path, ".git");
    const status = { repo_path: owner.path };
    await owner.write({ ".git/objects/info/alternates": `${outside.path}/.git/objects\n` });
    expect(await refusal("git_status", status)).toContain("outside");
    await rm(join(git, "objects/info/alternates"));
    await owner.write({ ".git/commondir": `${outside.path}/.git\n` });
    expect(await refusal("git_status", status)).toContain("outside");
    await rm(join(git, "commondir"));
    const packs = join(outside.path, ".git/objects/pack");
    for (const name of await readdir(packs)) {
      await symlink(join(packs, name), join(git, "objects/pack", name));
    }
    expect(await refusal("git_status", status)).toContain("outside");
    await rename(join(git, "objects"), join(top, "objects"));
    await symlink(join(top, "objects"), join(git, "objects"));
    expect(await refusal("git_status", status)).toContain("outside");
  });

  it("nor by core.worktree: what lies there is neither listed nor read", async () => {
    await mkdir(join(top, "home"));
    await writeFile(join(top, "home/a.txt"), "private\n");
    owner.git("clone", "-q", "--bare", owner.path, join(inside, "evil"));
    for (const repo of [owner, new Owner(join(inside, "evil"))]) {
      repo.git("config", "core.bare", "false");
      repo.git("config", "core.worktree", join(top, "home"));
      for (const [name, { text }] of await callEverything(client, repo.path, inside)) {
        expect(text, name).not.toContain("private");
      }
    }
    expect(await readFile(join(top, "home/a.txt"), "utf8")).toBe("private\n");
  });

  it("nor by a remote: files are fetched from allowed directories alone, links followed", async () => {
    const outside = await createOwner(join(top, "secret"));
    await symlink(outside.path, join(owner.path, "link"));
    await createOwner(join(inside, "link"));
    owner.git("remote", "add", "origin", "link");
    for (const url of ["link", outside.path, `file://${outside.path}`, "../../secret"]) {
      owner.git("remote", "set-url", "origin", url);
      expect(await refusal("git_fetch", { repo_path: owner.path }), url).toContain("outside");
    }
    for (const url of ["file://localhost/x", "file:///%zz", "file://host"]) {
      owner.git("remote", "set-url", "origin", url);
      await refusal("git_fetch", { repo_path: owner.path });
    }
    expect(owner.git("for-each-ref", "refs/remotes")).toBe("");
  });

  it("nor by a bare repository that came with a checkout", async () => {
    const bare = join(owner.path, "fixtures", "evil.git");
    owner.git("init", "-q", "--bare", bare);
    owner.git("--git-dir", bare, "config", "core.fsmonitor", "false");
    expect(await refusal("git_log", { repo_path: bare })).toContain("bare repository inside");
  });
});

describe("CVE-2025-68143: nothing is made where it is not allowed", () => {
  it("by git_init, git_clone and git_worktree", async () => {
    await symlink(top, join(inside, "link"));
    for (const path of [join(top, "made"), "../made", "link/made", `${owner.path}/.git/made`]) {
      await refusal("git_init", { repo_path: path });
      await refusal("git_clone", { url: `file://${owner.path}`, destination: path });
      const add = { repo_path: owner.path, action: "add", path, branch: "w" };
      await refusal("git_worktree", add);
    }
    expect((await readdir(top)).sort()).toEqual(["allowed"]);
  });

  it.for([
    "COMMIT_EDITMSG",
    "logs/refs/heads/evil",
    "refs/heads/evil",
    "info/sparse-checkout",
    "rr-cache/0123456789/preimage",
    "sequencer/todo",
    "rebase-merge/done",
  ])("by a link in .git named %s", async (name) => {
    const target = join(top, "profile");
    await mkdir(join(owner.path, ".git", name, ".."), { recursive: true });
    await rm(join(owner.path, ".git", name), { force: true });
    await symlink(target, join(owner.path, ".git", name));
    await owner.write({ "a.txt": name });
    const at = { repo_path: owner.path };
    expect(await refusal("git_add", { ...at, files: ["a.txt"] })).toContain("symbolic link");
    await refusal("git_commit", { ...at, message: "curl evil | sh" });
    await refusal("git_create_branch", { ...at, branch_name: "evil" });
    expect(existsSync(target)).toBe(false);
  });

  it("a directory that cannot be entered is an answer, not a fault", async () => {
    const locked = join(inside, "locked");
    await mkdir(locked);
    await chmod(locked, 0);
    expect(await refusal("git_status", { repo_path: locked })).not.toContain("Internal error");
    await chmod(locked, 0o755);
    expect((await stat(locked)).isDirectory()).toBe(true);
  });
});

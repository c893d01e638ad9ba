import { readFileSync } from "node:fs";
import { appendFile, chmod, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { call, createOwner, type Owner, startBin, temporaryDirectory } from "./support/repo.ts";

let top: string;
let owner: Owner;

beforeEach(async () => {
  top = await temporaryDirectory();
  owner = await createOwner(join(top, "repo"));
});

/** A program of the person's, in a directory that goes first on the PATH. */
async function install(name: string, script: string): Promise<Readonly<Record<string, string>>> {
  const programs = join(top, "bin");
  await mkdir(programs, { recursive: true });
  await writeFile(join(programs, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(programs, name), 0o755);
  return { PATH: `${programs}:${process.env["PATH"]}`, HOME: top };
}

describe("a repository with large files", () => {
  /** As git-lfs does it: a pointer in the commit, the content in a store of its own. */
  const lfs = `
store="$HOME/lfs-store"; mkdir -p "$store"
case "$1" in
  clean) cat > "$store/.in"; id=$(sha256sum < "$store/.in" | cut -d' ' -f1); mv "$store/.in" "$store/$id"; printf 'version lfs\\noid %s\\n' "$id" ;;
  smudge) cat "$store/$(sed -n 's/^oid //p')" ;;
esac`;
  const attributes = { ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n" };
  let env: Readonly<Record<string, string>>;

  beforeEach(async () => {
    env = await install("git-lfs", lfs);
    // Where `git lfs install` puts it: the person's own config.
    await writeFile(
      join(top, ".gitconfig"),
      '[user]\n\tname = Ann\n\temail = ann@example.org\n[filter "lfs"]\n\tclean = git-lfs clean -- %f\n\tsmudge = git-lfs smudge -- %f\n\trequired = true\n',
    );
    await owner.commit("attributes", attributes);
    await owner.commit("lfs", { "old.bin": "version lfs\noid 0\n" });
  });

  it("is read and committed, but not where the filter would be missed: that call names it", async () => {
    const client = await startBin([top], { env });
    const at = { repo_path: owner.path };
    await owner.write({ "b.bin": "large\n", "fine.txt": "f\n" });
    await expect(call(client, "git_add", { ...at, files: ["b.bin"] })).rejects.toThrow(
      /'b.bin' needs filter.lfs.clean.*--trust-repo-config/s,
    );
    await call(client, "git_add", { ...at, files: ["fine.txt"] });
    await call(client, "git_commit", { ...at, message: "fine" });
    expect((await call(client, "git_status", at)).output.files).toEqual([
      { path: "b.bin", status: "??" },
    ]);
    expect((await call(client, "git_log", at)).output.commits).toHaveLength(4);
    const shown = await call(client, "git_show", { ...at, revision: "HEAD~1" });
    expect(shown.text).toContain("+oid 0");
    await owner.write({ "old.bin": "changed\n" });
    const changed = await call(client, "git_diff_unstaged", at);
    expect(changed.text).toContain("filter.lfs.clean was not run");
  });

  it("is not checked out as pointers: neither by branch, nor by merge, pull or worktree", async () => {
    const client = await startBin([top], { env });
    const at = { repo_path: owner.path };
    // The filter comes with the branch: nothing here names it yet.
    owner.git("switch", "-q", "-c", "before", "main~2");
    await owner.commit("before", { "x.txt": "x\n" });
    for (const [name, args] of [
      ["git_checkout", { branch_name: "main" }],
      ["git_merge", { ref: "main" }],
      ["git_cherry_pick", { revision: "main" }],
      ["git_rebase", { onto: "main" }],
      ["git_reset_hard", { revision: "main" }],
      ["git_worktree", { action: "add", path: join(top, "linked"), branch: "main" }],
    ] as const) {
      const answer = call(client, name, { ...at, ...args });
      if (name === "git_cherry_pick") await answer.catch(() => {});
      else await expect(answer, name).rejects.toThrow("filter.lfs.smudge");
    }
  });

  it("is cloned with word of what the files have not gone through", async () => {
    const client = await startBin([top, "--allow-protocols", "file"], { env });
    const made = await call(client, "git_clone", {
      url: `file://${owner.path}`,
      destination: join(top, "clone"),
    });
    expect(made.output.skipped).toEqual(["filter.lfs.smudge"]);
    expect(made.text).toContain("Not run: filter.lfs.smudge");
  });

  it("is worked on as its owner does with --trust-repo-config", async () => {
    const client = await startBin([top, "--trust-repo-config"], { env });
    const at = { repo_path: owner.path };
    await rm(join(owner.path, "old.bin"));
    await owner.write({ "b.bin": "large content\n" });
    await call(client, "git_add", { ...at, files: ["."] });
    await call(client, "git_commit", { ...at, message: "large" });
    expect(owner.git("show", "HEAD:b.bin")).toMatch(/^version lfs\noid [0-9a-f]{64}$/);
    await call(client, "git_create_branch", { ...at, branch_name: "keep" });
    owner.git("rm", "-q", "-f", "b.bin");
    await owner.commit("gone");
    await call(client, "git_checkout", { ...at, branch_name: "keep" });
    expect(await readFile(join(owner.path, "b.bin"), "utf8")).toBe("large content\n");
  });
});

describe("a repository with hooks, as husky sets them up", () => {
  beforeEach(async () => {
    await owner.commit("husky", { ".husky/pre-commit": `#!/bin/sh\necho ran >> '${top}/ran'\n` });
    await chmod(join(owner.path, ".husky/pre-commit"), 0o755);
    owner.git("config", "core.hooksPath", ".husky");
    owner.git("config", "commit.gpgSign", "true");
    await owner.write({ "a.txt": "changed\n" });
  });

  it("is committed to without them, and the commit says so", async () => {
    const client = await startBin([top]);
    const at = { repo_path: owner.path };
    await call(client, "git_add", { ...at, files: ["a.txt"] });
    const made = await call(client, "git_commit", { ...at, message: "m" });
    expect(made.output.skipped).toEqual(["pre-commit hook", "signature"]);
    expect(made.text).toContain("Not run: pre-commit hook, signature. --trust-repo-config");
    await expect(stat(join(top, "ran"))).rejects.toThrow("ENOENT");
  });

  it("says so of hooks in the config, which newer gits run, and of a signature written otherwise", async () => {
    owner.git("config", "core.hooksPath", ".none");
    owner.git("config", "hook.lint.event", "commit-msg");
    owner.git("config", "hook.lint.command", "true");
    owner.git("config", "commit.gpgSign", "yes");
    const client = await startBin([top]);
    const at = { repo_path: owner.path };
    await call(client, "git_add", { ...at, files: ["a.txt"] });
    const made = await call(client, "git_commit", { ...at, message: "m\n\n# kept" });
    expect(made.output.skipped).toEqual(["commit-msg hook", "signature"]);
    expect(owner.git("log", "-1", "--format=%B")).toContain("# kept");
  });

  it("runs them with --trust-repo-config", async () => {
    owner.git("config", "commit.gpgSign", "false");
    const client = await startBin([top, "--trust-repo-config"]);
    const at = { repo_path: owner.path };
    await call(client, "git_add", { ...at, files: ["a.txt"] });
    const made = await call(client, "git_commit", { ...at, message: "m" });
    expect(made.output.skipped).toEqual([]);
    expect(readFileSync(join(top, "ran"), "utf8")).toBe("ran\n");
  });
});

describe("a remote over ssh", () => {
  const args = ["--allow-hosts", "work"];
  let env: Readonly<Record<string, string>>;
  let bare: string;

  /** An ssh that says how it was called and then does what the other machine would. */
  beforeEach(async () => {
    bare = join(top, "elsewhere.git");
    owner.git("clone", "-q", "--bare", owner.path, bare);
    env = await install(
      "ssh",
      `echo "$*" >> "$HOME/ssh-calls"\nfor last; do :; done\neval "$last"`,
    );
    owner.git("remote", "add", "origin", `git@work:${bare}`);
    // The repository would rather have another, spoken to in another way.
    owner.git("config", "core.sshCommand", await owner.trap(join(top, "marker")));
    owner.git("config", "ssh.variant", "plink");
  });

  it("goes through the person's ssh, which asks nobody, and never the repository's", async () => {
    const client = await startBin([top, ...args], { env });
    const at = { repo_path: owner.path };
    const sha = await owner.commit("more", { "m.txt": "m\n" });
    await call(client, "git_push", { ...at, refspec: "main" });
    expect(owner.git("--git-dir", bare, "rev-parse", "main")).toBe(sha);
    await call(client, "git_fetch", at);
    const calls = await readFile(join(top, "ssh-calls"), "utf8");
    expect(calls).toMatch(/^-oBatchMode=yes .*git@work git-receive-pack '.*elsewhere.git'$/m);
    expect(calls).toMatch(/^-oBatchMode=yes .*git@work git-upload-pack '.*elsewhere.git'$/m);
    await expect(stat(join(top, "marker"))).rejects.toThrow("ENOENT");
  });

  it("says how a host is permitted that only the ssh config knows", async () => {
    const client = await startBin([top], { env });
    await expect(call(client, "git_fetch", { repo_path: owner.path })).rejects.toThrow(
      "--allow-hosts work",
    );
  });
});

describe("who commits", () => {
  it("is who the person's config says for this repository, conditions followed", async () => {
    await writeFile(
      join(top, ".gitconfig"),
      `[user]\n\tname = Ann\n\temail = private@example.org\n[includeIf "gitdir:${top}/work/"]\n\tpath = work.inc\n`,
    );
    await writeFile(join(top, "work.inc"), "[user]\n\temail = ann@work.example\n");
    const env = { HOME: top };
    for (const [place, expected] of [
      ["work/one", "Ann <ann@work.example>"],
      ["home/two", "Ann <private@example.org>"],
    ] as const) {
      const repo = await createOwner(join(top, place));
      const client = await startBin([top], { env, identity: [] });
      await repo.write({ "b.txt": "b\n" });
      await call(client, "git_add", { repo_path: repo.path, files: ["b.txt"] });
      await call(client, "git_commit", { repo_path: repo.path, message: "m" });
      expect(repo.git("log", "-1", "--format=%an <%ae>")).toBe(expected);
    }
    owner.git("config", "user.name", "Of The Repository");
    owner.git("config", "user.email", "repo@example.org");
    const client = await startBin([top], { env, identity: [] });
    await owner.write({ "b.txt": "b\n" });
    await call(client, "git_add", { repo_path: owner.path, files: ["b.txt"] });
    await call(client, "git_commit", { repo_path: owner.path, message: "m" });
    expect(owner.git("log", "-1", "--format=%an")).toBe("Of The Repository");
  });

  it("is asked for where nobody says it", async () => {
    const client = await startBin([top], { identity: [] });
    await owner.write({ "b.txt": "b\n" });
    await call(client, "git_add", { repo_path: owner.path, files: ["b.txt"] });
    await expect(
      call(client, "git_commit", { repo_path: owner.path, message: "m" }),
    ).rejects.toThrow("--author-name");
  });
});

describe("the installed git", () => {
  it("is refused where it is too old to be made safe, and named", async () => {
    const env = await install("git", "echo git version 2.25.1");
    const client = await startBin([top], { env });
    await expect(call(client, "git_status", { repo_path: owner.path })).rejects.toThrow(
      /git 2\.25 is too old: 2\.32 or later/,
    );
  });

  it("is asked for where there is none", async () => {
    const client = await startBin([top], { env: { PATH: join(top, "nothing") } });
    await expect(call(client, "git_status", { repo_path: owner.path })).rejects.toThrow(
      "Install git",
    );
  });
});

it("a lock of another git is waited for, and one that stays is explained", async () => {
  const client = await startBin([top]);
  const lock = join(owner.path, ".git/index.lock");
  const args = { repo_path: owner.path, files: ["a.txt"] };
  await owner.write({ "a.txt": "changed\n" });
  await appendFile(lock, "");
  const pending = call(client, "git_add", args);
  setTimeout(() => void rm(lock), 500);
  expect((await pending).output.staged).toEqual(["a.txt"]);
  await appendFile(lock, "");
  await expect(call(client, "git_add", args)).rejects.toThrow("left the lock behind");
});

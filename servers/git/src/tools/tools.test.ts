import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConnectedClient } from "@fairlead/runtime/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { call, createOwner, Owner, start, temporaryDirectory } from "../../test/support/repo.ts";

let top: string;
let owner: Owner;
let client: ConnectedClient;

beforeEach(async () => {
  top = await temporaryDirectory();
  owner = await createOwner(join(top, "repo"));
  client = await start([top]);
});

function run(name: string, args = {}) {
  return call(client, name, { repo_path: owner.path, ...args });
}

describe("status", () => {
  it("tells branch, upstream and every kind of change", async () => {
    await owner.commit("more", { "b.txt": "b\n", "old name.txt": "same content\n" });
    await owner.write({ "a.txt": "changed\n", "new.txt": "n", "ün\nï.txt": "u" });
    owner.git("mv", "old name.txt", "new name.txt");
    owner.git("rm", "-q", "b.txt");
    const { text, output } = await run("git_status");
    expect(output).toMatchObject({ branch: "main", sha: owner.git("rev-parse", "HEAD") });
    expect(output.files).toEqual([
      { path: "a.txt", status: " M" },
      { path: "b.txt", status: "D " },
      { path: "new name.txt", status: "R ", from: "old name.txt" },
      { path: "new.txt", status: "??" },
      { path: "ün\nï.txt", status: "??" },
    ]);
    expect(text).toContain("On branch main");
  });

  it("works in an empty repository and below the top", async () => {
    const empty = await createOwner(join(top, "empty"), { empty: true });
    await empty.write({ "sub/x.txt": "x" });
    const { output } = await call(client, "git_status", { repo_path: join(empty.path, "sub") });
    expect(output).toMatchObject({ branch: "main", files: [{ path: "sub/", status: "??" }] });
    expect((await call(client, "git_log", { repo_path: empty.path })).text).toBe("No commits.");
    await call(client, "git_add", { repo_path: empty.path, files: ["."] });
    const made = await call(client, "git_commit", { repo_path: empty.path, message: "first" });
    expect(made.output.sha).toBe(empty.git("rev-parse", "HEAD"));
  });
});

describe("diffs", () => {
  it("show what is unstaged, staged and against a target", async () => {
    await owner.write({ "a.txt": "one\n2\nthree\n" });
    expect((await run("git_diff_unstaged")).text).toContain("-two\n+2");
    expect((await run("git_diff_staged")).text).toBe("No changes.");
    await run("git_add", { files: ["a.txt"] });
    const staged = await run("git_diff_staged", { context_lines: 0 });
    expect(staged.text).toContain("@@ -2 +2 @@");
    expect(staged.output.files).toMatchObject([
      { path: "a.txt", status: "M", added: 1, deleted: 1 },
    ]);
    await owner.commit("second");
    expect((await run("git_diff", { target: "HEAD~1" })).text).toContain("+2");
    expect((await run("git_diff", { target: "HEAD~1..HEAD" })).text).toContain("+2");
    expect((await run("git_diff", { target: "main...HEAD" })).text).toBe("No changes.");
  });

  it("name renames, modes, links and binary files, and collapse lock files", async () => {
    await owner.commit("base", {
      "moved.txt": "a\nb\nc\nd\n",
      "x.sh": "x\n",
      "bin.dat": Buffer.from([0, 1, 2]),
      "package-lock.json": "{}\n",
      "link.txt": "was a file\n",
    });
    owner.git("mv", "moved.txt", "there.txt");
    owner.git("update-index", "--chmod=+x", "x.sh");
    owner.git("rm", "-q", "--cached", "link.txt");
    owner.git("config", "core.symlinks", "true");
    await owner.write({ "bin.dat": Buffer.from([0, 9]), "package-lock.json": '{"a":1}\n' });
    owner.git("add", "bin.dat", "package-lock.json");
    const id = owner.git("hash-object", "-w", "a.txt");
    owner.git("update-index", "--add", "--cacheinfo", `120000,${id},link.txt`);
    const { output, text } = await run("git_diff_staged");
    const patches = Object.fromEntries(
      output.files.map(({ path, patch }: { path: string; patch: string }) => [path, patch]),
    );
    expect(output.files).toContainEqual(
      expect.objectContaining({ path: "there.txt", from: "moved.txt", status: "R" }),
    );
    expect(patches["bin.dat"]).toContain("Binary files");
    expect(patches["package-lock.json"]).toContain("Collapsed");
    expect(patches["x.sh"]).toContain("new mode 100755");
    expect(patches["link.txt"]).toContain("new file mode 120000");
    expect(text).not.toContain('{"a":1}');
    const asked = await run("git_diff_staged", { paths: ["package-lock.json"] });
    expect(asked.text).toContain('{"a":1}');
  });

  it("page through many files and cut what is huge, within the budget", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [
        `f${String(i).padStart(2, "0")}.txt`,
        "x\n".repeat(40),
      ]),
    );
    await owner.commit("many", { ...files, "huge.txt": "a line of text\n".repeat(200_000) });
    const small = await start([top], {}, { budget: 6000, policy: { toolsets: ["all"] } });
    const seen: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const args = { repo_path: owner.path, revision: "HEAD", ...(cursor && { cursor }) };
      const { text, output } = await call(small, "git_show", args);
      expect(text.length).toBeLessThan(6000 + 500);
      expect(output.total_files).toBe(61);
      seen.push(...output.files.map(({ path }: { path: string }) => path));
      cursor = output.next_cursor;
      pages += 1;
    } while (cursor && pages < 100);
    expect(seen).toEqual([...Object.keys(files), "huge.txt"].sort());
    const stats = await run("git_show", { revision: "HEAD", stat_only: true });
    expect(stats.output.files).toHaveLength(61);
    expect(stats.text).toContain("huge.txt +200000 -0");
    expect(stats.text).not.toContain("a line of text");
  });
});

describe("history", () => {
  it("lists, narrows and pages commits", async () => {
    const shas = [owner.git("rev-parse", "HEAD")];
    for (let i = 0; i < 5; i += 1) {
      shas.unshift(await owner.commit(`change ${i}\n\nbody`, { [`f${i}.txt`]: `${i}` }));
    }
    const first = await run("git_log", { max_count: 4 });
    expect(first.output.commits.map(({ sha }: { sha: string }) => sha)).toEqual(shas.slice(0, 4));
    expect(first.output.commits[0]).toMatchObject({
      author: "Ann Owner",
      email: "ann@example.org",
      message: "change 4\n\nbody",
      parents: [shas[1]],
    });
    const second = await run("git_log", { max_count: 4, cursor: first.output.next_cursor });
    expect(second.output.commits.map(({ sha }: { sha: string }) => sha)).toEqual(shas.slice(4));
    expect(second.output.next_cursor).toBeUndefined();
    expect((await run("git_log", { path: "f1.txt" })).output.commits).toHaveLength(1);
    expect((await run("git_log", { grep: "CHANGE 3" })).output.commits).toHaveLength(1);
    expect((await run("git_log", { author: "nobody" })).text).toBe("No commits.");
    expect((await run("git_log", { start_timestamp: "2026-01-03" })).text).toBe("No commits.");
    expect((await run("git_log", { end_timestamp: "2026-01-03" })).output.commits).toHaveLength(6);
    expect((await run("git_log", { ref: "main~5" })).output.commits).toHaveLength(1);
  });

  it("shows merges against their first parent, and the first commit", async () => {
    const root = owner.git("rev-parse", "HEAD");
    owner.git("switch", "-q", "-c", "side");
    await owner.commit("side", { "side.txt": "s\n" });
    owner.git("switch", "-q", "main");
    await owner.commit("main", { "main.txt": "m\n" });
    owner.git("merge", "-q", "--no-edit", "side");
    const merged = await run("git_show", { revision: "HEAD" });
    expect(merged.output.files.map(({ path }: { path: string }) => path)).toEqual(["side.txt"]);
    expect(merged.output.commit.parents).toHaveLength(2);
    const first = await run("git_show", { revision: root });
    expect(first.text).toContain("+one");
    expect(first.text).toContain(`Commit: ${root}`);
  });

  it("lists branches, blames, searches, lists and reads files of any commit", async () => {
    const first = owner.git("rev-parse", "HEAD");
    const second = await owner.commit("second", { "a.txt": "one\n2\nthree\n", "d/ü.txt": "two\n" });
    owner.git("branch", "old", first);
    const branches = await run("git_branch");
    expect(branches.output.branches).toEqual([
      { name: "main", sha: second, current: true },
      { name: "old", sha: first },
    ]);
    const without = await run("git_branch", { not_contains: second });
    expect(without.output.branches).toHaveLength(1);
    expect((await run("git_branch", { contains: second })).text).toContain("* main");

    const blame = await run("git_blame", { path: "a.txt" });
    expect(blame.output.lines.map(({ sha }: { sha: string }) => sha)).toEqual([
      first,
      second,
      first,
    ]);
    expect((await run("git_blame", { path: "a.txt", start_line: 2, end_line: 2 })).text).toContain(
      "2: 2",
    );
    expect((await run("git_grep", { pattern: "two" })).text).toBe("d/ü.txt:1:two");
    const before = await run("git_grep", { pattern: "^t.o$", regex: true, revision: first });
    expect(before.text).toBe("a.txt:2:two");
    expect((await run("git_grep", { pattern: "--upload-pack" })).text).toBe("No matches.");
    expect((await run("git_ls_files")).output.files).toEqual(["a.txt", "d/ü.txt"]);
    const old = await run("git_ls_files", { revision: first });
    expect(old.output).toMatchObject({ files: ["a.txt"], total: 1 });
    const file = await run("git_read_file", { revision: first, path: "a.txt" });
    expect(file.text).toBe("one\ntwo\nthree\n");
  });

  it("lists tags, stashes, remotes without credentials, and the reflog", async () => {
    owner.git("tag", "-a", "-m", "release", "v1");
    owner.git("remote", "add", "origin", "https://bob:hunter22@example.org/x.git");
    await owner.write({ "a.txt": "changed" });
    owner.git("stash", "push", "-q", "-m", "later");
    const head = owner.git("rev-parse", "HEAD");
    expect((await run("git_tag_list")).output.tags).toMatchObject([
      { name: "v1", sha: head, subject: "release" },
    ]);
    expect((await run("git_stash_list")).text).toContain("stash@{0}");
    const remotes = await run("git_remote_list");
    expect(remotes.output.remotes).toEqual([
      {
        name: "origin",
        fetch: "https://***@example.org/x.git",
        push: "https://***@example.org/x.git",
      },
    ]);
    expect((await run("git_reflog")).output.entries.at(-1)).toMatchObject({
      sha: head,
      message: "commit (initial): first",
    });
  });
});

describe("writes", () => {
  it("stage, unstage, commit, branch and switch", async () => {
    await owner.write({ "b.txt": "b", "d/c.txt": "c", "a.txt": "changed\n" });
    expect((await run("git_add", { files: ["."] })).output.staged).toEqual([
      "a.txt",
      "b.txt",
      "d/c.txt",
    ]);
    await run("git_reset", { paths: ["a.txt"] });
    const made = await run("git_commit", { message: "two files\n\n-m --amend", signoff: true });
    expect(made.output).toMatchObject({ branch: "main", files: ["b.txt", "d/c.txt"], skipped: [] });
    expect(owner.git("log", "-1", "--format=%an %B")).toBe(
      "Bo two files\n\n-m --amend\n\nSigned-off-by: Bo <bo@example.org>",
    );
    await run("git_create_branch", { branch_name: "topic/ü", base_branch: "HEAD~1" });
    await expect(run("git_checkout", { branch_name: "topic/ü" })).resolves.toBeDefined();
    expect(owner.git("branch", "--show-current")).toBe("topic/ü");
    expect(await readFile(join(owner.path, "a.txt"), "utf8")).toBe("changed\n");
    await expect(run("git_commit", { message: "nothing" })).rejects.toThrow("git_add");
  });

  it("take paths as names, deleted and oddly named ones too", async () => {
    await owner.commit("odd", {
      "*.txt": "star",
      "[a].txt": "class",
      ":!x": "magic",
      "-A": "dash",
    });
    await owner.write({ "*.txt": "1", "[a].txt": "1", ":!x": "1", "-A": "1", "a.txt": "1" });
    const { output } = await run("git_add", { files: ["*.txt", ":!x"] });
    expect(output.staged).toEqual(["*.txt", ":!x"]);
    expect((await run("git_diff_staged", { paths: ["*.txt"] })).output.total_files).toBe(1);
    await run("git_reset");
    owner.git("rm", "-q", "-f", "--", "-A");
    expect(owner.git("status", "--short")).toContain("D  -A");
    await run("git_reset");
    expect((await run("git_add", { files: ["-A"] })).output.staged).toEqual(["-A"]);
  });

  it("handle names that are no UTF-8 as git quotes them", async () => {
    const latin = Buffer.concat([Buffer.from(`${owner.path}/caf`), Buffer.from([0xe9])]);
    await writeFile(latin, "latin");
    const { output } = await run("git_status");
    expect(output.files).toEqual([{ path: '"caf\\351"', status: "??" }]);
    await run("git_add", { files: ['"caf\\351"'] });
    expect(owner.git("diff", "--cached", "--name-only")).toBe('"caf\\351"');
  });

  it("refuse a checkout that would overwrite, and a branch that is not there", async () => {
    owner.git("switch", "-q", "-c", "side");
    await owner.commit("side", { "a.txt": "side\n" });
    owner.git("switch", "-q", "main");
    await owner.write({ "a.txt": "mine\n" });
    await expect(run("git_checkout", { branch_name: "side" })).rejects.toThrow("stash");
    expect(await readFile(join(owner.path, "a.txt"), "utf8")).toBe("mine\n");
    await expect(run("git_checkout", { branch_name: "nope" })).rejects.toThrow("git_branch");
  });

  it("stash, tag, merge with conflicts, abort, cherry-pick, worktrees", async () => {
    await owner.write({ "a.txt": "stashed\n", "new.txt": "n" });
    await run("git_stash", { action: "push", message: "m", include_untracked: true });
    expect(owner.git("status", "--short")).toBe("");
    await run("git_stash", { action: "pop" });
    expect(owner.git("status", "--short")).toContain("M a.txt");
    owner.git("reset", "-q", "--hard");
    owner.git("clean", "-q", "-f");
    expect((await run("git_tag", { name: "v1", message: "x" })).output.tag).toBe("v1");
    owner.git("switch", "-q", "-c", "side");
    const side = await owner.commit("side", { "a.txt": "side\n" });
    owner.git("switch", "-q", "main");
    const main = await owner.commit("main", { "a.txt": "main\n" });
    const merged = await run("git_merge", { ref: "side" });
    expect(merged.output).toMatchObject({ conflicts: ["a.txt"], changed: true });
    expect((await run("git_status")).output).toMatchObject({
      state: "merge",
      files: [{ path: "a.txt", status: "UU" }],
    });
    expect((await run("git_diff_unstaged")).output.files).toMatchObject([
      { path: "a.txt", status: "U" },
    ]);
    await expect(run("git_commit", { message: "x" })).rejects.toThrow("a.txt");
    await run("git_merge", { abort: true });
    expect(owner.git("status", "--short")).toBe("");
    expect((await run("git_cherry_pick", { revision: side })).output.conflicts).toEqual(["a.txt"]);
    await run("git_cherry_pick", { abort: true });
    expect(owner.git("rev-parse", "HEAD")).toBe(main);
    const linked = join(top, "linked");
    const added = await run("git_worktree", { action: "add", path: linked, branch: "w" });
    expect(added.output.worktrees).toHaveLength(2);
    expect((await call(client, "git_status", { repo_path: linked })).output.branch).toBe("w");
    await run("git_worktree", { action: "remove", path: linked });
    expect((await run("git_worktree", { action: "list" })).output.worktrees).toHaveLength(1);
  });

  it("init, reset hard, clean and rebase", async () => {
    const made = await call(client, "git_init", { repo_path: join(top, "fresh") });
    expect(made.output).toEqual({ path: join(top, "fresh"), branch: "main" });
    await owner.write({ "a.txt": "gone\n", "junk/x.txt": "junk" });
    await run("git_reset_hard");
    expect(await readFile(join(owner.path, "a.txt"), "utf8")).toBe("one\ntwo\nthree\n");
    expect((await run("git_clean")).output).toEqual({ removed: false, files: ["junk/"] });
    expect((await run("git_clean", { dry_run: false })).output.removed).toBe(true);
    expect(owner.git("status", "--short")).toBe("");
    owner.git("switch", "-q", "-c", "side");
    await owner.commit("side", { "a.txt": "side\n" });
    owner.git("switch", "-q", "main");
    await owner.commit("main", { "a.txt": "main\n" });
    owner.git("switch", "-q", "side");
    expect((await run("git_rebase", { onto: "main" })).output.conflicts).toEqual(["a.txt"]);
    await owner.write({ "a.txt": "both\n" });
    await run("git_add", { files: ["a.txt"] });
    expect((await run("git_rebase", { action: "continue" })).output.conflicts).toEqual([]);
    expect(owner.git("log", "--format=%s")).toBe("side\nmain\nfirst");
  });
});

describe("other kinds of repositories", () => {
  it("reads a bare one and says why it cannot be written", async () => {
    const bare = join(top, "bare.git");
    owner.git("clone", "-q", "--bare", owner.path, bare);
    const args = { repo_path: bare };
    expect((await call(client, "git_log", args)).output.commits).toHaveLength(1);
    const read = { ...args, revision: "main", path: "a.txt" };
    expect((await call(client, "git_read_file", read)).text).toContain("two");
    expect((await call(client, "git_grep", { ...args, pattern: "two" })).text).toContain("a.txt");
    await expect(call(client, "git_status", args)).rejects.toThrow("bare");
    await expect(call(client, "git_add", { ...args, files: ["."] })).rejects.toThrow("bare");
  });

  it("works in a submodule and does not look into one from above", async () => {
    const library = await createOwner(join(top, "library"));
    owner.git("-c", "protocol.file.allow=always", "submodule", "-q", "add", library.path, "sub");
    await owner.commit("with a submodule");
    const sub = new Owner(join(owner.path, "sub"));
    await sub.write({ "a.txt": "changed\n" });
    const within = await call(client, "git_status", { repo_path: sub.path });
    expect(within.output.files).toEqual([{ path: "a.txt", status: " M" }]);
    expect((await run("git_status")).output.files).toEqual([]);
    await sub.commit("inside");
    expect((await run("git_diff_unstaged")).text).toContain("+Subproject commit");
  });

  it("lists what is not there with a reason", async () => {
    await mkdir(join(top, "plain"));
    const args = { repo_path: join(top, "plain") };
    await expect(call(client, "git_status", args)).rejects.toThrow("not in a git repository");
    await expect(run("git_show", { revision: "nope" })).rejects.toThrow("git_log");
  });
});

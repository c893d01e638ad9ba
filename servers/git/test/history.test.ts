import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commitCount, importHistory, latinName } from "./support/history.ts";
import { call, createOwner, Owner, startBin, temporaryDirectory } from "./support/repo.ts";

const top = await temporaryDirectory(afterAll);
const client = await startBin([top, "--allow-protocols", "file"], { finish: afterAll });
let owner: Owner;

beforeAll(async () => {
  owner = await createOwner(join(top, "repo"), { empty: true });
  importHistory(owner.path);
  owner.git("reset", "-q", "--hard");
});

const run = (name: string, args = {}) => call(client, name, { repo_path: owner.path, ...args });
const lines = (text: string) => text.split("\n").filter((line) => line !== "");
const list = (...args: string[]) =>
  owner
    .git(...args, "-z")
    .split("\0")
    .filter((one) => one !== "");

/** A name as it is shown: quoted if it is not text. */
const toShown = (name: string) => (name.startsWith("caf") ? latinName : name);

/** Every page of a list, until there is no cursor. */
async function pages(name: string, args: object, field: string): Promise<unknown[]> {
  const all: unknown[] = [];
  let cursor: string | undefined;
  do {
    const { output, text } = await run(name, { ...args, ...(cursor && { cursor }) });
    expect(text.length).toBeLessThan(40_500);
    all.push(...output[field]);
    cursor = output.next_cursor;
  } while (cursor);
  return all;
}

describe("a history of thousands of commits", () => {
  it("is paged without end or gap, in git's own order", async () => {
    const commits = await pages("git_log", { max_count: 1000 }, "commits");
    const found = commits.map((commit) => Object(commit).sha);
    expect(found).toEqual(lines(owner.git("log", "--format=%H")));
    expect(found.length).toBeGreaterThan(commitCount);
  });

  it.for([
    { path: "src/f7.txt" },
    { path: "deep/er/there.txt" },
    { path: latinName },
    { author: "ann3@" },
    { grep: "merge SIDE 7" },
    { ref: "side" },
  ])("is narrowed as git does it: %o", async (given) => {
    const { path, author, grep, ref = "HEAD" } = { path: "", author: "", grep: "", ...given };
    const args = ["log", "--format=%H", "-i", ...(author && [`--author=${author}`])];
    if (grep !== "") args.push(`--grep=${grep}`);
    // A pattern stands for the byte that is not text.
    const place = path === latinName ? "caf?.txt" : path;
    const expected = lines(owner.git(...args, ref, "--", ...(path && [place])));
    const commits = await pages("git_log", { ...given, max_count: 1000 }, "commits");
    expect(commits.map((commit) => Object(commit).sha)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(0);
  });

  it("shows merges, renames, binary files, and messages in other encodings", async () => {
    const find = (grep: string) => owner.git("log", "--format=%H", `--grep=${grep}`, "-1");
    const merge = await run("git_show", { revision: find("^Merge side 700$") });
    expect(merge.output.commit.parents).toHaveLength(2);
    expect(merge.output.files.map(({ path }: { path: string }) => path)).toEqual(
      list("diff", "--name-only", `${merge.output.commit.sha}^1`, merge.output.commit.sha),
    );
    const renamed = await run("git_show", { revision: find("^commit 2550 ") });
    expect(renamed.output.files).toContainEqual(
      expect.objectContaining({ from: "moved.txt", path: "deep/er/there.txt", status: "R" }),
    );
    const binary = await run("git_show", { revision: find("^commit 2050 "), paths: ["bin.dat"] });
    expect(binary.text).toContain("Binary files a/bin.dat and b/bin.dat differ");
    const early = owner.git("rev-list", "--reverse", "--first-parent", "HEAD").split("\n");
    const encoded = await run("git_show", { revision: early[4] });
    expect(encoded.output.commit.message).toBe("Größe geändert");
  });

  it("lists, reads, blames and finds files whatever they are called", async () => {
    const files = await pages("git_ls_files", {}, "files");
    expect(files).toEqual(list("ls-files").map(toShown));
    const odd = 'dir/a "quoted" näme\nwith a line';
    expect(files).toContain(odd);
    expect((await run("git_read_file", { revision: "HEAD", path: odd })).text).toBe("odd\n");
    const { text, output } = await run("git_show", {
      revision: owner.git("log", "--format=%H", "--grep=^commit 2051 ", "-1"),
      paths: [latinName],
    });
    expect(output.files).toMatchObject([{ path: latinName, added: 1 }]);
    expect(text).toContain("+more");
    const blame = await run("git_blame", { path: "src/f7.txt", start_line: 3, end_line: 5 });
    const byHand = owner.git("blame", "-l", "-s", "--root", "-L3,5", "src/f7.txt");
    expect(blame.output.lines.map(({ sha }: { sha: string }) => sha)).toEqual(
      lines(byHand).map((line) => line.slice(0, 10)),
    );
    const found = await pages("git_grep", { pattern: "^1[0-9] 2", regex: true }, "matches");
    expect(found.map((match) => `${Object(match).path}:${Object(match).line}`)).toEqual(
      lines(owner.git("grep", "-nE", "^1[0-9] 2")).map((line) =>
        line.replace(/^(.*:\d+):.*/, "$1"),
      ),
    );
  });

  it("is compared over all of its length, within the budget of an answer", async () => {
    const first = owner.git("rev-list", "--max-parents=0", "HEAD");
    const stats = await pages("git_diff", { target: `${first}..HEAD`, stat_only: true }, "files");
    const names = list("diff", "--name-only", first, "HEAD").map(toShown);
    expect(stats.map((file) => Object(file).path)).toEqual(names);
    const whole = await pages("git_diff", { target: `${first}..HEAD` }, "files");
    expect(whole.map((file) => Object(file).path)).toEqual(names);
  });
});

describe("work on it", () => {
  it("merges into a conflict, explains it, and ends it with a commit of two parents", async () => {
    const { output } = await run("git_merge", { ref: "conflict" });
    expect(output).toMatchObject({ changed: true, conflicts: ["src/f0.txt"] });
    expect((await run("git_status")).output).toMatchObject({ state: "merge" });
    const prompt = await client.request("prompts/get", {
      name: "explain_conflicts",
      arguments: { repo_path: owner.path },
    });
    expect(JSON.stringify(prompt)).toContain("something else");
    await owner.write({ "src/f0.txt": "both\n" });
    await run("git_add", { files: ["src/f0.txt"] });
    const made = await run("git_commit", { message: "Merge both ways" });
    expect(lines(owner.git("log", "-1", "--format=%P").replaceAll(" ", "\n"))).toHaveLength(2);
    expect(made.output.sha).toBe(owner.git("rev-parse", "HEAD"));
  });

  it("goes on in a worktree, in a submodule, in a bare and in an empty repository", async () => {
    const linked = join(top, "linked");
    await run("git_worktree", { action: "add", path: linked, branch: "topic" });
    const tree = new Owner(linked);
    await tree.write({ "new.txt": "n\n" });
    await call(client, "git_add", { repo_path: linked, files: ["new.txt"] });
    const { output } = await call(client, "git_commit", { repo_path: linked, message: "there" });
    expect(output).toMatchObject({ branch: "topic", sha: owner.git("rev-parse", "topic") });

    const parent = await createOwner(join(top, "parent"));
    parent.git("-c", "protocol.file.allow=always", "submodule", "-q", "add", owner.path, "sub");
    await parent.commit("with a submodule");
    const sub = join(parent.path, "sub");
    const inner = await call(client, "git_log", { repo_path: sub, max_count: 1 });
    expect(inner.output.commits[0].message).toBe("Merge both ways");
    await new Owner(sub).commit("inside", { "x.txt": "x\n" });
    const outer = await call(client, "git_diff_unstaged", { repo_path: parent.path });
    expect(outer.text).toContain("+Subproject commit");

    const bare = join(top, "bare.git");
    owner.git("clone", "-q", "--bare", owner.path, bare);
    const log = await call(client, "git_log", { repo_path: bare, max_count: 5 });
    expect(log.output.commits).toHaveLength(5);
    const blame = await call(client, "git_blame", { repo_path: bare, path: "src/f7.txt" });
    expect(blame.output.lines).toHaveLength(20);
    await expect(call(client, "git_status", { repo_path: bare })).rejects.toThrow("bare");

    await mkdir(join(top, "empty"));
    await call(client, "git_init", { repo_path: join(top, "empty") });
    const empty = { repo_path: join(top, "empty") };
    expect((await call(client, "git_log", empty)).text).toBe("No commits.");
    expect((await call(client, "git_branch", empty)).text).toBe("No branches.");
    for (const name of ["git_ls_files", "git_reflog", "git_stash_list", "git_diff_staged"]) {
      await call(client, name, empty);
    }
    const blamed = call(client, "git_blame", { ...empty, path: "x" });
    await expect(blamed).rejects.toThrow("no commits yet");
  });

  it("goes on in a repository with longer ids", async () => {
    const path = join(top, "sha256");
    await mkdir(path);
    const long = new Owner(path);
    long.git("init", "-q", "-b", "main", "--object-format=sha256");
    const sha = await long.commit("first", { "a.txt": "one\n" });
    expect(sha).toHaveLength(64);
    const shown = await call(client, "git_show", { repo_path: path, revision: "HEAD" });
    expect(shown.output).toMatchObject({
      commit: { sha },
      files: [{ path: "a.txt", status: "A" }],
    });
    const blame = await call(client, "git_blame", { repo_path: path, path: "a.txt" });
    expect(blame.output.lines).toMatchObject([{ sha: sha.slice(0, 10), text: "one" }]);
  });
});

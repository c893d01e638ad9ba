import { describe, expect } from "vitest";
import { it } from "../../test/support/desk.ts";

describe("what a repository holds", () => {
  it("lists branches, blames, searches, lists and reads files of any commit", async ({
    owner,
    run,
  }) => {
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
      first.slice(0, 10),
      second.slice(0, 10),
      first.slice(0, 10),
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

  it("lists tags, stashes, remotes without credentials, and the reflog", async ({ owner, run }) => {
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

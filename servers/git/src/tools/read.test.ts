import { join } from "node:path";
import { describe, expect } from "vitest";
import { it } from "../../test/support/desk.ts";
import { call, createOwner, start } from "../../test/support/repo.ts";

describe("status", () => {
  it("tells branch, upstream and every kind of change", async ({ owner, run }) => {
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

  it("works in an empty repository and below the top", async ({ top, client }) => {
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
  it("show what is unstaged, staged and against a target", async ({ owner, run }) => {
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

  it("name renames, modes, links and binary files, and collapse lock files", async ({
    owner,
    run,
  }) => {
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
    expect(text).toContain("Collapsed");
    expect(patches["x.sh"]).toContain("new mode 100755");
    expect(patches["link.txt"]).toContain("new file mode 120000");
    expect(text).not.toContain('{"a":1}');
    const asked = await run("git_diff_staged", { paths: ["package-lock.json"] });
    expect(asked.text).toContain('{"a":1}');
  });

  it("take no line for the beginning of a patch, whatever stands in it", async ({ owner, run }) => {
    const lines = ["\rdiff --git a/x b/x", "\u2028diff --git a/y b/y", "diff --cc z"];
    await owner.commit("odd", { "odd.txt": `${lines.join("\n")}\n`, "plain.txt": "plain\n" });
    const { output, text } = await run("git_show", { revision: "HEAD" });
    expect(output.files).toMatchObject([
      { path: "odd.txt", added: 3, deleted: 0 },
      { path: "plain.txt", added: 1, deleted: 0 },
    ]);
    for (const line of [...lines.map((line) => line.slice(-10)), "+plain"])
      expect(text).toContain(line);
  });

  it("page through many files and cut what is huge, within the budget", async ({
    top,
    owner,
    run,
  }) => {
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
  it("lists, narrows and pages commits", async ({ owner, run }) => {
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

  it("shows merges against their first parent, and the first commit", async ({ owner, run }) => {
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
});

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { it } from "../../test/support/desk.ts";

describe("writes", () => {
  it("stage, unstage, commit, branch and switch", async ({ owner, run }) => {
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

  it("take paths as names, deleted and oddly named ones too", async ({ owner, run }) => {
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

  it("handle names that are not UTF-8 as git quotes them", async ({ owner, run }) => {
    const latin = Buffer.concat([Buffer.from(`${owner.path}/caf`), Buffer.from([0xe9])]);
    await writeFile(latin, "latin");
    const { output } = await run("git_status");
    expect(output.files).toEqual([{ path: '"caf\\351"', status: "??" }]);
    await run("git_add", { files: ['"caf\\351"'] });
    expect(owner.git("diff", "--cached", "--name-only")).toBe('"caf\\351"');
  });

  it("refuse a checkout that would overwrite, and a branch that is not there", async ({
    owner,
    run,
  }) => {
    owner.git("switch", "-q", "-c", "side");
    await owner.commit("side", { "a.txt": "side\n" });
    owner.git("switch", "-q", "main");
    await owner.write({ "a.txt": "mine\n" });
    await expect(run("git_checkout", { branch_name: "side" })).rejects.toThrow("stash");
    expect(await readFile(join(owner.path, "a.txt"), "utf8")).toBe("mine\n");
    await expect(run("git_checkout", { branch_name: "nope" })).rejects.toThrow("git_branch");
  });
});

import { join } from "node:path";
import { describe, expect } from "vitest";
import { it } from "../../test/support/desk.ts";
import { call } from "../../test/support/repo.ts";

describe("changes that join", () => {
  it("stash, tag, merge with conflicts, abort, cherry-pick, worktrees", async ({
    top,
    owner,
    client,
    run,
  }) => {
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
});

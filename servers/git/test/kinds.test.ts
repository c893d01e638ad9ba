import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { it } from "./support/desk.ts";
import { call, createOwner, Owner } from "./support/repo.ts";

describe("other kinds of repositories", () => {
  it("reads a bare one and says why it cannot be written", async ({ top, owner, client }) => {
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

  it("works in a submodule and does not look into one from above", async ({
    top,
    owner,
    client,
    run,
  }) => {
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

  it("lists what is not there with a reason", async ({ top, client, run }) => {
    await mkdir(join(top, "plain"));
    const args = { repo_path: join(top, "plain") };
    await expect(call(client, "git_status", args)).rejects.toThrow("not in a git repository");
    await expect(run("git_show", { revision: "nope" })).rejects.toThrow("git_log");
  });
});

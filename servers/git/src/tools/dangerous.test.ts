import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { it } from "../../test/support/desk.ts";
import { call } from "../../test/support/repo.ts";

it("init, reset hard, clean and rebase", async ({ top, owner, client, run }) => {
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

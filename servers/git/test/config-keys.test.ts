import { execFileSync } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { toUnjudged } from "../src/repository/workspace.ts";
import { findJudged } from "../src/run/judgement.ts";
import { keyRules } from "../src/run/key-rules.ts";
import { judgedKeys } from "../src/run/overrides.ts";
import { it } from "./support/desk.ts";
import { call, createOwner, startBin } from "./support/repo.ts";

const installed = execFileSync("git", ["help", "-c"], { encoding: "utf8" })
  .split("\n")
  .filter((line) => /^\w[\w-]*\./.test(line));

describe("the table of configuration keys", () => {
  it("judges every key of the installed git (git help -c)", () => {
    expect(installed.length).toBeGreaterThan(500);
    expect(installed.filter((key) => findJudged(judgedKeys, key) === undefined)).toEqual([]);
    expect(toUnjudged(installed.join("\n"))).toEqual([]);
  });

  it("judges each key once, and reaches every line", () => {
    const keys = keyRules.flatMap((rule) => rule.keys.toLowerCase().split(/\s+/)).filter(Boolean);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
    const hidden = judgedKeys.filter(({ key }) => {
      const example = key.replace("~", "").replaceAll("*", "x");
      return findJudged(judgedKeys, example)?.key !== key;
    });
    // Refused under a URL, where an override does not reach; without one the override counts.
    expect(hidden.map(({ key }) => key)).toEqual(["http.~followRedirects"]);
  });

  it("says of a key nobody has judged that it is one, whatever a URL stands in its middle", () => {
    const [pattern, ...others] = toUnjudged("core.editor\nhttp.runThis\n'git help config'\n");
    expect(others).toEqual([]);
    expect(pattern?.test("http.runthis")).toBe(true);
    expect(pattern?.test("http.https://example.org/.runthis")).toBe(true);
  });
});

describe("a git newer than the table", () => {
  it("a repository that sets a key which only this git knows is refused, by the key's name", async ({
    top,
    owner,
  }) => {
    const programs = join(top, "bin");
    await mkdir(programs);
    const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    const script = `#!/bin/sh\n[ "$1" = help ] && echo core.runOnRead\nexec '${real}' "$@"\n`;
    await writeFile(join(programs, "git"), script, { mode: 0o755 });
    const client = await startBin([top], { env: { PATH: `${programs}:${process.env["PATH"]}` } });
    const at = { repo_path: owner.path };
    await call(client, "git_status", at);
    owner.git("config", "core.runOnRead", "x");
    await expect(call(client, "git_status", at)).rejects.toThrow(
      /core\.runonread, which is newer than this server.*--trust-repo-config/s,
    );
  });
});

describe("a file elsewhere that a key names", () => {
  it("blame.ignoreRevsFile: its first line is in no answer and no error", async ({
    top,
    owner,
    run,
  }) => {
    // Where git finds it and a check of the words alone does not.
    await writeFile(join(top, "secret"), "first-line-of-it\n");
    await symlink(join(top, "secret"), join(owner.path, "link"));
    for (const value of [join(top, "secret"), "link", "a.txt"]) {
      owner.git("config", "blame.ignoreRevsFile", value);
      const { output } = await run("git_blame", { path: "a.txt" });
      expect(output.lines).toHaveLength(3);
    }
  });

  it("mailmap.file: no name is taken from it", async ({ top, owner, run }) => {
    await writeFile(join(top, "names"), "Mapped Name <ann@example.org>\n");
    owner.git("config", "mailmap.file", join(top, "names"));
    expect(owner.git("log", "--format=%aN")).toBe("Mapped Name");
    expect((await run("git_blame", { path: "a.txt" })).text).not.toContain("Mapped Name");
    expect((await run("git_log")).text).not.toContain("Mapped Name");
  });

  it("core.excludesFile counts inside the allowed directories, and outside it does not", async ({
    top,
    owner,
    client,
    run,
  }) => {
    await owner.write({ "seen.log": "x", ".ignore-too": "*.log\n" });
    owner.git("config", "core.excludesFile", ".ignore-too");
    expect((await run("git_status")).text).not.toContain("seen.log");
    const outside = await createOwner(join(top, "..", `${top.split("/").at(-1)}-outside`));
    try {
      await outside.write({ ignored: "*.log\n" });
      owner.git("config", "core.excludesFile", join(outside.path, "ignored"));
      expect(owner.git("status", "--short")).not.toContain("seen.log");
      const { text } = await call(client, "git_status", { repo_path: owner.path });
      expect(text).toContain("seen.log");
    } finally {
      await outside.remove();
    }
  });

  it("include.path of another repository's config: its remotes are not shown", async ({
    top,
    owner,
    run,
  }) => {
    const outside = await createOwner(join(top, "..", `${top.split("/").at(-1)}-outside`));
    try {
      outside.git("remote", "add", "private", "https://example.org/private.git");
      owner.git("config", "include.path", join(outside.path, ".git/config"));
      await expect(run("git_remote_list")).rejects.toThrow(/include\.path.*outside/s);
      await owner.write({ more: '[remote "near"]\n\turl = https://example.org/near.git\n' });
      owner.git("config", "include.path", "../more");
      expect((await run("git_remote_list")).text).toContain("near.git");
    } finally {
      await outside.remove();
    }
  });

  it("extensions.refStorage with a place of its own is refused", async ({ owner, run }) => {
    owner.git("config", "extensions.refStorage", "files:///elsewhere");
    await expect(run("git_log")).rejects.toThrow("extensions.refstorage");
  });
});

it("remotes.<group>: a group under a remote's name does not lead elsewhere", async ({
  top,
  owner,
  run,
}) => {
  owner.git("clone", "-q", "--bare", owner.path, join(top, "origin.git"));
  owner.git("remote", "add", "origin", join(top, "origin.git"));
  owner.git("config", "remotes.origin", "one two");
  await expect(run("git_fetch")).rejects.toThrow("remotes.origin");
});

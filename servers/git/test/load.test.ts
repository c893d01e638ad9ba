import { execFileSync, spawn as spawnProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { connect } from "@fairlead/runtime/testing";
import { expect, it, onTestFinished, vi } from "vitest";
import { server } from "../src/index.ts";
import { call, createOwner, startBin, temporaryDirectory } from "./support/repo.ts";

/** The processes whose arguments or working directory name something. */
function findProcesses(word: string): string[] {
  const list = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" });
  const lines = list
    .split("\n")
    .filter((line) => /\bgit\b/.test(line) && !/ps -eo|main\.js/.test(line));
  return lines.filter((line) => line.includes(word));
}

it("fifty calls at once, writes among them, all succeed alongside another server's", async () => {
  const top = await temporaryDirectory();
  const owner = await createOwner(join(top, "repo"));
  const names = Array.from({ length: 30 }, (_, i) => `f${i}.txt`);
  await owner.write(Object.fromEntries(names.map((name) => [name, "x\n"])));
  const [client, other] = [await startBin([top]), await startBin([top])];
  const at = { repo_path: owner.path };
  const answers = names.flatMap((name, i) => [
    call(i % 2 === 0 ? client : other, "git_add", { ...at, files: [name] }),
    ...(i < 5 ? [call(client, "git_create_branch", { ...at, branch_name: `b${i}` })] : []),
    ...(i < 5 ? [call(client, "git_tag", { ...at, name: `t${i}`, message: "m" })] : []),
    ...(i < 5 ? [call(other, "git_status", at), call(other, "git_log", at)] : []),
  ]);
  expect(answers).toHaveLength(50);
  await Promise.all(answers);
  expect(owner.git("diff", "--cached", "--name-only").split("\n").sort()).toEqual(names.sort());
  const commits = Array.from({ length: 10 }, async (_, i) => {
    await owner.write({ [`c${i}.txt`]: "x\n" });
    await call(client, "git_add", { ...at, files: [`c${i}.txt`] });
    // Another one's commit may have taken it along.
    const { text, isError } = await client.callTool("git_commit", { ...at, message: `c${i}` });
    if (isError) expect(text).toMatch(/nothing (?:added )?to commit|git_add/);
  });
  await Promise.all(commits);
  expect(owner.git("status", "--short")).toBe("");
  expect(owner.git("fsck", "--strict")).toBe("");
});

it("a cancelled call ends its git process and those git started", async () => {
  const top = await temporaryDirectory();
  await createOwner(join(top, "repo"));
  // Accepts and says nothing, so that git waits until somebody ends it.
  const silent = createServer(() => {}).listen(0, "127.0.0.1");
  await once(silent, "listening");
  onTestFinished(() => void silent.close());
  const address = silent.address();
  const host = `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const url = `http://${host}/x.git`;
  const client = await startBin([top, "--allow-protocols", "http", "--allow-hosts", host]);
  const clone = { name: "git_clone", arguments: { url, destination: join(top, "c") } };
  void client.request("tools/call", clone, 77).catch(() => {});
  await vi.waitFor(() => expect(findProcesses(url).length).toBeGreaterThan(1), 20_000);
  client.notify("notifications/cancelled", { requestId: 77, reason: "enough" });
  await vi.waitFor(() => expect(findProcesses(url)).toEqual([]), 20_000);
  // So does the end of the server itself.
  void client.request("tools/call", clone, 78).catch(() => {});
  await vi.waitFor(() => expect(findProcesses(url).length).toBeGreaterThan(1), 20_000);
  await client.close();
  await vi.waitFor(() => expect(findProcesses(url)).toEqual([]), 20_000);
});

it("a log of a huge history is cancelled on its way, and no process stays", async () => {
  const top = await temporaryDirectory();
  const owner = await createOwner(join(top, "huge-history"), { empty: true });
  const import_ = spawnProcess("git", ["fast-import", "--quiet"], { cwd: owner.path });
  for (let at = 1; at <= 60_000; at += 1) {
    const size = at % 10;
    const more = import_.stdin.write(
      `commit refs/heads/main\ncommitter A <a@b> ${1_500_000_000 + at} +0000\ndata 1\nx\nM 100644 inline f${at % 100}\ndata ${size}\n${"y".repeat(size)}\n\n`,
    );
    if (!more) await once(import_.stdin, "drain");
  }
  import_.stdin.end();
  await once(import_, "close");
  const client = await startBin([top]);
  const args = { repo_path: owner.path, path: "not-there", author: "nobody" };
  let answered = false;
  const pending = client.request("tools/call", { name: "git_log", arguments: args }, 5);
  void pending.then(() => (answered = true)).catch(() => {});
  const working = () => findProcesses("git log -z");
  await vi.waitFor(() => expect(working()).not.toEqual([]), { timeout: 20_000, interval: 5 });
  expect(answered).toBe(false);
  client.notify("notifications/cancelled", { requestId: 5, reason: "enough" });
  await vi.waitFor(() => expect(working()).toEqual([]), 20_000);
  expect(answered).toBe(false);
  expect((await client.callTool("git_status", { repo_path: owner.path })).isError).toBe(false);
});

it("a command that takes too long is ended, and the call says so", async () => {
  const top = await temporaryDirectory();
  const owner = await createOwner(join(top, "repo"));
  // Nobody ever writes into it: git waits for its first line.
  execFileSync("mkfifo", [join(owner.path, ".git/never")]);
  owner.git("config", "core.excludesFile", join(owner.path, ".git/never"));
  const hasty = {
    ...server,
    toolsets: server.toolsets.map((set) => ({
      ...set,
      tools: set.tools.map((tool) => ({ ...tool, timeoutMs: 1000 })),
    })),
  };
  const client = await connect(hasty, { config: { repository: [top] } });
  onTestFinished(() => client.close());
  const { isError, text } = await client.callTool("git_status", { repo_path: owner.path });
  expect({ isError, text }).toMatchObject({
    isError: true,
    text: expect.stringMatching(/Timed out/),
  });
  await vi.waitFor(() => expect(findProcesses("status --porcelain=v2")).toEqual([]), 20_000);
});

it("output of 100 MB is read no further than it is shown, and not held", async () => {
  const top = await temporaryDirectory();
  const owner = await createOwner(join(top, "repo"));
  const line = "a line of text that is long enough\n";
  await owner.commit("big", { "big.txt": Buffer.alloc(100 * 1024 * 1024, line) });
  const client = await startBin([top]);
  const at = { repo_path: owner.path };
  await call(client, "git_status", at);
  const peak = () => {
    const status = readFileSync(`/proc/${client.process.pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
  };
  const before = peak();
  const shown = await call(client, "git_show", { ...at, revision: "HEAD" });
  expect(shown.text.length).toBeLessThan(81_000);
  expect(shown.text).toContain("[The rest of the patch is on the next page.]");
  const found = await call(client, "git_grep", { ...at, pattern: "line" });
  expect(found.text.length).toBeLessThan(81_000);
  const read = call(client, "git_read_file", { ...at, revision: "HEAD", path: "big.txt" });
  await expect(read).rejects.toThrow("8 MB");
  expect(peak() - before).toBeLessThan(150);
  expect(findProcesses(owner.path)).toEqual([]);
});

it("a remote that never stops talking is hung up on", async () => {
  const top = await temporaryDirectory();
  const owner = await createOwner(join(top, "repo"));
  const env = { HOME: top, PATH: `${join(top, "bin")}:${process.env["PATH"]}` };
  await owner.write({ "../bin/ssh": "#!/bin/sh\nyes 'remote: blah blah blah' >&2\n" });
  execFileSync("chmod", ["+x", join(top, "bin/ssh")]);
  owner.git("remote", "add", "origin", "git@talker:x");
  const client = await startBin([top, "--allow-hosts", "talker"], { env });
  const { isError, text } = await client.callTool("git_fetch", { repo_path: owner.path });
  expect({ isError, text }).toMatchObject({
    isError: true,
    text: expect.stringContaining("16 MB"),
  });
});

it("the bin carries no copy of simple-git, which npm installs", () => {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  );
  expect(Object(manifest).dependencies).toEqual({ "simple-git": "catalog:" });
});

it("five hundred calls leave no process and no directory behind", async () => {
  const top = await temporaryDirectory();
  const owner = await createOwner(join(top, "repo"));
  const client = await startBin([top]);
  const at = { repo_path: owner.path };
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(Array.from({ length: 50 }, () => call(client, "git_branch", at)));
  }
  expect(findProcesses(owner.path)).toEqual([]);
  expect(owner.git("status", "--short", "--ignored")).toBe("");
});

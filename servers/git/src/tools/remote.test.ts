import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ConnectedClient, spawn } from "@fairlead/runtime/testing";
import { findGitHosting } from "@fairlead/testing";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { call, createOwner, Owner, start, temporaryDirectory } from "../../test/support/repo.ts";

const token = "secret-token-4711";
const hosting = await findGitHosting();

let top: string;
let other: Owner;
let url: string;
let host: string;
let client: ConnectedClient;

/** A bare repository behind smart HTTP, and somebody else who works with it directly. */
beforeEach(async () => {
  top = await temporaryDirectory();
  other = await createOwner(join(top, "other"));
  const bare = join(top, "served", "project.git");
  other.git("clone", "-q", "--bare", other.path, bare);
  other.git("remote", "add", "origin", bare);
  new Owner(bare).git("config", "http.receivepack", "true");
  const served = await hosting.start({ root: join(top, "served"), token });
  onTestFinished(() => served.close());
  host = `127.0.0.1:${served.port}`;
  url = `${served.url}/project.git`;
  await createOwner(join(top, "allowed", "start"));
  client = await start([join(top, "allowed")], {
    allowProtocols: ["http"],
    allowHosts: [host],
    tokenHosts: [host],
    token,
  });
});

const mine = () => join(top, "allowed", "mine");

async function clone(): Promise<Owner> {
  const { output } = await call(client, "git_clone", { url, destination: mine() });
  expect(output).toMatchObject({
    path: mine(),
    branch: "main",
    sha: other.git("rev-parse", "HEAD"),
  });
  return new Owner(mine());
}

describe(`over smart HTTP with a token${hosting.suffix}`, () => {
  it("clones, fetches, pulls and pushes, and keeps the token out of the clone", async () => {
    const owner = await clone();
    expect(await readFile(join(owner.path, ".git/config"), "utf8")).not.toContain(token);
    const at = { repo_path: owner.path };
    const theirs = await other.commit("theirs", { "t.txt": "t\n" });
    other.git("push", "-q", "origin", "main", "main:topic");
    const fetched = await call(client, "git_fetch", at);
    expect(fetched.output.updated).toEqual([
      { ref: "refs/remotes/origin/main", from: owner.git("rev-parse", "HEAD"), to: theirs },
      { ref: "refs/remotes/origin/topic", to: theirs },
    ]);
    const pulled = await call(client, "git_pull", at);
    expect(pulled.output).toMatchObject({ branch: "main", sha: theirs, files: ["t.txt"] });
    await call(client, "git_checkout", { ...at, branch_name: "topic" });
    await owner.write({ "m.txt": "m\n" });
    await call(client, "git_add", { ...at, files: ["m.txt"] });
    const { output } = await call(client, "git_commit", { ...at, message: "mine" });
    const pushed = await call(client, "git_push", { ...at, refspec: "topic:review/topic" });
    expect(pushed.output.updated).toEqual([{ ref: "refs/heads/review/topic", to: output.sha }]);
    other.git("fetch", "-q", "origin");
    expect(other.git("rev-parse", "origin/review/topic")).toBe(output.sha);
  });

  it("refuses to overwrite what others pushed, and does with --allow-force", async () => {
    const owner = await clone();
    const at = { repo_path: owner.path };
    await other.commit("theirs", { "a.txt": "theirs\n" });
    other.git("push", "-q", "origin", "main");
    const own = await owner.commit("mine", { "a.txt": "mine\n" });
    await expect(call(client, "git_push", at)).rejects.toThrow("Fetch");
    await expect(call(client, "git_pull", at)).rejects.toThrow("Fetch");
    await expect(call(client, "git_push", { ...at, force: true })).rejects.toThrow("--allow-force");
    const bold = await start([join(top, "allowed")], {
      allowProtocols: ["http"],
      allowHosts: [host],
      tokenHosts: [host],
      token,
      allowForce: true,
    });
    await call(bold, "git_push", { ...at, force: true });
    other.git("fetch", "-q", "origin");
    expect(other.git("rev-parse", "origin/main")).toBe(own);
  });

  it("says that a token is needed, and sends none to other hosts", async () => {
    const without = await start([join(top, "allowed")], {
      allowProtocols: ["http"],
      allowHosts: [host],
      token,
    });
    const args = { url, destination: mine() };
    await expect(call(without, "git_clone", args)).rejects.toThrow("GIT_TOKEN");
  });

  it("sends the token without encryption to this machine alone", async () => {
    const elsewhere = "git.invalid";
    const careless = await start([join(top, "allowed")], {
      allowProtocols: ["http"],
      allowHosts: [elsewhere],
      tokenHosts: [elsewhere],
      token,
    });
    const args = { url: `http://${elsewhere}/project.git`, destination: mine() };
    await expect(call(careless, "git_clone", args)).rejects.toThrow("without encryption");
  });

  it.each(["localhost", "127.0.0.2", "[::1]"])("and this machine is %s as well", async (name) => {
    // Nobody listens there: that it is asked at all is enough.
    const here = `${name.replace(/[[\]]/g, "")}:1`;
    const careful = await start([join(top, "allowed")], {
      allowProtocols: ["http"],
      allowHosts: [here],
      tokenHosts: [here],
      token,
    });
    const args = { url: `http://${name}:1/project.git`, destination: mine() };
    await expect(call(careful, "git_clone", args)).rejects.toThrow(/connect/i);
  });

  it("is private, so it is refused by name without --allow-hosts", async () => {
    const careful = await start([join(top, "allowed")], { allowProtocols: ["http"] });
    const args = { url, destination: mine() };
    await expect(call(careful, "git_clone", args)).rejects.toThrow(`--allow-hosts ${host}`);
  });

  it("keeps the token out of everything the process says", async () => {
    const built = await spawn(new URL("../../dist/main.cjs", import.meta.url), {
      args: [join(top, "allowed"), "--toolsets", "all", "--allow-protocols", "http"],
      env: { GIT_TOKEN: token, GIT_ALLOW_HOSTS: host, GIT_TOKEN_HOSTS: host },
    });
    const made = await built.callTool("git_clone", { url, destination: mine() });
    expect(made.isError, made.text).toBe(false);
    await built.callTool("git_clone", { url: `${url}-not-there`, destination: `${mine()}2` });
    await built.close();
    expect(built.stdout.join("\n") + built.stderr()).not.toContain(token);
  });
});

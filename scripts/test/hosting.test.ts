// Runs every `docker build` and `docker run` of docs/hosting.md, with a port that is free in place of 3000.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { findEngine } from "../../packages/testing/src/backends/engine.ts";
import { createCertificate } from "../../packages/testing/src/certificate.ts";
import { freePort } from "../../packages/testing/src/processes.ts";
import { readBlocks } from "../lib/documents/documents.ts";
import { root } from "../lib/packages.ts";

const engine = await findEngine();
const blocks = readBlocks("docs/hosting.md").map(({ text }) => text);
const commands = blocks.filter((text) => /^docker (?:build|run) /.test(text));
/** By these a run that was killed is known by what it has left. */
const labels = Object.entries(engine?.labels ?? {}).map(
  ([key, value]) => `--label=${key}=${value}`,
);
/** Images may be built. */
const slowly = 400_000;
const patience = { timeout: 30_000, interval: 50 };

// A directory that the user of the image may read, with what the commands mount of it.
const folder = mkdtempSync(join(tmpdir(), "fairlead-hosting-"));
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true }));

/** The one command that has this in it. */
function find(part: RegExp): string {
  const found = commands.filter((text) => part.test(text));
  expect(found, String(part)).toHaveLength(1);
  return found[0] ?? "";
}

test("there is a test here for each command", () => {
  const parts = [
    /^docker build/,
    /-i .*\\\n.*git "\$PWD"$/,
    /--oauth-issuer/,
    /REDIS_URL/,
    /-github/,
  ];
  const rest = /0:3000 --token-file \/tokens "\$PWD"$/;
  for (const part of parts) find(part);
  const others = commands.filter((text) => !parts.some((part) => part.test(text)));
  expect(others).toEqual([expect.stringMatching(rest)]);
});

describe.skipIf(engine === undefined)("commands of the hosting guide (container)", () => {
  let token = "";
  beforeAll(async () => {
    const script = readBlocks("docs/safety.md").find(({ text }) => text.startsWith("token=$("));
    const text = `umask 022\n${script?.text}\nprintf %s "$token"`;
    token = spawnSync("sh", ["-euc", text], { cwd: folder, encoding: "utf8" }).stdout;
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    const build = find(/^docker build/);
    // By turns with the other builds of this machine, as the older builder would do the work twice.
    for (const text of [build, build.replaceAll(/(SERVER=|server-)git\b/g, "$1github")]) {
      const words = ["docker", "sh", "-euc", text];
      const child = spawn("flock", words, { cwd: root, stdio: "ignore" });
      expect(await once(child, "close")).toEqual([0, null]);
    }
  }, slowly);

  /** Starts what a command starts; the container is stopped by `docker stop`, which has to end well. */
  async function start(command: string, variables = {}) {
    const name = `fairlead-hosting-${randomUUID()}`;
    const port = await freePort();
    const own = ["docker run --name", name, ...labels].join(" ");
    const text = command
      .replace(/^docker run/, own)
      .replace("127.0.0.1:3000:3000", `127.0.0.1:${port}:3000`);
    expect(text).not.toBe(command);
    const child = spawn("sh", ["-euc", `exec ${text}`], {
      cwd: folder,
      env: { ...env, ...variables },
    });
    let log = "";
    child.stderr.setEncoding("utf8").on("data", (said: string) => {
      log += said;
    });
    const ended = once(child, "close");
    return {
      child,
      log: () => log,
      ended,
      url: `http://127.0.0.1:${port}/mcp`,
      async stop() {
        await engine?.run("stop", "--time", "10", name);
        expect(await ended, log).toEqual([0, null]);
      },
    };
  }

  /** The same, once it answers over HTTP. */
  async function serve(command: string, variables = {}) {
    const server = await start(command, variables);
    await vi.waitFor(async () => {
      if (server.child.exitCode !== null) throw new Error(server.log());
      expect((await fetch(server.url.replace("/mcp", "/livez"))).status).toBe(200);
    }, patience);
    return server;
  }

  test("a container over stdio answers its client", async () => {
    const server = await start(find(/-i .*\\\n.*git "\$PWD"$/));
    expect(await list(server.child)).toContain("git_status");
    server.child.stdin?.end();
    expect((await server.ended)[0], server.log()).toBe(0);
  }, 60_000);

  test("a container over HTTP answers who has a token", async () => {
    const rest = commands.find(
      (text) => text.endsWith('0:3000 --token-file /tokens "$PWD"') && !text.includes("REDIS"),
    );
    const server = await serve(rest ?? "");
    expect(await ask(server.url)).toBe(401);
    expect(await ask(server.url, token)).toBe(200);
    await server.stop();
  }, 60_000);

  test("a container with an identity provider says where to sign in", async () => {
    const server = await serve(find(/--oauth-issuer/));
    expect(await ask(server.url)).toBe(401);
    const path = "/.well-known/oauth-protected-resource/mcp";
    const metadata = await fetch(server.url.replace("/mcp", path));
    expect(await metadata.json()).toMatchObject({
      resource: "https://mcp.example.com/mcp",
      authorization_servers: ["https://id.example.com"],
    });
    await server.stop();
  }, 60_000);

  test("two replicas share a Redis, and do not start without it", async () => {
    const image = "redis:7.0-bookworm";
    const redis = await engine?.run("run", "--detach", "--rm", ...labels, image);
    onTestFinished(async () => void (await engine?.run("rm", "--force", "--volumes", redis ?? "")));
    const format = "{{.NetworkSettings.IPAddress}}";
    const address = await engine?.run("inspect", "--format", format, redis ?? "");
    const variables = {
      FAIRLEAD_STATE_KEYS: randomBytes(32).toString("hex"),
      FAIRLEAD_REDIS_URL: `redis://${address}:6379`,
    };
    const command = find(/REDIS_URL/);
    const replicas = await Promise.all([serve(command, variables), serve(command, variables)]);
    for (const { url } of replicas) expect(await ask(url, token)).toBe(200);
    for (const replica of replicas) await replica.stop();
    const alone = await start(command, { ...variables, FAIRLEAD_REDIS_URL: "redis://127.0.0.1:1" });
    expect((await alone.ended)[0]).toBe(2);
    expect(alone.log()).toContain("ECONNREFUSED");
  }, 90_000);

  test("a container in a private network trusts the authority of the company", async () => {
    writeFileSync(
      join(folder, "authority.pem"),
      createCertificate(["github.company.example"]).certificate,
    );
    const network = `fairlead-tests-${randomUUID()}`;
    await engine?.run("network", "create", ...labels, network);
    onTestFinished(async () => void (await engine?.run("network", "rm", network)));
    const command = find(/-github/).replace("--network company", `--network ${network}`);
    const server = await start(command, { GITHUB_PERSONAL_ACCESS_TOKEN: "ghp_none" });
    expect(await list(server.child)).toContain("get_issue");
    server.child.stdin?.end();
    expect((await server.ended)[0], server.log()).toBe(0);
    // Node says so of a file that it cannot read, and goes on.
    expect(server.log()).not.toContain("extra certs");
  }, 60_000);
});

/** The names of the tools of a server over stdio. */
async function list({ stdin, stdout }: ChildProcess): Promise<readonly string[]> {
  const params = {
    ...{ protocolVersion: "2025-11-25", capabilities: {} },
    clientInfo: { name: "test", version: "1" },
  };
  const messages = [
    { id: 1, method: "initialize", params },
    { method: "notifications/initialized" },
    { id: 2, method: "tools/list" },
  ];
  for (const message of messages)
    stdin?.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  let text = "";
  stdout?.setEncoding("utf8").on("data", (said: string) => {
    text += said;
  });
  await vi.waitFor(() => expect(text).toMatch(/"id":2,"result".*\n/), patience);
  return [...text.matchAll(/\{"name":"(\w+)","title":/g)].map(([, name = ""]) => name);
}

/** The status of a request for the list of tools. */
async function ask(url: string, bearer?: string): Promise<number> {
  const { status } = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(bearer && { authorization: `Bearer ${bearer}` }),
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} }),
  });
  return status;
}

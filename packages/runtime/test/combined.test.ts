// What an operator asks for, all at once: each alone is tested elsewhere.
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { modern, send } from "./fixture/http.ts";
import { call, eventually, start } from "./fixture/process.ts";

const folder = mkdtempSync(join(tmpdir(), "fairlead-combined-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The lines of an audit log. */
function linesOf(path: string): Record<string, unknown>[] {
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line));
}

/** The kinds of the lines of an audit log. */
function kindsOf(path: string): unknown[] {
  return linesOf(path).map(({ kind }) => kind);
}

test("what is wrong with several options is told at once, and the audit log is closed", async () => {
  const audit = join(folder, "problems.jsonl");
  const policy = write("bad.json", "{}");
  const running = start([
    ...["--http", "127.0.0.1:0", "--redis-url", "http://cache", "--oauth-scopes", "x"],
    ...["--audit-file", audit, "--policy-file", policy],
  ]);
  expect(await running.exited).toBe(2);
  const [, told = ""] = running.stderr().split("cannot start:");
  expect(told).toContain("--redis-url");
  expect(told).toContain("--oauth-scopes");
  expect(told).toContain(`--policy-file ${policy}: rules: expected`);
  expect(kindsOf(audit)).toEqual(["open", "close"]);
});

/** Listens on a port that was free. */
async function occupy() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return { server, port: typeof address === "object" ? String(address?.port) : "" };
}

test("a token file that is wrong and ports in use are told with the rest", async () => {
  const [taken, free] = [await occupy(), await occupy()];
  onTestFinished(() => void taken.server.close());
  free.server.close();
  const { port } = taken;
  const tokens = write("wrong-tokens", "no token\n");
  const policy = write("wrong.json", "{}");
  const there = ["--http", port, "--token-file", tokens];
  const problems = [
    expect.stringContaining(`--token-file ${tokens}: line 1 is not of the form`),
    `  - --http 127.0.0.1:${port}: it cannot listen there (EADDRINUSE).`,
  ];
  const toProblems = async (args: readonly string[]) => {
    const running = start(args);
    expect(await running.exited).toBe(2);
    return running
      .stderr()
      .split("\n")
      .filter((line) => line.startsWith("  - "));
  };
  const rules = expect.stringContaining(`--policy-file ${policy}: rules: expected`);
  expect(await toProblems([...there, "--policy-file", policy])).toEqual([rules, ...problems]);
  expect(await toProblems(there)).toEqual(problems);
  // The port of the metrics is free again when the other is tried, and so it is told of one alone.
  expect(await toProblems(["--http", port, "--metrics", free.port])).toEqual(problems.slice(1));
  const metrics = ["--metrics", port, "--policy-file", policy];
  expect(await toProblems(metrics)).toEqual([
    rules,
    `  - --metrics 127.0.0.1:${port}: it cannot listen there (EADDRINUSE).`,
  ]);
});

test("over stdio options for HTTP are ignored with a warning that names them", async () => {
  const tokens = write("some-tokens", "no token\n");
  const env = {
    FAIRLEAD_OAUTH_ISSUER: "https://id.example.com",
    FAIRLEAD_ALLOWED_HOSTS: "a.example",
  };
  const running = start(
    ["--token-file", tokens, "--session-minutes", "5", "--max-sessions", "1000"],
    env,
  );
  running.say(call(1, "echo", { text: "a" }));
  await eventually(() => expect(running.stdout()).toContain('"id":1'));
  running.child.stdin?.end();
  expect(await running.exited).toBe(0);
  expect(running.stderr()).toContain(
    "--allowed-hosts, --token-file, --oauth-issuer, --session-minutes: ignored, since the server speaks stdio",
  );
  const plain = start(["--allowed-hosts", "a.example", "--metrics", "0"]);
  plain.child.stdin?.end();
  expect(await plain.exited).toBe(0);
  expect(plain.stderr()).not.toContain("ignored");
});

test("an audit log is closed where its server cannot begin to listen", async () => {
  const audit = join(folder, "tokens.jsonl");
  const tokens = write("tokens", "no token\n");
  const running = start([
    ...["--http", "127.0.0.1:0", "--audit-file", audit, "--token-file", tokens],
  ]);
  expect(await running.exited).toBe(2);
  expect(running.stderr()).toContain(`  - --token-file ${tokens}: line 1 is not of the form`);
  expect(kindsOf(audit)).toEqual(["open", "close"]);
});

test("who waits for a call when the server leaves is told so, and so is every file", async () => {
  const [audit, meter] = ["leaving.jsonl", "meter.jsonl"].map((name) => join(folder, name));
  const running = start([
    ...["--http", "127.0.0.1:0", "--audit-file", String(audit), "--meter-file", String(meter)],
    ...["--log-level", "debug"],
  ]);
  const url = await eventually(() => {
    const [, found] = /listening on (\S+)/.exec(running.stderr()) ?? [];
    if (found === undefined) throw new Error(`It does not listen: ${running.stderr()}`);
    return new URL(found);
  });
  const answer = send(url, ...modern("tools/call", { name: "hang" }));
  await send(url, ...modern("tools/call", { name: "echo", arguments: { text: "x" } }));
  running.child.kill("SIGTERM");
  expect((await answer).message).toMatchObject({
    error: { message: expect.stringContaining("shutting down") },
  });
  expect(await running.exited).toBe(0);
  expect(linesOf(String(audit)).slice(-2)).toMatchObject([
    { tool: "hang", outcome: "shutdown" },
    { kind: "close" },
  ]);
  expect(linesOf(String(meter))).toMatchObject([
    { tool: "echo", outcome: "ok" },
    { tool: "hang", outcome: "stopped" },
  ]);
});

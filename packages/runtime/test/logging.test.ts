import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { type RefusedRequest, toRefusalLine } from "../src/operate/refusal-line.ts";
import { listen, send } from "./fixture/http.ts";
import { call, eventually, messages, start } from "./fixture/process.ts";
import { server } from "./fixture/server.ts";

const folder = mkdtempSync(join(tmpdir(), "fairlead-logging-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const secret = "s3cret-value-of-some-length";

/** What a server logs of some requests, all of which are answered. */
async function logOf(args: readonly string[], requests: readonly unknown[], answers: number) {
  const running = start(args, { FIXTURE_API_KEY: secret });
  running.say(...requests);
  await eventually(() => expect(messages(running)).toHaveLength(answers));
  running.child.stdin?.end();
  await running.exited;
  return running.stderr();
}

const ping = { jsonrpc: "2.0", id: 9, method: "ping" };

describe("--log-level debug", () => {
  const requests = [
    ping,
    call(1, "echo", { text: `a text with ${secret}` }),
    call(2, "fail", { how: "tool" }),
    call(3, "nobody"),
    { jsonrpc: "2.0", id: 4, method: "resources/read", params: { uri: "x://gone" } },
    { jsonrpc: "2.0", method: "notifications/initialized" },
  ];

  test("says of each request what it was, for whom, how it went, how long and how large", async () => {
    const log = await logOf(["--log-level", "debug"], requests, 5);
    const lines = log.split("\n").filter((line) => / debug /.test(line));
    expect(lines.map((line) => line.replace(/^\S+ debug /, "")).sort()).toEqual([
      expect.stringMatching(/^notifications\/initialized by local: taken in \d+\.\d ms$/),
      expect.stringMatching(/^ping by local: ok in \d+\.\d ms, 36 characters$/),
      expect.stringMatching(/^resources\/read x:\/\/gone by local: error -32\d+ in /),
      expect.stringMatching(/^tools\/call echo by local: ok in \d+\.\d ms, [\d,]+ characters$/),
      expect.stringMatching(/^tools\/call fail by local: tool error in /),
      expect.stringMatching(/^tools\/call nobody by local: error -32602 in /),
    ]);
    expect(log).not.toContain("a text with");
  });

  test("and the arguments with --log-arguments, without secrets and shortened", async () => {
    const args = ["--log-level", "debug", "--log-arguments"];
    const long = call(5, "echo", { text: "long ".repeat(1_000) });
    const log = await logOf(args, [...requests, long], 6);
    expect(log).toMatch(/tools\/call echo by local: ok in .*, arguments \{"text":"a text with /);
    expect(log).toMatch(/, arguments \{"text":"long .*… \[5011 characters\]\n/);
    expect(log).not.toContain(secret);
  });

  test("leaves no part of a secret where it shortens, and shortens every name", async () => {
    const args = ["--log-level", "debug", "--log-arguments"];
    // So that the cut would fall into the secret.
    const split = `${"x".repeat(2_000 - '{"text":"'.length - 10)}${secret}`;
    const name = `${"n".repeat(200 - "tools/call ".length - 10)}${secret}`;
    const log = await logOf(args, [call(1, "echo", { text: split }), call(2, name)], 2);
    expect(log).not.toContain(secret.slice(0, 6));
    expect(log.split("\n").filter((line) => line.length > 2_300)).toEqual([]);
    const long = await logOf(["--log-level", "debug"], [call(1, "n".repeat(100_000))], 1);
    expect(long.length).toBeLessThan(500);
  });

  test("tells of each request of a batch, and of one that was cancelled", async () => {
    const cancel = (requestId: number) => {
      return { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } };
    };
    const batch = [
      [ping, call(1, "echo", { text: "x" })],
      call(2, "wait", { ms: 60_000 }),
      cancel(2),
    ];
    const running = start(["--log-level", "debug"]);
    running.say(...batch);
    await eventually(() => expect(running.stderr()).toMatch(/tools\/call wait .*cancelled in /));
    await eventually(() => expect(running.stderr()).toContain("tools/call echo by local: ok"));
    expect(running.stderr()).toContain("ping by local: ok");
    running.child.kill("SIGKILL");
    await running.exited;
  });
});

test("nothing is said of requests otherwise, and with --log-level error of no warning", async () => {
  const loud = await logOf([], [ping, call(1, "fail", { how: "error" })], 2);
  expect(loud).not.toContain(" debug ");
  expect(loud).toContain(" error fail [");
  const unresolved = { FIXTURE_API_KEY: "${FIXTURE_API_KEY}" };
  for (const [level, expected] of [
    ["warn", true],
    ["error", false],
  ] as const) {
    const running = start(["--log-level", level], unresolved);
    running.say(ping);
    await eventually(() => expect(messages(running)).toHaveLength(1));
    running.child.stdin?.end();
    await running.exited;
    expect(running.stderr().includes(" warn ")).toBe(expected);
  }
});

describe("--log-file", () => {
  test("takes the log in place of stderr, at its end and for the user alone", async () => {
    const path = join(folder, "server.log");
    const args = ["--log-level", "debug", "--log-file", path];
    expect(await logOf(args, [ping], 1)).toBe("");
    expect(await logOf(args, [ping], 1)).toBe("");
    expect(readFileSync(path, "utf8")).toMatch(/^(?:\S+ debug ping by local: ok .*\n){2}$/);
    if (process.platform !== "win32") expect(statSync(path).mode & 0o077).toBe(0);
  });

  test("that cannot be opened stops the start", async () => {
    const path = join(folder, "absent", "server.log");
    const running = start(["--log-file", path]);
    expect(await running.exited).toBe(2);
    expect(running.stderr()).toContain(`--log-file ${path}: it cannot be opened (ENOENT).`);
  });
});

describe("a request that HTTP refuses", () => {
  const token = "t0ken-that-nobody-should-read";

  /** What the log says after requests to a server that asks for a token and takes 1 MB. */
  async function logOfRefusals(args: readonly string[]): Promise<string> {
    const file = join(folder, "tokens");
    writeFileSync(file, `ada sha256:${createHash("sha256").update(token).digest("hex")}\n`);
    const running = start(["--http", "0", "--token-file", file, "--max-message-mb", "1", ...args]);
    await eventually(() => expect(running.stderr()).toContain("listening on"));
    const [, url = ""] = /listening on (\S+)/.exec(running.stderr()) ?? [];
    const json = { "content-type": "application/json" };
    const known = { authorization: `Bearer ${token}` };
    const statuses: number[] = [];
    const ask = async (path: string, method: string, headers: object, body = "{}") => {
      const sent = method === "POST" ? body : "";
      statuses.push((await send(new URL(path, url), sent, { ...headers }, method)).status);
    };
    await ask("/mcp", "POST", { ...json, authorization: "Bearer wrong-token" });
    await ask("/mcp?key=in-the-query", "POST", { ...json, origin: "https://evil.example" });
    await ask(`/${"x".repeat(1_000)}`, "POST", json);
    await ask("/mcp", "GET", known);
    await ask("/mcp", "POST", { ...known, "content-type": "text/plain" });
    await ask("/mcp", "POST", { ...json, ...known }, `"${"x".repeat(1_100_000)}"`);
    await ask("/livez", "GET", {});
    expect(statuses).toEqual([401, 403, 404, 405, 415, 413, 200]);
    running.child.kill("SIGTERM");
    await running.exited;
    return running.stderr();
  }

  test("has one line with method, path, status and reason, and never its token", async () => {
    const log = await logOfRefusals(["--log-level", "debug"]);
    const lines = log.split("\n").filter((line) => / debug /.test(line));
    expect(lines.map((line) => line.replace(/^\S+ debug /, ""))).toEqual([
      "POST /mcp: 401 This server does not know this bearer token.",
      "POST /mcp: 403 This Origin is not allowed.",
      expect.stringMatching(/^POST \/x{199}… \[1001 characters\]: 404 Nothing is served at \/x+… /),
      "GET /mcp: 405 GET is not answered here.",
      "POST /mcp: 415 Content-Type must be application/json.",
      "POST /mcp: 413 The message is larger than 1 MB (1048576 bytes), which is the limit.",
    ]);
    expect(log).not.toMatch(/t0ken|wrong-token|in-the-query/);
  });

  test("has none without debug", async () => {
    expect(await logOfRefusals([])).not.toMatch(/ 40\d | 41\d /);
  });
});

test("a call too many is told as well", async () => {
  const refusals: RefusedRequest[] = [];
  const listening = await listen(server, { maxCalls: 1, refused: (one) => refusals.push(one) });
  onTestFinished(() => listening.close());
  const headers = { "content-type": "application/json", "mcp-protocol-version": "2025-03-26" };
  const answer = await send(listening.url, JSON.stringify([ping, { ...ping, id: 10 }]), headers);
  expect(answer.status).toBe(429);
  expect(refusals.map(toRefusalLine)).toEqual([
    "POST /mcp: 429 2 calls are more than the 1 this server takes at once.",
  ]);
});

test("over HTTP the log shows how clients are told of the server", async () => {
  const running = start(["--http", "0"]);
  await eventually(() => expect(running.stderr()).toContain("mcpServers"));
  const [, url = ""] = /listening on (\S+)/.exec(running.stderr()) ?? [];
  expect(running.stderr()).toContain(`claude mcp add --transport http fixture ${url}`);
  expect(running.stderr()).toMatch(/Cursor: in \.cursor\/mcp\.json\n/);
  running.child.kill("SIGTERM");
  expect(await running.exited).toBe(0);
});

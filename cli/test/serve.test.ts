import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { findBrowser } from "@fairlead/server-puppeteer";
import { afterEach, expect, test } from "vitest";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const directory = realpathSync(mkdtempSync(join(tmpdir(), "fairlead-cli-")));
const ends: (() => unknown)[] = [() => rmSync(directory, { recursive: true })];

afterEach(async () => {
  for (const end of ends.splice(1)) await end();
});

async function start(...args: string[]) {
  return startWith([], ...args);
}

async function startWith(flags: readonly string[], ...args: string[]) {
  const child = spawn(process.execPath, [...flags, main, ...args], {
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
  });
  ends.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return { child, line: String(line) };
}

function post(url: string, method: string, params: object = {}) {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
}

test("logs each request with its server's name, and what is refused, into a file", async () => {
  const path = join(directory, "fairlead.log");
  const options = ["--log-level", "debug", "--log-file", path];
  const { line } = await start("serve", "--port", "0", ...options);
  const url = line.slice("ready ".length);
  await (await post(`${url}filesystem/mcp`, "tools/list")).text();
  await (await post(`${url}nowhere/mcp`, "tools/list")).text();
  const lines = readFileSync(path, "utf8").split("\n");
  expect(lines).toContainEqual(
    expect.stringMatching(/ debug filesystem: tools\/list by anonymous: ok in .* characters$/),
  );
  expect(lines).toContainEqual(
    expect.stringMatching(/ debug POST \/nowhere\/mcp: 404 Nothing is served at \/nowhere\/mcp\.$/),
  );
});

test.for([
  [["--log-level", "loud"], '--log-level must be one of error, warn, info, debug, not "loud".'],
  [["--log-file", join(directory, "absent", "log")], "it cannot be opened (ENOENT)."],
] as const)("does not start with %j", async ([options, problem]) => {
  const child = spawn(process.execPath, [main, "serve", "--port", "0", ...options]);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  const [code] = await once(child, "close");
  expect(code).toBe(2);
  expect(said).toContain(problem);
});

test("serves the filesystem server read-only and a page about it, and leaves on SIGINT", async () => {
  writeFileSync(join(directory, "note.txt"), "from the served directory\n");
  const { child, line } = await start("serve", "--port", "0");
  expect(line).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\/$/);
  const url = line.slice("ready ".length);

  const page = await (await fetch(url)).text();
  expect(page).toContain("read_text_file");
  expect(page).not.toContain("write_file</");
  expect(page).toContain(`${url}filesystem/mcp`);
  expect(page).toContain("The first call starts the embedded database");

  const listed = await (await post(`${url}filesystem/mcp`, "tools/list")).text();
  expect(listed).toContain('"read_text_file"');
  expect(listed).not.toContain('"write_file"');

  const read = { name: "read_text_file", arguments: { path: join(directory, "note.txt") } };
  expect(await (await post(`${url}filesystem/mcp`, "tools/call", read)).json()).toMatchObject({
    result: { content: [{ text: "from the served directory\n" }] },
  });

  const outside = { name: "read_text_file", arguments: { path: main } };
  expect(await (await post(`${url}filesystem/mcp`, "tools/call", outside)).json()).toMatchObject({
    result: { isError: true },
  });

  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("what a library throws outside of any call ends none of the servers and tells no secret", async () => {
  const slip = `process.env.SLACK_BOT_TOKEN = "xoxb-canary-of-slack";
  process.env.DATABASE_URL = "a=postgres://me:canary@h/x,b=postgres://me:canary@h/y";
  process.on("SIGUSR2", () => {
    Promise.reject(new Error("rejected by nobody: Bearer xoxb-canary-of-slack"));
    setImmediate(() => { throw new Error("thrown at nobody: b=postgres://me:canary@h/y"); });
  })`;
  const module = `data:text/javascript,${encodeURIComponent(slip)}`;
  const { child, line } = await startWith(["--import", module], "serve", "--port", "0");
  let log = "";
  child.stderr.on("data", (chunk) => {
    log += String(chunk);
  });
  child.kill("SIGUSR2");
  await expect.poll(() => log, { timeout: 10_000 }).toContain("thrown at nobody");
  expect(log).toContain("rejected by nobody");
  expect(log).not.toContain("canary");
  const url = line.slice("ready ".length);
  expect((await post(`${url}filesystem/mcp`, "tools/list")).status).toBe(200);
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("serves git on the served directory, read-only", async () => {
  execFileSync("git", ["init", "--quiet", "--initial-branch", "main", directory]);
  const { line } = await start("serve", "--port", "0");
  const url = `${line.slice("ready ".length)}git/mcp`;
  const listed = await (await post(url, "tools/list")).text();
  expect(listed).toContain('"git_log"');
  expect(listed).not.toContain('"git_commit"');
  const status = { name: "git_status", arguments: { repo_path: directory } };
  expect(await (await post(url, "tools/call", status)).json()).toMatchObject({
    result: { structuredContent: { branch: "main" } },
  });
});

test("serves postgres on its demo data, read-only", async () => {
  const { line } = await start("serve", "--port", "0");
  const url = `${line.slice("ready ".length)}postgres/mcp`;
  const sql = "SELECT count(*) > 0 AS filled FROM orders";
  const query = { name: "query", arguments: { sql } };
  expect(await (await post(url, "tools/call", query)).json()).toMatchObject({
    result: { structuredContent: { rows: [[true]] } },
  });
  const drop = { name: "query", arguments: { sql: "DROP TABLE orders" } };
  expect(await (await post(url, "tools/call", drop)).json()).toMatchObject({
    result: { isError: true },
  });
});

test.each([
  ["github", "search_repositories", { query: "language:typescript" }],
  ["slack", "slack_list_channels", {}],
  ["gdrive", "list_recent_files", {}],
])("serves %s on an emulator: %s answers", async (name, tool, args) => {
  const { line } = await start("serve", "--port", "0");
  const url = `${line.slice("ready ".length)}${name}/mcp`;
  const answer = await (await post(url, "tools/call", { name: tool, arguments: args })).json();
  expect(answer).toMatchObject({ result: { content: [{ type: "text" }] } });
  expect(answer).not.toHaveProperty("result.isError");
});

test("serves puppeteer where a browser is installed, and says where none is", async () => {
  const { child, line } = await start("serve", "--port", "0");
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  const url = line.slice("ready ".length);
  const browser = await findBrowser(undefined).catch(() => undefined);
  if (browser === undefined) {
    expect(process.env["FAIRLEAD_REQUIRE"], "no browser on this machine").not.toBe("all");
    console.warn("No browser on this machine: only its absence was tested.");
    expect(stderr).toContain("Puppeteer is left out.");
    expect((await post(`${url}puppeteer/mcp`, "tools/list")).status).toBe(404);
    return;
  }
  const call = async (name: string, args: object) =>
    (await post(`${url}puppeteer/mcp`, "tools/call", { name, arguments: args })).json();
  expect(await call("puppeteer_navigate", { url: "about:blank" })).toMatchObject({
    result: { content: [{ type: "text" }] },
  });
  expect(await call("puppeteer_navigate", { url })).toMatchObject({
    result: { isError: true, content: [{ text: expect.stringContaining("--allow-hosts") }] },
  });
  expect(await call("puppeteer_click", { selector: "a" })).toMatchObject({
    result: { isError: true, content: [{ text: expect.stringContaining("--read-only") }] },
  });
});

test("a taken port is said and ends the process", async () => {
  const { line } = await start("serve", "--port", "0");
  const port = new URL(line.slice("ready ".length)).port;
  const second = spawn(process.execPath, [main, "serve", "--port", port], { stdio: "pipe" });
  let stderr = "";
  second.stderr.on("data", (text) => {
    stderr += text;
  });
  expect(await once(second, "close")).toEqual([1, null]);
  expect(stderr).toContain("EADDRINUSE");
});

test.each([
  [["serve", "--port", "many"], "--port"],
  [["dance"], "serve"],
  [["serve", "--nonsense"], "--nonsense"],
])("%j is answered with what is wrong and the usage", async (args, expected) => {
  const child = spawn(process.execPath, [main, ...args], { stdio: "pipe" });
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  expect(await once(child, "close")).toEqual([2, null]);
  expect(stderr).toContain(expected);
  expect(stderr).toContain("Usage:");
});

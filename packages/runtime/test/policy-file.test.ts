import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineTool, defineToolset, type Server, toSurface } from "@fairlead/define";
import type { Authenticate } from "@fairlead/operate/auth";
import { createParse, createThrottle, Limiter, Policy } from "@fairlead/operate/policy";
import { Tokens } from "@fairlead/operate/tokens";
import { MemoryLimits } from "@fairlead/store";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { isJson, type Json } from "../src/protocol/json-rpc.ts";
import {
  type Listening,
  type ListenOptions,
  legacy,
  listen,
  modern,
  openStream,
  send,
} from "./fixture/http.ts";
import { plain, serverOf } from "./fixture/make.ts";
import { call, eventually, messages, start } from "./fixture/process.ts";
import { openSession } from "./fixture/session.ts";

const ran: string[] = [];
const read = defineTool({
  ...plain,
  name: "read_note",
  run: () => {
    ran.push("read_note");
    return "A note.";
  },
});
const change = defineTool({
  ...plain,
  name: "change_note",
  input: z.object({ dry: z.boolean() }),
  effect: { least: "read", most: "write", of: ({ dry }) => (dry ? "read" : "write") },
  run: ({ dry }) => (dry ? "Would change." : "Changed."),
});
const wipe = defineTool({
  ...plain,
  name: "wipe_notes",
  effect: "destroy",
  run: () => {
    ran.push("wipe_notes");
    return "Wiped.";
  },
});
const server = serverOf([], {
  toolsets: [
    defineToolset({ name: "notes", description: "Notes.", tools: [read, change] }),
    defineToolset({ name: "admin", description: "All of them.", tools: [wipe] }),
  ],
});

const hash = (text: string) => createHash("sha256").update(text).digest("hex");
const { authenticate } = new Tokens(
  ["alice", "bob", "carol"].map((id) => `${id} sha256:${hash(`${id}-token`)}`).join("\n"),
);
const parse = await createParse("policy.json");
const clock = { now: Date.parse("2026-11-30T12:00:00Z") };
const opened: Listening[] = [];
afterAll(async () => {
  for (const listening of opened) await listening.close();
});

/** Serves a server under a policy file. */
async function serve(file: object, options: ListenOptions = {}, served: Server = server) {
  const policy = new Policy(toSurface(served), parse, JSON.stringify(file));
  const now = () => clock.now;
  const store = new MemoryLimits();
  const limiter = new Limiter(policy, { store, now, warn: () => {} });
  const listening = await listen(served, {
    authenticate,
    access: (principal) => policy.of(principal),
    throttle: createThrottle(policy, now),
    middleware: [limiter.middleware],
    ...options,
  });
  opened.push(listening);
  const { url } = listening;
  const as = (id: string) => ({ authorization: `Bearer ${id}-token` });
  return {
    ...{ listening, policy, url },
    async list(id: string) {
      const { message } = await send(url, ...modern("tools/list", {}, { headers: as(id) }));
      return toResult(message);
    },
    async call(id: string, name: string, args: Json = {}) {
      const asked = modern("tools/call", { name, arguments: args }, { headers: as(id) });
      return toResult((await send(url, ...asked)).message);
    },
  };
}

function toResult({ result }: Json): Json {
  return isJson(result) ? result : {};
}

function namesOf({ tools }: Json): readonly unknown[] {
  return Array.isArray(tools) ? tools.map(({ name }) => name) : [];
}

const textOf = (text: string) => ({ isError: true, content: [{ type: "text", text }] });

test("each caller's list has what their rule permits, and a call of another tool says why not", async () => {
  const { call: run, list } = await serve({
    rules: [
      { match: { principal: "alice" } },
      { match: { principal: "bob" }, toolsets: ["notes"], readOnly: true },
    ],
  });
  const [alice, bob, carol] = [await list("alice"), await list("bob"), await list("carol")];
  expect(namesOf(alice)).toEqual(["read_note", "change_note", "wipe_notes"]);
  expect(namesOf(bob)).toEqual(["read_note", "change_note"]);
  expect(namesOf(carol)).toEqual([]);
  for (const each of [alice, bob, carol]) expect(each["cacheScope"]).toBe("private");

  ran.length = 0;
  expect(await run("bob", "wipe_notes", { confirm: true })).toMatchObject(
    textOf(
      "wipe_notes is not permitted to you: the policy of this server does not give it to this caller. Ask the operator of the server.",
    ),
  );
  expect(await run("carol", "read_note")).toMatchObject(
    textOf(
      "No tool is permitted to you: the policy of this server does not give it to this caller. Ask the operator of the server.",
    ),
  );
  expect(ran).toEqual([]);
  expect(await run("alice", "wipe_notes", { confirm: true })).not.toHaveProperty("isError");
  expect(ran).toEqual(["wipe_notes"]);
});

test("a rule that permits reading lets a tool read that may also write", async () => {
  const { call: run } = await serve({ rules: [{ match: {}, readOnly: true }] });
  expect(await run("alice", "change_note", { dry: true })).not.toHaveProperty("isError");
  expect(await run("alice", "change_note", { dry: false })).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining("change_note may only read for you") }],
  });
});

test("the options of the process win over every rule", async () => {
  const rules = [{ match: {}, toolsets: ["all"], tools: ["wipe_notes"], readOnly: false }];
  const { call: run, list } = await serve({ rules }, { policy: { readOnly: true } });
  expect(namesOf(await list("alice"))).toEqual(["read_note", "change_note"]);
  expect(await run("alice", "wipe_notes", { confirm: true })).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining("--read-only") }],
  });
  expect(await run("alice", "change_note", { dry: false })).toMatchObject({ isError: true });
});

test("what a rule hides and what the server finds of no use are left out together", async () => {
  const narrowing = {
    ...server,
    credentials: ["token"],
    findUnusableTools: async () => new Map([["change_note", "No access."]]),
  } satisfies Server;
  const rules = [{ match: { principal: "alice" } }, { match: {}, excludeTools: ["wipe_notes"] }];
  const { list } = await serve({ rules }, {}, narrowing);
  expect(namesOf(await list("alice"))).toEqual(["read_note", "wipe_notes"]);
  expect(namesOf(await list("bob"))).toEqual(["read_note"]);
  expect(namesOf(await list("alice"))).toEqual(["read_note", "wipe_notes"]);
});

test("two tenants have rules and limits of their own", async () => {
  const tenants: Authenticate = ({ authorization = "" }) => {
    const [id = "", tenant = ""] = authorization.replace("Bearer ", "").split("@");
    return { id, tenant: tenant.replace("-token", "") };
  };
  const { call: run, list } = await serve(
    {
      rules: [
        { match: { tenant: "acme" }, limits: [{ per: "tenant", day: 10 }] },
        { match: { tenant: "globex" }, readOnly: true, limits: [{ per: "tenant", day: 10 }] },
      ],
    },
    { authenticate: tenants },
  );
  expect(namesOf(await list("ann@acme"))).toContain("wipe_notes");
  expect(namesOf(await list("ann@globex"))).not.toContain("wipe_notes");
  expect(namesOf(await list("ann@other"))).toEqual([]);
  for (let each = 0; each < 10; each += 1) {
    expect(await run(`user${each}@acme`, "read_note")).not.toHaveProperty("isError");
  }
  expect(await run("ann@acme", "read_note")).toMatchObject({ isError: true });
  expect(await run("ann@globex", "read_note")).not.toHaveProperty("isError");
});

test("of 200 calls at once on a limit of 10 exactly 10 run, and the others are told when to try again", async () => {
  const { call: run } = await serve({
    rules: [{ match: {}, limits: [{ per: "principal", rate: { perSecond: 0.5, burst: 10 } }] }],
    costs: { tools: { change_note: 1, wipe_notes: 1 } },
  });
  ran.length = 0;
  const answers = await Promise.all(Array.from({ length: 200 }, () => run("alice", "read_note")));
  expect(ran).toHaveLength(10);
  const refused = answers.filter(({ isError }) => isError === true);
  expect(refused).toHaveLength(190);
  expect(refused[0]).toMatchObject({
    ...textOf(
      "The rate limit of 0.5 per second (10 at once) for you is reached. This call takes 1, and 0 is left.\nTry again in 2 s.",
    ),
    _meta: {
      "io.github.fairlead/limit": { kind: "rate", retryAfterSeconds: 2, remaining: 0, cost: 1 },
      "io.modelcontextprotocol/serverInfo": { name: "test" },
    },
  });
  expect(await run("bob", "read_note")).not.toHaveProperty("isError");
  clock.now += 2_000;
  expect(await run("alice", "read_note")).not.toHaveProperty("isError");
  expect(await run("alice", "read_note")).toMatchObject({ isError: true });
});

test("a call that asks its user takes its cost once, and a state that is sent again runs nothing", async () => {
  const { url } = await serve({
    rules: [{ match: {}, limits: [{ per: "principal", rate: { perSecond: 0.001, burst: 10 } }] }],
  });
  const ask = async (more: Json = {}) => {
    const _meta = { "io.modelcontextprotocol/clientCapabilities": { elicitation: {} } };
    const [body, headers] = modern("tools/call", { _meta, name: "wipe_notes", ...more });
    const { message } = await send(url, body, { ...headers, authorization: "Bearer alice-token" });
    return message;
  };
  ran.length = 0;
  const { requestState, inputRequests } = toResult(await ask());
  const [name = ""] = Object.keys(isJson(inputRequests) ? inputRequests : {});
  const answer = { action: "accept", content: {} };
  const retry = { requestState, inputResponses: { [name]: answer } };
  expect(toResult(await ask(retry))).toMatchObject({ content: [{ text: "Wiped." }] });
  expect(await ask(retry)).toMatchObject({ error: { code: -32602 } });
  expect(await ask({ ...retry, requestState: "forged" })).toMatchObject({
    error: { code: -32602 },
  });
  expect(toResult(await ask())).toMatchObject({ isError: true });
  expect(toResult(await ask({ inputResponses: { [name]: answer } }))).toMatchObject({
    isError: true,
  });
  expect(ran).toEqual(["wipe_notes"]);
});

test("a 2025 client is told of a limit in the same words, with what is for programs in _meta", async () => {
  const { url, call: run } = await serve({
    rules: [{ match: {}, limits: [{ per: "principal", day: 10 }] }],
  });
  await run("alice", "wipe_notes", { confirm: true });
  const [body, headers] = legacy("tools/call", { name: "read_note" }, { version: "2025-06-18" });
  const asked = { ...headers, authorization: "Bearer alice-token" };
  const { result } = (await send(url, body, asked)).message;
  expect(result).toEqual({
    isError: true,
    content: [
      {
        type: "text",
        text: expect.stringMatching(/^The quota of this day .*\nIt resets at \d{4}-.*Z \(UTC\)/),
      },
    ],
    _meta: { "io.github.fairlead/limit": expect.objectContaining({ kind: "day", limit: 10 }) },
  });
});

test("a flood of one principal gets 429 and Retry-After before its bodies are read", async () => {
  const refusals: unknown[] = [];
  const { url, list } = await serve(
    {
      rules: [
        { match: { principal: "alice" }, requests: { perSecond: 0.25, burst: 2 } },
        { match: {} },
      ],
    },
    { refused: (refusal) => refusals.push(refusal) },
  );
  await list("alice");
  await list("alice");
  const huge = `{"jsonrpc":"2.0","id":1,"method":"${"x".repeat(100_000)}`;
  const headers = { "content-type": "application/json", authorization: "Bearer alice-token" };
  const { status, headers: answered, body } = await send(url, huge, headers);
  expect([status, answered["retry-after"], body]).toEqual([
    ...[429, "4", "You send too many requests. Try again in 4 s."],
  ]);
  expect(refusals).toEqual([
    {
      method: "POST",
      path: "/mcp",
      status: 429,
      reason: "You send too many requests. Try again in 4 s.",
      by: "limit",
      address: "127.0.0.1",
      principal: expect.objectContaining({ id: "alice" }),
    },
  ]);
  expect(namesOf(await list("bob"))).toHaveLength(3);
  expect((await send(url, "", { ...headers, authorization: "Bearer none" })).status).toBe(401);
  clock.now += 4_000;
  expect(namesOf(await list("alice"))).toHaveLength(3);
});

test("a changed policy holds at once, and those who listen are told that their list changed", async () => {
  const { listening, policy, url, list } = await serve({ rules: [{ match: {} }] });
  const headers = { authorization: "Bearer alice-token" };
  const { message } = await send(url, ...modern("server/discover", {}, { headers }));
  expect(toResult(message)["capabilities"]).toMatchObject({ tools: { listChanged: true } });
  const asked = { notifications: { toolsListChanged: true } };
  const stream = await openStream(url, ...modern("subscriptions/listen", asked, { headers }));
  const session = await openSession(url, { headers });
  const older = await session.listen();
  expect(namesOf(await list("alice"))).toHaveLength(3);
  policy.replace(JSON.stringify({ rules: [{ match: {}, readOnly: true }] }));
  listening.endpoint.announceAccess();
  expect(namesOf(await list("alice"))).toEqual(["read_note", "change_note"]);
  const told = { method: "notifications/tools/list_changed" };
  await eventually(() => expect(stream.frames).toContainEqual(expect.objectContaining(told)));
  await eventually(() => expect(older.messages).toContainEqual(expect.objectContaining(told)));
  stream.close();
});

test("without a policy file nothing is promised of the list, and everybody may keep it", async () => {
  const listening = await listen(server, { authenticate });
  opened.push(listening);
  const headers = { authorization: "Bearer alice-token" };
  const list = await send(listening.url, ...modern("tools/list", {}, { headers }));
  expect(toResult(list.message)).toMatchObject({ cacheScope: "public" });
  const { message } = await send(listening.url, ...modern("server/discover", {}, { headers }));
  expect(toResult(message)["capabilities"]).toMatchObject({ tools: {} });
  expect(JSON.stringify(message)).not.toContain("listChanged");
});

const folder = mkdtempSync(join(tmpdir(), "fairlead-policy-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): string {
  const path = join(folder, name);
  // As a deployment does: no reader sees half a file.
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
  return path;
}

test("a process reads its policy file again, keeps the last good one, and meters every call", async () => {
  const policy = (exclude: string) =>
    `# Who may do what.\nrules:\n  - match: { principal: alice }\n    excludeTools: [${exclude}]\n    limits:\n      - per: principal\n        day: 12\n`;
  const file = write("policy.yaml", policy("print"));
  const tokenFile = write("tokens", `alice sha256:${hash("alice-token")}\n`);
  const meterFile = join(folder, "meter.jsonl");
  const running = start([
    ...["--http", "127.0.0.1:0", "--token-file", tokenFile],
    ...["--policy-file", file, "--meter-file", meterFile],
  ]);
  const url = await eventually(() => {
    const [, found] = /listening on (\S+)/.exec(running.stderr()) ?? [];
    if (found === undefined) throw new Error(`It does not listen: ${running.stderr()}`);
    return new URL(found);
  });
  const headers = { authorization: "Bearer alice-token" };
  const list = async () => {
    const { message } = await send(url, ...modern("tools/list", {}, { headers }));
    return namesOf(toResult(message));
  };
  const run = async (name: string, args: Json) => {
    const asked = modern("tools/call", { name, arguments: args }, { headers });
    return toResult((await send(url, ...asked)).message);
  };
  expect(await list()).not.toContain("print");
  expect(await run("print", { text: "x" })).toMatchObject({ isError: true });

  running.child.kill("SIGHUP");
  await eventually(() => expect(running.stderr()).toContain("policy.yaml: unchanged."));
  write("policy.yaml", policy("echo"));
  await expect.poll(list, { timeout: 20_000 }).toContain("print");
  expect(await list()).not.toContain("echo");
  write("policy.yaml", policy("ecko"));
  running.child.kill("SIGHUP");
  await eventually(() =>
    expect(running.stderr()).toMatch(
      /warn --policy-file \S+: rules\[0\]\.excludeTools: expected one of echo.*; found "ecko"\.\n {4}The policy read before stays in force\./,
    ),
  );
  expect(await list()).not.toContain("echo");
  rmSync(file);
  running.child.kill("SIGHUP");
  await eventually(() => expect(running.stderr()).toContain("It cannot be read."));
  expect(await list()).not.toContain("echo");
  write("policy.yaml", policy("print"));
  running.child.kill("SIGHUP");
  await eventually(() =>
    expect(running.stderr()).toMatch(/policy\.yaml: read again\.[\s\S]*read again/),
  );
  expect(await list()).toContain("echo");

  // It came with the day's 12, of which the call that was not permitted took nothing.
  for (let each = 0; each < 13; each += 1) await run("echo", { text: "x" });
  running.child.kill("SIGTERM");
  expect(await running.exited).toBe(0);
  const lines = readFileSync(meterFile, "utf8").trimEnd().split("\n");
  const metered = lines.map((line): unknown => JSON.parse(line));
  expect(metered).toHaveLength(14);
  expect(metered[0]).toEqual({
    ...{ time: expect.stringMatching(/^\d{4}-.*Z$/), principal: "alice", tool: "print" },
    ...{ cost: 0, outcome: "refused", milliseconds: expect.any(Number) },
  });
  expect(metered[1]).toMatchObject({ tool: "echo", outcome: "ok", cost: 1 });
  expect(metered.at(-1)).toMatchObject({ tool: "echo", outcome: "limited", cost: 0 });
});

test("a process does not start with a policy file that it cannot use, and says all that is wrong", async () => {
  const file = write("bad.json", '{"rules":[{"match":{"tenant":5},"readOnly":"yes"}]}');
  const running = start(["--policy-file", file]);
  expect(await running.exited).toBe(2);
  expect(running.stderr()).toBe(
    `@fairlead/fixture cannot start:
  - --policy-file ${file}: rules[0].match.tenant: expected a name or a list of names; found 5.
  - --policy-file ${file}: rules[0].readOnly: expected true or false; found "yes".
`,
  );
});

test("a process does not start with a meter file that it cannot write", async () => {
  const path = join(folder, "none", "meter");
  const running = start(["--meter-file", path]);
  expect(await running.exited).toBe(2);
  expect(running.stderr()).toContain(`--meter-file ${path}: it cannot be written (ENOENT).`);
});

test("over stdio a policy file holds for the one who started the server", async () => {
  const limits = [{ per: "principal", tools: ["echo"], concurrency: 1, day: 1 }];
  const file = write(
    "local.json",
    JSON.stringify({ rules: [{ match: { principal: "local" }, limits }] }),
  );
  const running = start(["--policy-file", file]);
  const clientInfo = { name: "test", version: "1" };
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
  running.say({ jsonrpc: "2.0", id: 0, method: "initialize", params });
  await eventually(() => expect(messages(running)).toHaveLength(1));
  expect(messages(running)[0]).toMatchObject({
    result: { capabilities: { tools: { listChanged: true } } },
  });
  write("local.json", JSON.stringify({ rules: [{ match: {}, limits }] }));
  const changed = ["tools", "resources", "prompts"].map((list) => {
    return { jsonrpc: "2.0", method: `notifications/${list}/list_changed`, params: {} };
  });
  await eventually(() => expect(messages(running).slice(1)).toEqual(changed));
  running.say(call(1, "echo", { text: "a" }));
  await eventually(() => expect(messages(running)).toHaveLength(5));
  running.say(call(2, "echo", { text: "b" }));
  await eventually(() => expect(messages(running)).toHaveLength(6));
  running.child.stdin?.end();
  expect(await running.exited).toBe(0);
  expect(messages(running).slice(4)).toMatchObject([
    { id: 1, result: { content: [{ type: "text" }] } },
    { id: 2, result: { isError: true, _meta: { "io.github.fairlead/limit": { kind: "day" } } } },
  ]);
});

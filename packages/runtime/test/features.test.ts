import { hash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { definePrompt, defineTool, toSurface } from "@fairlead/define";
import { toRecord } from "@fairlead/guard/record";
import { type Audit, createAudit, openAuditFile, verifyAudit } from "@fairlead/operate/audit";
import { createParse, Limiter, Policy } from "@fairlead/operate/policy";
import { Tokens } from "@fairlead/operate/tokens";
import { MemoryLimits } from "@fairlead/store";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  type Answer,
  type Listening,
  type ListenOptions,
  legacy,
  listen,
  modern,
  openStream,
  send,
} from "./fixture/http.ts";
import { plain, serverOf } from "./fixture/make.ts";
import { eventually } from "./fixture/process.ts";
import { openSession } from "./fixture/session.ts";

const folder = mkdtempSync(join(tmpdir(), "fairlead-features-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read: string[] = [];
let tellAll: () => void = () => {};
const prompt = (name: string) =>
  definePrompt({
    ...{ name, title: name, description: `Prompt ${name}.` },
    arguments: z.object({ about: z.string().optional() }),
    get: ({ about }) => `About ${about}.`,
    complete: { about: () => ["cats"] },
  });
const server = serverOf([defineTool({ ...plain, name: "note", run: () => "noted" })], {
  resources: [
    ...["docs://public/a", "docs://secret/a"].map((uri) => ({
      ...{ uri, name: uri, description: uri },
      read: () => {
        read.push(uri);
        return { body: uri };
      },
      watch: (_: unknown, { changed }: { changed(): void }) => {
        tellAll = changed;
      },
    })),
  ],
  resourceTemplates: [
    {
      ...{ uriTemplate: "files://{+path}", name: "files", description: "Files." },
      read: ({ path = "" }) => {
        read.push(path);
        return { body: path };
      },
      list: () => [
        { uri: "files://open/1", name: "1", description: "1" },
        { uri: "files://closed/1", name: "2", description: "2" },
      ],
      complete: { path: () => ["open/1"] },
    },
    {
      ...{ uriTemplate: "vault://{id}", name: "vault", description: "Vault." },
      read: ({ id = "" }) => ({ body: id }),
      complete: { id: () => ["7"] },
    },
  ],
  prompts: [prompt("summarize"), prompt("delete_all")],
});
const rules = [
  { match: { principal: "alice" } },
  {
    match: { principal: "bob" },
    resources: ["docs://public/*", "files://open/*"],
    excludePrompts: ["delete_*"],
    limits: [
      {
        per: ["principal"],
        tools: [],
        methods: ["prompts/get"],
        rate: { perSecond: 0.1, burst: 2 },
      },
    ],
  },
];

let audit: Audit;
let path = "";
let count = 0;
const opened: Listening[] = [];
beforeEach(async () => {
  count += 1;
  path = join(folder, `${count}.jsonl`);
  read.length = 0;
  const maxBytes = Number.POSITIVE_INFINITY;
  const file = openAuditFile({ path, sync: "never", maxBytes, problem: () => undefined });
  audit = await createAudit({
    ...{ sink: file, head: file.head, mode: "required", strict: true },
    server: { name: "test", version: "1.0.0" },
    redact: (text) => text.replaceAll("hunter2hunter2", "[redacted]"),
    log: { info: () => undefined, warn: () => undefined },
  });
});
afterEach(async () => {
  for (const listening of opened.splice(0)) await listening.close();
});

async function written(): Promise<readonly Record<string, unknown>[]> {
  await audit.close();
  expect((await verifyAudit([path])).broken).toBeUndefined();
  const lines = readFileSync(path, "utf8").split("\n").slice(1, -2);
  return lines.map((line) => toRecord(JSON.parse(line)));
}

const { authenticate } = new Tokens(
  ["alice", "bob", "carol"].map((id) => `${id} sha256:${hash("sha256", `${id}-token`)}`).join("\n"),
);
const as = (id: string) => ({ authorization: `Bearer ${id}-token` });
const parse = await createParse("policy.json");

async function serve(options: ListenOptions = {}) {
  const policy = new Policy(toSurface(server), parse, JSON.stringify({ rules }));
  const limiter = new Limiter(policy, { store: new MemoryLimits(), warn: () => {} });
  const listening = await listen(server, {
    ...{ authenticate, access: (principal) => policy.of(principal), denied: audit.denied },
    features: [audit.middleware, limiter.middleware],
    ...options,
  });
  opened.push(listening);
  const { url } = listening;
  const ask = (id: string, method: string, params = {}) =>
    send(url, ...modern(method, params, { headers: as(id) }));
  return { ask, url, policy, listening };
}

const urisIn = ({ message }: Answer, list: string, key: string) => {
  const entries = toRecord(message["result"])[list];
  return Array.isArray(entries) ? entries.map((entry) => toRecord(entry)[key]) : [];
};
const refused = (name: string) => ({
  message: expect.stringMatching(`^${name} is not permitted to you`),
});
const complete = (ref: object, name: string) => ({ ref, argument: { name, value: "" } });

describe("a rule about resources and prompts", () => {
  test.each([
    ["alice", ["docs://public/a", "docs://secret/a", "files://open/1", "files://closed/1"]],
    ["bob", ["docs://public/a", "files://open/1"]],
    ["carol", []],
  ])("shows %s a list of their own", async (id, uris) => {
    const { ask } = await serve();
    const list = await ask(id, "resources/list");
    expect(urisIn(list, "resources", "uri")).toEqual(uris);
    const [templates, prompts] = [
      urisIn(await ask(id, "resources/templates/list"), "resourceTemplates", "uriTemplate"),
      urisIn(await ask(id, "prompts/list"), "prompts", "name"),
    ];
    const all = [
      ["files://{+path}", "vault://{id}"],
      ["summarize", "delete_all"],
    ];
    const some = id === "bob" ? [["files://{+path}"], ["summarize"]] : [[], []];
    expect([templates, prompts]).toEqual(id === "alice" ? all : some);
    expect(list.message).toHaveProperty("result.cacheScope", "private");
  });

  test.each([
    ["docs://public/a", true],
    ["docs://secret/a", false],
    ["files://open/2", true],
    ["files://closed/2", false],
    ["files://open/%2e%2e/closed/2", false],
    ["files://open/../closed/2", false],
    ["files://open/..%2Fclosed/2", false],
    // What is not there and not permitted says no more than what is there.
    ["docs://secret/none", false],
  ])("lets bob read %s: %s", async (uri, may) => {
    const { ask, url } = await serve();
    const { message } = await ask("bob", "resources/read", { uri });
    if (may) expect(message).toHaveProperty("result.contents");
    else
      expect(message["error"]).toMatchObject({
        code: -32602,
        data: { uri },
        message: expect.stringContaining("is not permitted to you: the policy"),
      });
    const [body, headers] = legacy("resources/read", { uri }, { version: "2025-11-25" });
    const older = await send(url, body, { ...headers, ...as("bob") });
    if (!may) expect(older.message["error"]).toMatchObject({ code: -32002 });
    expect(read.length > 0).toBe(may);
  });

  test("refuses prompts, and completions of what is not listed", async () => {
    const { ask } = await serve();
    const get = async (name: string) => (await ask("bob", "prompts/get", { name })).message;
    expect(await get("summarize")).toHaveProperty("result.messages");
    expect((await get("delete_all"))["error"]).toMatchObject(refused("delete_all"));
    const of = async (ref: object, name: string) =>
      (await ask("bob", "completion/complete", complete(ref, name))).message;
    const prompts = (name: string) => ({ type: "ref/prompt", name });
    const resources = (uri: string) => ({ type: "ref/resource", uri });
    expect(await of(prompts("summarize"), "about")).toMatchObject({
      result: { completion: { values: ["cats"] } },
    });
    expect(await of(resources("files://{+path}"), "path")).toHaveProperty("result.completion");
    expect((await of(prompts("delete_all"), "about"))["error"]).toMatchObject(
      refused("delete_all"),
    );
    expect((await of(resources("vault://{id}"), "id"))["error"]).toMatchObject({ code: -32602 });
  });

  test("holds for those who listen, also when it changes", async () => {
    const { ask, url, policy, listening } = await serve();
    const uris = ["docs://public/a", "docs://secret/a"];
    const notifications = { resourceSubscriptions: uris, resourcesListChanged: true };
    const asked = modern("subscriptions/listen", { notifications }, { headers: as("bob") });
    const stream = await openStream(url, ...asked);
    await eventually(() => expect(JSON.stringify(stream.frames)).toContain("acknowledged"));
    expect(JSON.stringify(stream.frames)).toContain("docs://public/a");
    expect(JSON.stringify(stream.frames)).not.toContain("docs://secret");
    const session = await openSession(url, { headers: as("bob") });
    const refusal = await session.post("resources/subscribe", { uri: "docs://secret/a" });
    expect(refusal.message["error"]).toMatchObject(refused("docs://secret/a"));
    expect(
      (await session.post("resources/subscribe", { uri: "docs://public/a" })).message,
    ).toHaveProperty("result");

    policy.replace(JSON.stringify({ rules: [{ match: {}, resources: [] }] }));
    tellAll();
    listening.endpoint.announceAccess();
    const told = { method: "notifications/resources/list_changed" };
    await eventually(() => expect(stream.frames).toContainEqual(expect.objectContaining(told)));
    expect(JSON.stringify(stream.frames)).not.toContain("resources/updated");
    // Who may not read it any more may stop listening all the same.
    const left = await session.post("resources/unsubscribe", { uri: "docs://public/a" });
    expect(left.message).toHaveProperty("result");
    expect((await ask("bob", "resources/read", { uri: "docs://public/a" })).message).toHaveProperty(
      "error",
    );
    stream.close();
  });

  test("counts the methods that one of its limits names, and no other", async () => {
    const { ask } = await serve();
    const get = async () => (await ask("bob", "prompts/get", { name: "summarize" })).message;
    // What is refused takes nothing.
    for (let n = 0; n < 3; n += 1) await ask("bob", "prompts/get", { name: "delete_all" });
    expect(await get()).toHaveProperty("result");
    expect(await get()).toHaveProperty("result");
    const { error } = await get();
    expect(error).toMatchObject({
      code: 429,
      message: expect.stringMatching(/^The rate limit of 0.1 per second.+Try again in \d+ s\.$/s),
      data: { "io.github.fairlead/limit": { kind: "rate", retryAfterSeconds: expect.any(Number) } },
    });
    const read = await ask("bob", "resources/read", { uri: "docs://public/a" });
    expect(read.message).toHaveProperty("result");
    expect((await written()).at(-2)).toMatchObject({
      method: "prompts/get",
      decision: "refused",
      by: "limit",
    });
  });
});

describe("the audit log", () => {
  test("has a line for each of them, with who, what and how it ended", async () => {
    const { ask } = await serve();
    await ask("alice", "resources/read", { uri: "files://open/hunter2hunter2" });
    await ask("bob", "resources/read", { uri: "docs://secret/a" });
    await ask("alice", "resources/read", { uri: "docs://none" });
    await ask("alice", "prompts/get", { name: "summarize", arguments: { about: "dogs" } });
    await ask(
      "alice",
      "completion/complete",
      complete({ type: "ref/prompt", name: "summarize" }, "about"),
    );
    await ask("alice", "resources/list");
    const line = { kind: "call", server: { name: "test", version: "1.0.0" }, effect: "read" };
    const ok = { ...line, who: { id: "alice" }, decision: "allowed", outcome: "ok" };
    const lines = await written();
    expect(lines).toMatchObject([
      {
        ...ok,
        method: "resources/read",
        resource: "files://open/[redacted]",
        ms: expect.any(Number),
      },
      {
        ...line,
        who: { id: "bob" },
        method: "resources/read",
        resource: "docs://secret/a",
        decision: "refused",
        by: "policy",
      },
      {
        ...line,
        resource: "docs://none",
        decision: "allowed",
        outcome: "protocol error",
        code: -32602,
      },
      {
        ...ok,
        method: "prompts/get",
        prompt: "summarize",
        arguments: { preview: '{"about":"dogs"}' },
      },
      { ...ok, method: "completion/complete", prompt: "summarize" },
    ]);
    for (const each of lines) expect(each).not.toHaveProperty("tool");
  });

  test("has who listens to what, when they begin", async () => {
    const { url } = await serve();
    const notifications = { resourceSubscriptions: ["docs://public/a"] };
    const asked = modern("subscriptions/listen", { notifications }, { headers: as("alice") });
    const stream = await openStream(url, ...asked);
    await eventually(() => expect(JSON.stringify(stream.frames)).toContain("acknowledged"));
    const session = await openSession(url, { headers: as("alice") });
    await session.post("resources/subscribe", { uri: "docs://public/a" });
    await session.post("resources/unsubscribe", { uri: "docs://public/a" });
    const ok = { kind: "call", decision: "allowed", outcome: "ok" };
    expect(await written()).toMatchObject([
      {
        ...ok,
        method: "subscriptions/listen",
        arguments: { preview: JSON.stringify(notifications) },
      },
      { ...ok, method: "resources/subscribe", resource: "docs://public/a" },
      { ...ok, method: "resources/unsubscribe", resource: "docs://public/a" },
    ]);
    stream.close();
  });

  test("names what the scopes do not reach for", async () => {
    const challenge = 'Bearer error="insufficient_scope", scope="read"';
    const authorize = () => ({ status: 403 as const, challenge, reason: "No scope." });
    const { ask } = await serve({ authorize });
    await ask("alice", "resources/read", { uri: "docs://public/a" });
    await ask("alice", "prompts/get", { name: "summarize" });
    expect(await written()).toMatchObject([
      { kind: "denied", by: "scope", method: "resources/read", resource: "docs://public/a" },
      { kind: "denied", by: "scope", method: "prompts/get", prompt: "summarize" },
    ]);
    expect(read).toEqual([]);
  });
});

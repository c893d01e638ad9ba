import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineTool, JsonRpcError, type Principal, ToolError } from "@fairlead/define";
import { toRecord } from "@fairlead/guard/record";
import { type Audit, createAudit, openAuditFile, verifyAudit } from "@fairlead/operate/audit";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { PolicyOptions } from "../src/call/policy.ts";
import { isAudited } from "../src/listen.ts";
import { connect } from "../src/testing/index.ts";
import { type ListenOptions, listen, modern, send } from "./fixture/http.ts";
import { plain, serverOf } from "./fixture/make.ts";
import { call, eventually, start } from "./fixture/process.ts";

const folder = mkdtempSync(join(tmpdir(), "fairlead-audit-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = z.object({ text: z.string() });
let lines: () => readonly Record<string, unknown>[] = () => [];

const tools = [
  defineTool({ ...plain, name: "get", input: text, run: () => "got" }),
  // What it returns are the lines that are in the file while it runs.
  defineTool({
    ...plain,
    ...{ name: "put", effect: "write", input: text },
    run: () =>
      lines()
        .map(({ kind }) => kind)
        .join(),
  }),
  defineTool({ ...plain, name: "drop", effect: "destroy", input: text, run: () => "dropped" }),
  defineTool({
    ...plain,
    name: "either",
    effect: { least: "read", most: "write", of: ({ how }) => how },
    input: z.object({ how: z.enum(["read", "write"]) }),
    run: () => "done",
  }),
  defineTool({
    ...plain,
    name: "fail",
    effect: "write",
    input: z.object({ how: z.enum(["tool", "error", "protocol"]) }),
    run({ how }) {
      if (how === "tool") throw new ToolError("There is no such row.");
      if (how === "protocol") throw new JsonRpcError(-32001, "All seats are taken.");
      throw new Error("a fault");
    },
  }),
  defineTool({
    ...plain,
    ...{ name: "hang", effect: "write", timeoutMs: 50 },
    run: () => new Promise<string>(() => {}),
  }),
  defineTool({
    ...plain,
    ...{ name: "linger", effect: "write" },
    run: () => new Promise<string>(() => {}),
  }),
  defineTool({
    ...plain,
    name: "asks",
    effect: "write",
    run: async (_, { elicit }) => (await elicit(z.object({}), "Which one?")).action,
  }),
];

let audit: Audit;
let path = "";
let count = 0;
beforeEach(async () => {
  count += 1;
  path = join(folder, `${count}.jsonl`);
  const at = path;
  lines = () => readLines(at);
  const maxBytes = Number.POSITIVE_INFINITY;
  const file = openAuditFile({ path, sync: "never", maxBytes, problem: () => undefined });
  audit = await createAudit({
    ...{ sink: file, head: file.head, mode: "required", strict: true },
    server: { name: "test", version: "1.0.0" },
    redact: (value) => value,
    log: { info: () => undefined, warn: () => undefined },
  });
});

/** What was written since the first line, without what is never the same. */
async function written() {
  await audit.close();
  expect((await verifyAudit([path])).broken).toBeUndefined();
  return readLines(path).slice(1, -1);
}

function readLines(file: string): readonly Record<string, unknown>[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function serve(options: ListenOptions = {}) {
  const { middleware, denied } = audit;
  const listening = await listen(serverOf(tools), {
    ...{ middleware: [middleware], denied, ...options },
    refused: (refusal) => {
      if (isAudited(refusal)) audit.refused(refusal);
    },
  });
  ends.push(() => listening.close());
  return listening;
}

async function ask(name: string, args: object, policy: PolicyOptions = {}, meta: object = {}) {
  const { url } = await serve({ policy });
  const { message } = await send(
    url,
    ...modern("tools/call", { name, arguments: { ...args }, _meta: { ...meta } }),
  );
  return { message, lines: await written() };
}

test("a call that reads is one line: who, what, with what, whether it may, how it ended", async () => {
  const trace = "0af7651916cd43dd8448eb211c80319c";
  const meta = { traceparent: `00-${trace}-b7ad6b7169203331-01` };
  const { lines: found } = await ask("get", { text: "x" }, {}, meta);
  expect(found).toEqual([
    {
      ...{ seq: 2, time: expect.stringMatching(/^\d{4}-.+Z$/), kind: "call" },
      ...{ call: expect.stringMatching(/-1$/), who: { id: "anonymous" } },
      ...{ client: { name: "test", version: "1" }, server: { name: "test", version: "1.0.0" } },
      ...{ tool: "get", effect: "read", decision: "allowed", outcome: "ok" },
      // printf '{"text":"x"}' | sha256sum
      arguments: {
        sha256: "fcd1ccec08db6f78a81fee6c26da9e6b8d0d3ba58b4403713fffebcfaa6cf119",
        preview: '{"text":"x"}',
      },
      ...{ trace, ms: expect.any(Number), prev: expect.any(String), hash: expect.any(String) },
    },
  ]);
});

test("a call that writes has a line before it runs, and one after", async () => {
  const { message, lines: found } = await ask("put", { text: "x" });
  expect(message).toMatchObject({ result: { content: [{ text: "open,intent" }] } });
  expect(found).toMatchObject([
    { kind: "intent", tool: "put", effect: "write", decision: "allowed" },
    { kind: "outcome", tool: "put", outcome: "ok" },
  ]);
  expect(found[0]?.["call"]).toBe(found[1]?.["call"]);
});

test.for([
  ["read", ["call"]],
  ["write", ["intent", "outcome"]],
] as const)(
  "a tool that may do either is written down as what it does: %s",
  async ([how, kinds]) => {
    const { lines: found } = await ask("either", { how });
    expect(found.map(({ kind }) => kind)).toEqual(kinds);
    expect(found[0]).toMatchObject({ effect: how });
  },
);

test.for([
  ["tool", { outcome: "tool error" }],
  ["error", { outcome: "failed", reference: expect.stringMatching(/^\w{8}$/) }],
  ["protocol", { outcome: "protocol error", code: -32001 }],
] as const)("a tool that throws a %s", async ([how, outcome]) => {
  const { message, lines: found } = await ask("fail", { how });
  expect(found[1]).toMatchObject(outcome);
  // The reference is the one that the client and the operator's log have.
  if (how === "error")
    expect(JSON.stringify(message)).toContain(`reference ${found[1]?.["reference"]}`);
});

test.for([
  ["arguments that do not fit", "get", { txt: 1 }, {}, { by: "validation" }],
  [
    "a hidden tool",
    "put",
    { text: "" },
    { readOnly: true },
    { by: "policy", reason: /--read-only/ },
  ],
  [
    "an effect",
    "either",
    { how: "write" },
    { readOnly: true },
    { by: "policy", reason: /--read-only/ },
  ],
  [
    "no confirmation",
    "drop",
    { text: "" },
    {},
    { by: "confirmation", reason: /If the user agrees/ },
  ],
  [
    "an unknown tool",
    "nope",
    { text: "" },
    {},
    { kind: "denied", by: "protocol", reason: /Unknown tool: nope/ },
  ],
] as const)("refused by %s is one line", async ([, name, args, policy, expected]) => {
  const { reason, ...rest } = { reason: undefined, ...expected };
  const { lines: found } = await ask(name, args, policy);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ kind: "call", tool: name, decision: "refused", ...rest });
  expect(found[0]).not.toHaveProperty("outcome");
  if (reason === undefined) expect(found[0]).not.toHaveProperty("reason");
  else expect(found[0]?.["reason"]).toMatch(reason);
});

test("what middleware inside refuses, such as a limit, is the policy's refusal", async () => {
  const limit = () => {
    throw new ToolError("One call a minute.");
  };
  const { url } = await serve({ middleware: [audit.middleware, limit] });
  await send(url, ...modern("tools/call", { name: "put", arguments: { text: "" } }));
  expect(await written()).toMatchObject([
    { decision: "refused", by: "policy", reason: "One call a minute.", effect: "write" },
  ]);
});

test("a call whose time is up and one that the client gives up end so, though their tools never do", async () => {
  const { url } = await serve();
  await send(url, ...modern("tools/call", { name: "hang" }));
  const [body, headers] = modern("tools/call", { name: "linger" });
  const aborted = new AbortController();
  const sent = fetch(url, {
    ...{ method: "POST", body, signal: aborted.signal },
    headers: Object.entries(headers).map(([name, value]) => [name, String(value)]),
  });
  await eventually(() => expect(lines().filter(({ tool }) => tool === "linger")).toHaveLength(1));
  aborted.abort();
  await expect(sent).rejects.toThrow();
  await eventually(() => expect(lines()).toHaveLength(5));
  expect(await written()).toMatchObject([
    { kind: "intent", tool: "hang" },
    { kind: "outcome", tool: "hang", outcome: "timeout" },
    { kind: "intent", tool: "linger" },
    { kind: "outcome", tool: "linger", outcome: "cancelled" },
  ]);
});

describe.for(["modern", "legacy"] as const)("consent in the era %s", (era) => {
  async function drop(action: string | undefined, args: object = {}) {
    const client = await connect(serverOf(tools, { middleware: [audit.middleware] }), {
      ...{ era, principal: { id: "ann", client: "agent" } },
      ...(action !== undefined && {
        clientCapabilities: { elicitation: {} },
        answer: () => ({ action, content: {} }),
      }),
    });
    await client.callTool("drop", { text: "x", ...args });
    await client.close();
    return (await written()).filter(({ outcome }) => outcome !== "asked");
  }

  test("of the user, in a form", async () => {
    expect(await drop("accept")).toMatchObject([
      {
        ...{ kind: "intent", effect: "destroy", decision: "confirmed", confirmedBy: "user" },
        who: { id: "ann", client: "agent" },
      },
      { kind: "outcome", outcome: "ok" },
    ]);
  });

  test("of the model, by an argument", async () => {
    expect(await drop(undefined, { confirm: true })).toMatchObject([
      { kind: "intent", decision: "confirmed", confirmedBy: "argument" },
      { kind: "outcome", outcome: "ok" },
    ]);
  });

  test.for(["decline", "cancel"])("that the user does not give: %s", async (action) => {
    expect(await drop(action)).toMatchObject([
      { kind: "call", effect: "destroy", decision: "refused", by: "user" },
    ]);
  });
});

test("each round of a call that asks is in the log", async () => {
  const client = await connect(serverOf(tools, { middleware: [audit.middleware] }), {
    clientCapabilities: { elicitation: {} },
    answer: () => ({ action: "accept", content: {} }),
  });
  await client.callTool("asks");
  await client.close();
  const found = await written();
  expect(found.map(({ kind, outcome }) => outcome ?? kind)).toEqual([
    ...["intent", "asked", "intent", "ok"],
  ]);
});

test("a state that is not the client's own is refused before the tool, and that is in the log", async () => {
  const { url } = await serve();
  const params = { name: "put", arguments: { text: "x" }, requestState: "forged" };
  await send(url, ...modern("tools/call", { ...params, inputResponses: {} }));
  expect(await written()).toMatchObject([{ kind: "denied", tool: "put", by: "protocol" }]);
});

test("a call that goes on while its state cannot be taken is in the log, as refused", async () => {
  const away = async () => {
    throw new Error("connect redis://:hunter2@cache");
  };
  const { url } = await serve({ states: { take: away } });
  const capabilities = { elicitation: { form: {} } };
  const _meta = { "io.modelcontextprotocol/clientCapabilities": capabilities };
  const params = { name: "asks", _meta };
  const { message } = await send(url, ...modern("tools/call", params));
  const { inputRequests, requestState } = toRecord(toRecord(message)["result"]);
  const [key = ""] = Object.keys(toRecord(inputRequests));
  const inputResponses = { [key]: { action: "accept", content: {} } };
  await send(url, ...modern("tools/call", { ...params, requestState, inputResponses }));
  expect((await written()).at(-1)).toMatchObject({
    ...{ kind: "denied", tool: "asks", decision: "refused", by: "protocol" },
    reason: "Internal error.",
  });
});

test("who may not call over HTTP is in the log, with who they are if that is known", async () => {
  const principal: Principal = { id: "ann" };
  const challenge = 'Bearer error="insufficient_scope", scope="write"';
  const reason = "The token lacks the scope write.";
  const { url } = await serve({
    authenticate: ({ authorization }) => {
      if (authorization === "Bearer none") return { status: 401, challenge: "Bearer" };
      return authorization === "Bearer low"
        ? { status: 403, challenge, reason, principal }
        : principal;
    },
    maxMessageBytes: 500,
  });
  const [body, headers] = modern("tools/call", { name: "put", arguments: { text: "x" } });
  for (const token of ["none", "low"]) {
    await send(url, body, { ...headers, authorization: `Bearer ${token}` });
  }
  await send(url, "x".repeat(600), { ...headers, authorization: "Bearer ok" });
  const refused = { kind: "denied", decision: "refused", address: "127.0.0.1" };
  const [stranger, ...known] = await written();
  expect(stranger).toMatchObject({ ...refused, by: "authentication", status: 401 });
  expect(stranger).not.toHaveProperty("who");
  expect(known).toMatchObject([
    { ...refused, who: { id: "ann" }, by: "authentication", status: 403, reason },
    { ...refused, who: { id: "ann" }, by: "protocol", status: 413 },
  ]);
});

test("a flood of what is refused is two lines a minute", async () => {
  let left = 1;
  const { url } = await serve({
    authenticate: ({ authorization }) =>
      authorization === "Bearer ok" ? { id: "ann" } : { status: 401, challenge: "Bearer" },
    throttle: () => (left-- > 0 ? undefined : 1_000),
  });
  const [body, headers] = modern("tools/call", { name: "get", arguments: { text: "x" } });
  const sendAs = (token: string) =>
    send(url, body, { ...headers, authorization: `Bearer ${token}` });
  for (let n = 0; n < 30; n += 1) await sendAs(`guess-${n}`);
  for (let n = 0; n < 20; n += 1) await sendAs("ok");
  for (let n = 0; n < 10; n += 1) await send(url, body, { ...headers, host: "evil.example" });
  const lines = await written();
  const text = JSON.stringify(lines);
  expect(text).not.toContain("guess-");
  const refused = { kind: "denied", decision: "refused" };
  expect(lines.filter(({ kind }) => kind === "denied")).toMatchObject([
    { ...refused, by: "authentication", status: 401, reason: expect.any(String) },
    { ...refused, by: "limit", status: 429, who: { id: "ann" } },
    { ...refused, by: "protocol", status: 403, reason: expect.stringContaining("Host") },
    { ...refused, status: 401, count: 29, since: expect.stringMatching(/Z$/) },
    { ...refused, status: 429, who: { id: "ann" }, count: 18 },
    { ...refused, status: 403, count: 9 },
  ]);
});

test("what the scopes do not reach for is in the log, a tool by its name", async () => {
  const challenge = 'Bearer error="insufficient_scope", scope="read"';
  const { url } = await serve({
    authenticate: () => ({ id: "ann", scopes: [] }),
    authorize: () => ({ status: 403, challenge, reason: "The token lacks the scope read." }),
  });
  await send(url, ...modern("tools/call", { name: "put", arguments: { text: "x" } }));
  await send(url, ...modern("tools/list", {}));
  const refused = { kind: "denied", who: { id: "ann" }, by: "scope" };
  const [call, list] = await written();
  expect(call).toMatchObject({ ...refused, tool: "put" });
  expect(list).toMatchObject(refused);
  expect(list).not.toHaveProperty("tool");
});

describe("as a process", () => {
  test("writes down calls over stdio, says where the chain ends, and redacts its own secrets", async () => {
    const at = join(folder, "stdio.jsonl");
    const running = start(["--audit-file", at], { FIXTURE_API_KEY: "s3cret-key" });
    running.say(call(1, "echo", { text: "my s3cret-key" }));
    await eventually(() => expect(running.stdout()).toContain('"id":1'));
    running.child.stdin?.end();
    expect(await running.exited).toBe(0);
    const { head, broken, lines: total } = await verifyAudit([at]);
    expect({ broken, total }).toEqual({ broken: undefined, total: 3 });
    expect(running.stderr()).toContain(`ends at line 3 (${head.hash})`);
    expect(readFileSync(at, "utf8")).not.toContain("s3cret-key");
    expect(readFileSync(at, "utf8")).toContain("my [redacted]");
  });

  test("goes on in a new file on SIGHUP, and a second process does not start", async () => {
    const at = join(folder, "http.jsonl");
    const running = start(["--http", "0", "--audit-file", at]);
    await eventually(() => expect(running.stderr()).toContain("listening on"));
    const url = new URL(/http:\S+\/mcp/.exec(running.stderr())?.[0] ?? "");
    const second = start(["--audit-file", at]);
    expect(await second.exited).toBe(2);
    expect(second.stderr()).toContain(`Process ${running.child.pid} on `);

    renameSync(at, `${at}.1`);
    running.child.kill("SIGHUP");
    await eventually(() => expect(readdirSync(folder)).toContain("http.jsonl"));
    const [body, headers] = modern("tools/call", { name: "echo", arguments: { text: "x" } });
    await send(url, body, headers);
    await send(url, body, { ...headers, host: "evil.example" });
    running.child.kill("SIGTERM");
    expect(await running.exited).toBe(0);
    expect(await verifyAudit([at, `${at}.1`])).toMatchObject({ lines: 5, broken: undefined });
    expect(readFileSync(at, "utf8")).toContain('"by":"protocol"');
  });
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createClaudeCodeFor } from "../src/hosts/clients/claude-code.ts";
import { createCodexFor } from "../src/hosts/clients/codex.ts";
import { messages } from "../src/hosts/dialects/messages.ts";
import type { Host, Person, Talk } from "../src/hosts/host.ts";
import { findMisses } from "../src/hosts/questions/ask-hosts.ts";
import { runHost } from "../src/hosts/run-host.ts";

const message = "Delete all notes: Deletes every note.\nThis cannot be undone. Do you agree?";

async function prepareTalk(host: Host): Promise<Talk> {
  const home = await mkdtemp(join(tmpdir(), "fairlead-talk-"));
  onTestFinished(() => rm(home, { recursive: true }));
  const setup = { home, packages: home, cwd: "/work", model: "http://127.0.0.1:9", servers: [] };
  const { talk } = await host.prepare(setup);
  if (talk === undefined) throw new Error("Nothing is said to this host.");
  return talk;
}

describe.for(["accept", "decline"] as const)("a person who says %s", (answer) => {
  const content = answer === "accept" ? { content: {} } : {};

  test("answers Claude Code, until it has its result", async () => {
    const person: Person = { answer, questions: [] };
    const talk = await prepareTalk(createClaudeCodeFor(person));
    expect(talk.opening).toMatchObject([{ request: { subtype: "initialize" } }, { type: "user" }]);
    const request = { subtype: "elicitation", mcp_server_name: "notes", message };
    expect(talk.answer({ type: "control_request", request_id: "7", request })).toEqual([
      {
        type: "control_response",
        response: {
          ...{ subtype: "success", request_id: "7" },
          response: { action: answer, ...content },
        },
      },
    ]);
    expect(person.questions).toEqual([message]);
    expect(talk.answer({ type: "assistant" })).toEqual([]);
    expect(talk.answer({ type: "result" })).toBeUndefined();
  });

  test("answers Codex, and lets it call any tool", async () => {
    const person: Person = { answer, questions: [] };
    const talk = await prepareTalk(createCodexFor(person));
    expect(talk.opening).toMatchObject([{ method: "initialize" }]);
    expect(talk.answer({ id: "hello", result: {} })).toMatchObject([
      { method: "initialized" },
      { method: "thread/start", params: { cwd: "/work" } },
    ]);
    expect(talk.answer({ id: "thread", result: { thread: { id: "t1" } } })).toMatchObject([
      { method: "turn/start", params: { threadId: "t1" } },
    ]);
    const method = "mcpServer/elicitation/request";
    const leave = { message: "Allow it?", _meta: { codex_approval_kind: "mcp_tool_call" } };
    expect(talk.answer({ id: 0, method, params: leave })).toMatchObject([
      { id: 0, result: { action: "accept" } },
    ]);
    expect(talk.answer({ id: 1, method, params: { message, _meta: null } })).toEqual([
      { id: 1, result: { action: answer, content: answer === "accept" ? {} : null } },
    ]);
    expect(person.questions).toEqual([message]);
    expect(talk.answer({ method: "item/started", params: {} })).toEqual([]);
    expect(talk.answer({ method: "turn/completed", params: {} })).toBeUndefined();
  });
});

test("a host hears what is said to it, and ends when the talk does", async () => {
  const echo = `
    require("node:readline").createInterface({ input: process.stdin })
      .on("line", (line) => console.log(JSON.stringify({ heard: JSON.parse(line) })))
      .on("close", () => process.exit(0));
  `;
  const heard: unknown[] = [];
  const talk: Talk = {
    opening: [{ say: "hello" }],
    answer(said) {
      heard.push(said);
      return heard.length < 2 ? [{ say: "again" }] : undefined;
    },
  };
  const host: Host = {
    ...{ name: "echo", spec: "none", dialect: messages },
    prepare: async () => ({ file: process.execPath, args: ["-e", echo], env: {}, talk }),
  };
  const run = { servers: [], script: [], packages: "", timeout: 30_000 };
  expect((await runHost(host, run)).failure).toBeUndefined();
  expect(heard).toEqual([{ heard: { say: "hello" } }, { heard: { say: "again" } }]);
});

describe("a way to use a host is as expected", () => {
  const expects = { says: "asks", questions: 1, shown: [/"deleted":1\b/] };
  const shown = (text: string) => [{ texts: [text], pictures: [], files: [] }];

  test("when its user was asked and the model saw what came of it", () => {
    expect(findMisses({ expects }, [message], shown('{"deleted":1}'))).toEqual([]);
  });

  test("and not when nobody was asked, or the host asked a question of its own instead", () => {
    expect(findMisses({ expects }, [], shown('{"deleted":1}'))).toHaveLength(1);
    expect(findMisses({ expects }, ["Allow it?"], shown('{"deleted":1}'))).toHaveLength(1);
  });

  test("and not when the model saw something else, or nothing", () => {
    expect(findMisses({ expects }, [message], shown('{"deleted":12}'))).toHaveLength(1);
    expect(findMisses({ expects }, [message], [undefined])).toHaveLength(1);
  });
});

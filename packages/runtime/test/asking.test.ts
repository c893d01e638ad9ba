import { setTimeout as wait } from "node:timers/promises";
import {
  type CallContext,
  definePrompt,
  defineResource,
  defineTool,
  ToolError,
} from "@fairlead/define";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import type { Json } from "../src/protocol/json-rpc.ts";
import { connect, type ToolResult } from "../src/testing/index.ts";
import { plain, serverOf } from "./fixture/make.ts";

const eras = ["modern", "legacy"] as const;
const all = { elicitation: { form: {}, url: {} }, sampling: { tools: {} }, roots: {} };
const person = z.object({
  name: z.string(),
  times: z.int().default(2),
  loud: z.boolean().optional(),
});
const yes = { action: "accept", content: {} };

type Ask = (context: CallContext) => unknown;
type Answer = (method: string, params: Json) => Json | Promise<Json>;

/** A server of one tool that asks, and a client that answers, or is asked nothing without `answer`. */
async function open(ask: Ask, answer?: Answer, more: object = {}) {
  const asked: { readonly method: string; readonly params: Json }[] = [];
  const tool = defineTool({
    ...plain,
    name: "ask",
    run: async (_, context) => JSON.stringify({ got: await ask(context) }),
    ...more,
  });
  const prompt = definePrompt({
    name: "ask",
    description: "A prompt that asks.",
    arguments: z.object({}),
    get: async (_, context) => String(await ask(context)),
  });
  const resource = defineResource({
    uri: "test://ask",
    name: "ask",
    read: async (context) => ({ body: String(await ask(context)) }),
  });
  const server = serverOf([tool], { prompts: [prompt], resources: [resource] });
  return {
    asked,
    connect: (era: (typeof eras)[number], clientCapabilities: Json = all) =>
      connect(server, {
        era,
        clientCapabilities,
        ...(answer && {
          answer(method, params) {
            asked.push({ method, params });
            return answer(method, params);
          },
        }),
      }),
  };
}

/** What the tool that asks got. */
function got({ text }: ToolResult): unknown {
  const { got }: { readonly got: unknown } = JSON.parse(text);
  return got;
}

describe.for(eras)("%s", (era) => {
  test("a form is shown, and the tool gets what the schema makes of the answer", async () => {
    const content = { name: "Ada", loud: "true", extra: 1 };
    const { asked, connect } = await open(
      ({ elicit }) => elicit(person, "Who is it?"),
      () => ({ action: "accept", content }),
    );
    expect(got(await (await connect(era)).callTool("ask"))).toEqual({
      action: "accept",
      content: { name: "Ada", times: 2, loud: true },
    });
    const properties = {
      name: { type: "string" },
      times: { type: "integer", default: 2 },
      loud: { type: "boolean" },
    };
    const requestedSchema = { type: "object", properties, required: ["name"] };
    const params = { message: "Who is it?", requestedSchema };
    expect(asked).toEqual([{ method: "elicitation/create", params }]);
  });

  test.for(["decline", "cancel"])("a person may %s", async (action) => {
    const { connect } = await open(
      ({ elicit }) => elicit(person, "Who is it?"),
      () => ({ action, content: { name: "Ada" } }),
    );
    expect(got(await (await connect(era)).callTool("ask"))).toEqual({ action });
  });

  test.for([
    [{ action: "accept", content: { name: 7 } }, "does not fit: name: expected string"],
    [{ action: "accept" }, "does not fit: name is required (string)."],
    [{ action: "maybe" }, "without saying accept, decline or cancel"],
    [{}, "without saying accept, decline or cancel"],
  ] as const)("an answer that is none, %j, is an error that says why", async ([answer, why]) => {
    const { connect } = await open(
      ({ elicit }) => elicit(person, "Who is it?"),
      () => answer,
    );
    expect(await (await connect(era)).callTool("ask")).toMatchObject({
      isError: true,
      text: expect.stringContaining(why),
    });
  });

  test.for([
    [{}, { form: false, url: false, sampling: false, roots: false }],
    [{ elicitation: {} }, { form: true, url: false, sampling: false, roots: false }],
    [{ elicitation: { url: {} } }, { form: false, url: true, sampling: false, roots: false }],
    [
      { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} },
      { form: true, url: true, sampling: true, roots: true },
    ],
  ] as const)("with %j the client can be asked %j and nothing else", async ([declared, can]) => {
    const asking: Readonly<Record<string, Ask>> = {
      form: ({ elicit }) => elicit(z.object({}), "Agreed?"),
      url: ({ elicitUrl }) => elicitUrl("https://example.com/", "Sign in."),
      sampling: ({ sample }) => sample({ messages: [], maxTokens: 1 }),
      roots: ({ roots }) => roots(),
    };
    for (const kind of ["form", "url", "sampling", "roots"] as const) {
      const answers = { action: "accept", content: { type: "text", text: "x" }, roots: [] };
      const { asked, connect } = await open(
        (context) => asking[kind]?.(context),
        () => answers,
      );
      const sees = await open(({ can: mayAsk }) => mayAsk(kind));
      expect(got(await (await sees.connect(era, declared)).callTool("ask"))).toBe(can[kind]);
      const { isError, text } = await (await connect(era, declared)).callTool("ask");
      expect([isError, asked.length]).toEqual(can[kind] ? [false, 1] : [true, 0]);
      if (!can[kind])
        expect(text).toMatch(/^This client cannot be asked .+\nAsk the user yourself/);
    }
  });

  test.for(["password", "apiKey", "access_token", "Card number", "client_secret", "PASSPHRASE"])(
    "a form does not ask for %s",
    async (field) => {
      const { asked, connect } = await open(
        ({ elicit }) => elicit(z.object({ [field]: z.string() }), "Tell me."),
        () => yes,
      );
      const client = await connect(era);
      expect(await client.callTool("ask")).toMatchObject({ isError: true });
      expect([asked, client.log.join("\n")]).toEqual([[], expect.stringContaining("elicitUrl")]);
    },
  );

  test("a form may speak of secrets that it does not ask for", async () => {
    const form = z.object({
      max_tokens: z.int(),
      reset_password: z.boolean(),
      token_kind: z.enum(["short", "long"]),
      monkey: z.string(),
    });
    const content = { max_tokens: 1, reset_password: true, token_kind: "long", monkey: "x" };
    const { connect } = await open(
      ({ elicit }) => elicit(form, "Choose."),
      () => ({ action: "accept", content }),
    );
    expect(got(await (await connect(era)).callTool("ask"))).toMatchObject({ content });
  });

  test.for([
    ["an object", z.object({ inner: z.object({ a: z.string() }) })],
    ["a list of texts", z.object({ inner: z.array(z.string()) })],
    ["choices of numbers", z.object({ inner: z.union([z.literal(1), z.literal(2)]) })],
    ["anything", z.object({ inner: z.unknown() })],
  ] as const)("a form with %s is refused before it is sent", async ([, form]) => {
    const { asked, connect } = await open(
      ({ elicit }) => elicit(form, "Tell me."),
      () => yes,
    );
    const client = await connect(era);
    expect(await client.callTool("ask")).toMatchObject({ isError: true });
    expect([asked, client.log.join("\n")]).toEqual([[], expect.stringContaining('"inner"')]);
  });

  test("an address is opened, if it is one of the web", async () => {
    const url = "https://example.com/connect?state=1";
    const { asked, connect } = await open(
      ({ elicitUrl }) => elicitUrl(url, "Sign in."),
      () => ({ action: "accept" }),
    );
    expect(got(await (await connect(era)).callTool("ask"))).toEqual({ action: "accept" });
    const params = { mode: "url", url, message: "Sign in." };
    expect(asked).toMatchObject([{ method: "elicitation/create", params }]);
    expect("elicitationId" in (asked[0]?.params ?? {})).toBe(era === "legacy");
    const local = await open(
      ({ elicitUrl }) => elicitUrl("file:///etc/hosts", "Open."),
      () => yes,
    );
    expect(await (await local.connect(era)).callTool("ask")).toMatchObject({ isError: true });
    expect(local.asked).toEqual([]);
  });

  test("the client's model is asked, with blocks or texts", async () => {
    const block = { type: "text", text: "Guess." };
    const { asked, connect } = await open(
      ({ sample }) =>
        sample({
          messages: [
            { role: "user", content: "A number?" },
            { role: "assistant", content: [block] },
          ],
          maxTokens: 5,
          systemPrompt: "Be brief.",
        }),
      () => ({ role: "assistant", model: "m", content: [block, block], stopReason: "endTurn" }),
    );
    expect(got(await (await connect(era)).callTool("ask"))).toEqual({
      text: "Guess.\nGuess.",
      content: [block, block],
      model: "m",
      stopReason: "endTurn",
    });
    const messages = [
      { role: "user", content: { type: "text", text: "A number?" } },
      { role: "assistant", content: [block] },
    ];
    const params = { messages, maxTokens: 5, systemPrompt: "Be brief." };
    expect(asked).toEqual([{ method: "sampling/createMessage", params }]);
  });

  test("prompts and resources ask too", async () => {
    const { asked, connect } = await open(
      async ({ roots }) => (await roots()).map(({ uri }) => uri).join(),
      () => ({ roots: [{ uri: "file:///work" }, { name: "no address" }] }),
    );
    const client = await connect(era);
    expect(await client.request("prompts/get", { name: "ask" })).toMatchObject({
      messages: [{ content: { text: "file:///work" } }],
    });
    expect(await client.request("resources/read", { uri: "test://ask" })).toMatchObject({
      contents: [{ text: "file:///work" }],
    });
    expect(asked.map(({ method }) => method)).toEqual(["roots/list", "roots/list"]);
  });

  test("secrets of the server are in no question", async () => {
    const tool = defineTool({
      ...plain,
      name: "ask",
      run: async (_, { elicit }) => (await elicit(z.object({}), "Use hunter2?")).action,
    });
    const messages: unknown[] = [];
    const client = await connect(serverOf([tool]), {
      era,
      secrets: ["hunter2"],
      clientCapabilities: all,
      answer(_, { message }) {
        messages.push(message);
        return yes;
      },
    });
    await client.callTool("ask");
    expect(messages).toEqual(["Use [redacted]?"]);
  });

  test("what stands in once is done once in three rounds, and what does not is not", async () => {
    const done: string[] = [];
    const { asked, connect } = await open(
      async ({ elicit, once }) => {
        done.push("entered");
        const id = await once("create", () => {
          done.push("created");
          return { id: 7, at: undefined };
        });
        await elicit(z.object({}), "First?");
        await once("note", () => void done.push("noted"));
        await elicit(z.object({}), "Second?");
        const [sum] = await Promise.all([
          once("sum", () => done.push("summed")),
          elicit(z.object({}), "Third?"),
        ]);
        return { id, sum };
      },
      () => yes,
    );
    expect(got(await (await connect(era)).callTool("ask"))).toEqual({
      id: { id: 7 },
      sum: expect.any(Number),
    });
    expect(asked.map(({ params }) => params["message"])).toEqual(["First?", "Second?", "Third?"]);
    for (const once of ["created", "noted", "summed"]) {
      expect(done.filter((each) => each === once)).toEqual([once]);
    }
    const entered = done.filter((each) => each === "entered");
    expect(entered).toHaveLength(era === "modern" ? 4 : 1);
  });

  test("slow work of once is waited for, and work that fails is tried again", async () => {
    const done: string[] = [];
    let failures = 1;
    const { connect } = await open(
      async ({ elicit, once }) => {
        await Promise.all([
          once("slow", async () => {
            await wait(50);
            done.push("slow");
          }),
          elicit(z.object({}), "Ready?"),
        ]);
        return once("flaky", () => {
          failures -= 1;
          if (failures >= 0) throw new ToolError("Not yet.");
          return "worked";
        });
      },
      () => yes,
    );
    const client = await connect(era);
    expect(await client.callTool("ask")).toMatchObject({ isError: true, text: "Not yet." });
    expect(got(await client.callTool("ask"))).toBe("worked");
    expect(done).toEqual(["slow", "slow"]);
  });

  test("a name stands for one question", async () => {
    const { connect } = await open(
      async ({ elicit }) => {
        await elicit(z.object({}), "A?", "same");
        await elicit(z.object({}), "B?", "same");
      },
      () => yes,
    );
    const client = await connect(era);
    const { isError } = await client.callTool("ask");
    expect(isError).toBe(true);
    expect(client.log.join("\n")).toContain('"same" is used twice');
  });
});

describe("2026-07-28", () => {
  test("what is asked in one turn is asked in one round", async () => {
    const { connect } = await open(({ elicit, sample, roots }) =>
      Promise.all([
        elicit(z.object({}), "Agreed?"),
        sample({ messages: [], maxTokens: 1 }, "model"),
        roots(),
      ]),
    );
    const client = await connect("modern");
    expect(await client.request("tools/call", { name: "ask" })).toMatchObject({
      resultType: "input_required",
      inputRequests: {
        "elicitation-1": { method: "elicitation/create" },
        model: { method: "sampling/createMessage" },
        "roots-3": { method: "roots/list" },
      },
      requestState: expect.any(String),
    });
  });

  test("a run that asks ends: finally is run, the signal aborts, and no catch hides the question", async () => {
    const seen: string[] = [];
    const { connect } = await open(async ({ elicit, signal }) => {
      signal.addEventListener("abort", () => seen.push("aborted"));
      try {
        await elicit(z.object({}), "Agreed?");
      } catch {
        seen.push("caught");
      } finally {
        seen.push("finally");
      }
      return "an answer that nobody gets";
    });
    const client = await connect("modern");
    const { resultType } = await client.request("tools/call", { name: "ask" });
    expect(resultType).toBe("input_required");
    expect(seen.toSorted()).toEqual(["aborted", "caught", "finally"]);
    expect(client.log).toEqual([]);
  });

  test("lists and completions ask nothing", async () => {
    const prompt = definePrompt({
      name: "ask",
      description: "A prompt whose completion asks.",
      arguments: z.object({ a: z.string() }),
      get: () => "x",
      complete: {
        a: async (_, { can, roots }) => [String(can("roots")), ...(await roots()).map(String)],
      },
    });
    const client = await connect(serverOf([], { prompts: [prompt] }), {
      clientCapabilities: all,
      answer: () => ({ roots: [] }),
    });
    const ref = { type: "ref/prompt", name: "ask" };
    const argument = { name: "a", value: "" };
    const { resultType, completion } = await client.request("completion/complete", {
      ref,
      argument,
    });
    expect([resultType, completion]).toMatchObject(["complete", { values: [] }]);
  });
});

describe("2025-11-25", () => {
  test("the time that a person thinks is not the tool's", async () => {
    const { connect } = await open(
      async ({ elicit }) => (await elicit(z.object({}), "Agreed?")).action,
      async () => {
        await wait(900);
        return yes;
      },
      { timeoutMs: 300 },
    );
    expect(got(await (await connect("legacy")).callTool("ask"))).toBe("accept");
  });

  test("what is left of its own time still counts after the answer", async () => {
    const { connect } = await open(
      async ({ elicit }) => {
        await elicit(z.object({}), "Agreed?");
        await new Promise(() => {});
      },
      () => yes,
      { timeoutMs: 300 },
    );
    expect(await (await connect("legacy")).callTool("ask")).toMatchObject({
      isError: true,
      text: expect.stringContaining("Timed out"),
    });
  });

  test("the client's refusal reaches the model in words", async () => {
    const { connect } = await open(({ roots }) => roots());
    expect(await (await connect("legacy")).callTool("ask")).toMatchObject({
      isError: true,
      text: expect.stringContaining("did not answer roots/list: Method not found"),
    });
  });
});

test("a question that nobody answers ends after ten minutes, and the call goes on without", async () => {
  const reached = Promise.withResolvers<void>();
  const { connect } = await open(
    ({ elicit }) => elicit(person, "Who is it?"),
    () => {
      reached.resolve();
      return new Promise<Json>(() => {});
    },
  );
  const client = await connect("legacy");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const answer = client.callTool("ask");
  await reached.promise;
  vi.advanceTimersByTime(599_999);
  expect(client.notifications).toEqual([]);
  vi.advanceTimersByTime(1);
  expect((await answer).text).toContain("Nobody answered elicitation/create within 10 minutes.");
  expect(vi.getTimerCount()).toBe(0);
  await client.close();
});

test("a call that is cancelled takes its question back, and leaves no timer", async () => {
  const reached = Promise.withResolvers<void>();
  const { connect } = await open(
    ({ elicit }) => elicit(person, "Who is it?"),
    () => {
      reached.resolve();
      return new Promise<Json>(() => {});
    },
  );
  const client = await connect("legacy");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  client.request("tools/call", { name: "ask", arguments: {} }, 70).catch(() => {});
  await reached.promise;
  client.notify("notifications/cancelled", { requestId: 70 });
  await vi.waitFor(() => {
    expect(client.notifications).toMatchObject([{ method: "notifications/cancelled" }]);
    expect(vi.getTimerCount()).toBe(0);
  });
  await client.close();
});

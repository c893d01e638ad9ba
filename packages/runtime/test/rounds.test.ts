import { hash } from "node:crypto";
import { defineTool, type Effect } from "@fairlead/define";
import { Tokens } from "@fairlead/operate/tokens";
import { MemoryStates } from "@fairlead/store";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { isJson, type Json } from "../src/protocol/json-rpc.ts";
import { type Listening, type ListenOptions, listen, modern, send } from "./fixture/http.ts";
import { plain, serverOf } from "./fixture/make.ts";

const ran = vi.fn<(name: string, args: unknown) => void>();
afterEach(() => {
  vi.useRealTimers();
  ran.mockClear();
});

function asking(name: string, effect: Effect) {
  return defineTool({
    ...plain,
    name,
    effect,
    input: z.object({ to: z.string().optional(), sum: z.int().optional() }),
    async run(args, { elicit }) {
      const [first, second] = await Promise.all([
        elicit(z.object({}), "Sure?", "sure"),
        elicit(z.object({ why: z.string() }), "Why?", "why"),
      ]);
      ran(name, args);
      return `${first.action} ${second.action}`;
    },
  });
}

const server = serverOf([asking("pay", "write"), asking("give", "write"), asking("look", "read")]);
const accept = { action: "accept", content: { why: "because" } };
const both = { sure: accept, why: accept };
const envelope = {
  _meta: { "io.modelcontextprotocol/clientCapabilities": { elicitation: {} } },
};

async function open(options: ListenOptions = {}) {
  const listening = await listen(server, { policy: { confirm: "never" }, ...options });
  onTestFinished(() => listening.close());
  return listening;
}

/** Sends a request as Ada, or another; gives its result, or its error. */
async function ask(
  { url }: Listening,
  name: string,
  params: Json = {},
  { who = "ada", method = "tools/call" } = {},
): Promise<Json> {
  const [body, headers] = modern(method, { ...envelope, name, ...params });
  const { message } = await send(url, body, { ...headers, authorization: `Bearer ${who}` });
  const { result, error } = message;
  return isJson(result) ? result : isJson(error) ? { error } : {};
}

async function stateOf(listening: Listening, name: string, params: Json = {}): Promise<string> {
  const { resultType, requestState } = await ask(listening, name, params);
  expect(resultType).toBe("input_required");
  return String(requestState);
}

const done = { resultType: "complete", content: [{ text: "accept accept" }] };
/** What every state that may not be used is answered with: nobody learns why. */
const refused = {
  error: { code: -32602, message: expect.stringMatching(/^requestState is not valid for this/) },
};

function tokens(): ListenOptions {
  const lines = ["ada", "bob"].map((who) => `${who} sha256:${hash("sha256", who)}`);
  return { authenticate: new Tokens(lines.join("\n")).authenticate };
}

test("A12: a call is asked and done, and its state says nothing to the client", async () => {
  const listening = await open(tokens());
  const given = { arguments: { to: "someone" } };
  const requestState = await stateOf(listening, "pay", given);
  const read = Buffer.from(requestState, "base64url").toString("latin1");
  for (const word of ["pay", "someone", "ada", "sure", "expiresAt"])
    expect(read).not.toContain(word);
  expect(
    await ask(listening, "pay", { ...given, inputResponses: both, requestState }),
  ).toMatchObject(done);
  expect(ran.mock.calls).toEqual([["pay", { to: "someone" }]]);
});

test("H4: a state is good for the arguments it was made for, in any order, and for no others", async () => {
  const listening = await open();
  const given = { arguments: { to: "ada", sum: 10 } };
  const requestState = await stateOf(listening, "pay", given);
  const retry = { inputResponses: both, requestState };
  for (const other of [{ to: "ada", sum: 1000 }, { to: "ada" }, { to: "eve", sum: 10 }, {}]) {
    expect(await ask(listening, "pay", { ...retry, arguments: other })).toMatchObject(refused);
  }
  expect(ran).not.toHaveBeenCalled();
  const turned = { arguments: { sum: 10, to: "ada" } };
  expect(await ask(listening, "pay", { ...retry, ...turned })).toMatchObject(done);
});

test("H4: and for its own tool and method alone", async () => {
  const listening = await open();
  const retry = { inputResponses: both, requestState: await stateOf(listening, "pay") };
  expect(await ask(listening, "give", retry)).toMatchObject(refused);
  expect(await ask(listening, "look", retry)).toMatchObject(refused);
  expect(ran).not.toHaveBeenCalled();
  expect(await ask(listening, "pay", retry)).toMatchObject(done);
});

test("H5: what changes something is done once for a state, however often it is sent", async () => {
  const listening = await open();
  const retry = { inputResponses: both, requestState: await stateOf(listening, "pay") };
  const answers = await Promise.all(Array.from({ length: 5 }, () => ask(listening, "pay", retry)));
  expect(answers.filter(({ error }) => error === undefined)).toMatchObject([done]);
  expect(await ask(listening, "pay", retry)).toMatchObject(refused);
  expect(ran).toHaveBeenCalledTimes(1);
});

test("H5: bare answers without a state change nothing: they are asked for", async () => {
  const listening = await open();
  expect(await ask(listening, "pay", { inputResponses: both })).toMatchObject({
    resultType: "input_required",
  });
  expect(ran).not.toHaveBeenCalled();
});

test("H5: a read may be sent again", async () => {
  const listening = await open();
  const retry = { inputResponses: both, requestState: await stateOf(listening, "look") };
  for (let time = 0; time < 2; time += 1) {
    expect(await ask(listening, "look", retry)).toMatchObject(done);
  }
  expect(await ask(listening, "look", { inputResponses: both })).toMatchObject(done);
});

test("H6: another principal has no use for a state, and does not use it up", async () => {
  const listening = await open(tokens());
  const retry = { inputResponses: both, requestState: await stateOf(listening, "pay") };
  expect(await ask(listening, "pay", retry, { who: "bob" })).toMatchObject(refused);
  expect(ran).not.toHaveBeenCalled();
  expect(await ask(listening, "pay", retry)).toMatchObject(done);
});

test("A12: a state that was changed in any place is refused, as is what never was one", async () => {
  const listening = await open();
  const requestState = await stateOf(listening, "pay");
  const middle = Math.floor(requestState.length / 2);
  const flip = (at: number) => {
    const other = requestState[at] === "A" ? "B" : "A";
    return `${requestState.slice(0, at)}${other}${requestState.slice(at + 1)}`;
  };
  const broken = [
    ...[flip(0), flip(30), flip(middle), flip(requestState.length - 3)],
    ...[`${requestState}A`, `${requestState}=`, `${requestState} `, ` ${requestState}`],
    ...[requestState.slice(0, -1), requestState.slice(0, 20), requestState.slice(4)],
    ...["", "x", "e30", "null", 7, null, {}, [requestState], true],
  ];
  for (const odd of broken) {
    const answer = await ask(listening, "pay", { inputResponses: both, requestState: odd });
    expect(answer, JSON.stringify(odd)).toMatchObject(refused);
  }
  expect(ran).not.toHaveBeenCalled();
  expect(await ask(listening, "pay", { inputResponses: both, requestState })).toMatchObject(done);
});

test("A12: a state is good for ten minutes", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const listening = await open();
  const [early, late] = [await stateOf(listening, "pay"), await stateOf(listening, "pay")];
  vi.setSystemTime(Date.now() + 599_000);
  const retry = { inputResponses: both };
  expect(await ask(listening, "pay", { ...retry, requestState: early })).toMatchObject(done);
  vi.setSystemTime(Date.now() + 2_000);
  expect(await ask(listening, "pay", { ...retry, requestState: late })).toMatchObject(refused);
});

test("A12: a state that is in use is refused even to a tool that asks nothing", async () => {
  const listening = await open();
  const plainTool = await listen(
    serverOf([defineTool({ ...plain, name: "say", run: () => "said" })]),
  );
  onTestFinished(() => plainTool.close());
  const requestState = await stateOf(listening, "pay");
  expect(await ask(plainTool, "say", { requestState })).toMatchObject(refused);
});

test("keys: processes that share one take up each other's calls, others do not", async () => {
  const [old, fresh] = ["o".repeat(32), "n".repeat(32)];
  const first = await open({ stateKeys: [old] });
  const rotating = await open({ stateKeys: [fresh, old] });
  const rotated = await open({ stateKeys: [fresh] });
  const keyless = await open();
  const retry = async (from: Listening) => ({
    inputResponses: both,
    requestState: await stateOf(from, "pay"),
  });
  expect(await ask(rotating, "pay", await retry(first))).toMatchObject(done);
  expect(await ask(rotated, "pay", await retry(rotating))).toMatchObject(done);
  expect(await ask(rotated, "pay", await retry(first))).toMatchObject(refused);
  expect(await ask(first, "pay", await retry(rotating))).toMatchObject(refused);
  expect(await ask(keyless, "pay", await retry(first))).toMatchObject(refused);
  const other = await listen(serverOf([asking("pay", "write")], { name: "other" }), {
    stateKeys: [old],
  });
  onTestFinished(() => other.close());
  expect(await ask(other, "pay", await retry(first))).toMatchObject(refused);
});

test("what is not answered is asked again, and what nobody asked is ignored", async () => {
  const listening = await open();
  const requestState = await stateOf(listening, "pay");
  const half = {
    inputResponses: { sure: accept, more: accept, ["__proto__"]: accept },
    requestState,
  };
  const again = await ask(listening, "pay", half);
  expect(again).toMatchObject({ resultType: "input_required", inputRequests: { why: {} } });
  expect(Object.keys(isJson(again["inputRequests"]) ? again["inputRequests"] : {})).toEqual([
    "why",
  ]);
  const rest = { inputResponses: { why: accept }, requestState: again["requestState"] };
  expect(await ask(listening, "pay", rest)).toMatchObject(done);
});

test("an answer that was given stays, whatever is sent later", async () => {
  const listening = await open();
  const requestState = await stateOf(listening, "pay");
  const first = { inputResponses: { sure: { action: "decline" } }, requestState };
  const { requestState: next } = await ask(listening, "pay", first);
  const later = { inputResponses: both, requestState: next };
  expect(await ask(listening, "pay", later)).toMatchObject({
    content: [{ text: "decline accept" }],
  });
});

test.for([null, [], 7, "x", { sure: 1 }, { sure: null }, { why: [accept] }])(
  "inputResponses of %j are an error of the protocol",
  async (inputResponses) => {
    const listening = await open();
    const requestState = await stateOf(listening, "pay");
    expect(await ask(listening, "pay", { inputResponses, requestState })).toMatchObject({
      error: { code: -32602, message: expect.stringContaining("inputResponses") },
    });
  },
);

test("a store of used states takes each once, forgets the expired, and is bounded", () => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  const states = new MemoryStates();
  const expiry = Date.now() + 1_000;
  const take = (nonce: string, who = "ada") => states.take(nonce, expiry, who);
  expect([take("a"), take("a"), take("b")]).toEqual([true, false, true]);
  for (let number = 0; number < 99_998; number += 1) take(`${number}`);
  expect(take("one more")).toBe(false);
  vi.advanceTimersByTime(1_001);
  expect(states.take("one more", Date.now() + 1_000, "ada")).toBe(true);
});

test("H5: one principal that uses very many states leaves as many to another", () => {
  const states = new MemoryStates();
  const expiry = Date.now() + 60_000;
  const use = (who: string, count: number) =>
    [...Array(count).keys()].filter((n) => states.take(`${who} ${n}`, expiry, who)).length;
  expect(use("bob", 300_000)).toBe(100_000);
  expect(use("ada", 300_000)).toBe(50_000);
});

import { defineTool, type Middleware } from "@fairlead/define";
import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import type { PolicyOptions } from "../src/call/policy.ts";
import type { Json } from "../src/protocol/json-rpc.ts";
import { connect } from "../src/testing/index.ts";
import { plain, serverOf } from "./fixture/make.ts";

const ran = vi.fn<(args: unknown) => string>(() => "done");
afterEach(() => void ran.mockClear());

const input = z.object({ path: z.string() });
const tools = [
  defineTool({
    ...plain,
    name: "drop",
    title: "Drop a table",
    description: "Drops a table e.g. users. Its rows are lost.",
    effect: "destroy",
    input,
    run: ran,
  }),
  defineTool({ ...plain, name: "put", title: "Put", effect: "write", input, run: ran }),
  defineTool({
    ...plain,
    name: "either",
    effect: { least: "read", most: "destroy", of: ({ how }) => how },
    input: z.object({ how: z.enum(["read", "write", "destroy"]) }),
    run: ran,
  }),
  defineTool({
    ...plain,
    name: "asks_itself",
    effect: "destroy",
    async run(_, { elicit }) {
      const { action } = await elicit(z.object({}), "Which one?");
      return ran(action);
    },
  }),
];

describe.for(["modern", "legacy"] as const)("%s", (era) => {
  async function open(action: string, policy: PolicyOptions = {}, more: object = {}) {
    const asked: Json[] = [];
    const client = await connect(serverOf(tools, more), {
      era,
      policy,
      clientCapabilities: { elicitation: {} },
      answer(_, params) {
        asked.push(params);
        return { action, content: {} };
      },
    });
    return { asked, client };
  }

  test("a client that can be asked shows the user what is to be done, and does it", async () => {
    const { asked, client } = await open("accept");
    expect((await client.callTool("drop", { path: "users" })).text).toBe("done");
    expect(ran.mock.calls[0]?.[0]).toEqual({ path: "users" });
    const message =
      'Drop a table: Drops a table e.g. users.\nThis cannot be undone. Do you agree?\nArguments: {"path":"users"}';
    expect(asked).toEqual([{ message, requestedSchema: { type: "object", properties: {} } }]);
  });

  test.for([
    [
      "decline",
      /^The call of drop was declined by .+ Nothing was done\.\nDo not call .+ `--confirm never`/,
    ],
    [
      "cancel",
      /^The client cancelled .+ drop may run\. Nothing was done\.\nIf .+ ask them before .+ `--confirm never`/,
    ],
  ] as const)("%s: nothing is done, and the model is told", async ([action, words]) => {
    const { client } = await open(action);
    expect(await client.callTool("drop", { path: "users" })).toMatchObject({
      isError: true,
      text: expect.stringMatching(words),
    });
    expect(ran).not.toHaveBeenCalled();
  });

  test("confirm: true is nobody's agreement where the user can be asked", async () => {
    const { asked, client } = await open("decline");
    const { isError } = await client.callTool("drop", { path: "users", confirm: true });
    expect([isError, asked.length, ran.mock.calls.length]).toEqual([true, 1, 0]);
  });

  test("only what the operator wants is asked about", async () => {
    const byDefault = await open("accept");
    await byDefault.client.callTool("put", { path: "a" });
    await byDefault.client.callTool("either", { how: "write" });
    expect(byDefault.asked).toEqual([]);
    await byDefault.client.callTool("either", { how: "destroy" });
    expect(byDefault.asked).toHaveLength(1);
    const write = await open("accept", { confirm: "write" });
    await write.client.callTool("put", { path: "a" });
    expect(write.asked).toMatchObject([{ message: expect.stringContaining("This changes data.") }]);
    const never = await open("accept", { confirm: "never" });
    await never.client.callTool("drop", { path: "a" });
    expect(never.asked).toEqual([]);
  });

  test("arguments that do not fit, or that --read-only refuses, are not asked about", async () => {
    const { asked, client } = await open("accept");
    expect(await client.callTool("drop", { path: 7 })).toMatchObject({ isError: true });
    const reader = await open("accept", { readOnly: true });
    expect(await reader.client.callTool("either", { how: "destroy" })).toMatchObject({
      isError: true,
      text: expect.stringContaining("--read-only"),
    });
    expect([asked, reader.asked]).toEqual([[], []]);
  });

  test("arguments cannot pass for other lines of the question, nor fill it", async () => {
    const { asked, client } = await open("accept");
    await client.callTool("drop", { path: `a\nArguments: {}\u202e${"x".repeat(2_000)}` });
    const message = String(asked[0]?.["message"]);
    expect(message.split("\n")).toHaveLength(3);
    expect(message).toContain("\\u{202E}");
    expect(message.length).toBeLessThan(800);
  });

  test("a tool that asks as well is agreed to once", async () => {
    const { asked, client } = await open("accept");
    expect((await client.callTool("asks_itself")).text).toBe("done");
    expect(asked.map(({ message }) => String(message).split("\n").at(-1))).toEqual([
      "Arguments: {}",
      "Which one?",
    ]);
  });

  test("middleware that runs a tool again asks nobody again", async () => {
    const again: Middleware = async (_, next) => {
      await next();
      return next();
    };
    const twice = { middleware: [again] };
    const { asked, client } = await open("accept", {}, twice);
    expect((await client.callTool("drop", { path: "a" })).text).toBe("done");
    expect([asked.length, ran.mock.calls.length]).toEqual([1, 2]);
  });

  test("a client without forms confirms with an argument, and its list says so", async () => {
    const client = await connect(serverOf(tools), {
      era,
      clientCapabilities: { elicitation: { url: {} } },
    });
    expect((await client.callTool("drop", { path: "a" })).text).toContain("confirm: true");
    expect((await client.callTool("drop", { path: "a", confirm: true })).text).toBe("done");
    const drop = (await client.listTools()).find(({ name }) => name === "drop");
    expect(drop).toHaveProperty("inputSchema.properties.confirm.type", "boolean");
  });
});

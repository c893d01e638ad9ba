import {
  cursor,
  cuttable,
  definePrompt,
  defineResource,
  defineTool,
  fromJsonSchema,
  image,
  reply,
  replyPage,
  ToolError,
  text,
} from "@fairlead/define";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { connect } from "../src/testing/index.ts";
import { plain, serverOf } from "./fixture/make.ts";

describe("H1: an error nobody meant for the client", () => {
  const fail = (error: unknown) =>
    defineTool({
      ...plain,
      name: "fail",
      run(): string {
        throw error;
      },
    });

  test("becomes a reference, under which the log has the stack", async () => {
    const client = await connect(serverOf([fail(new Error("login with password=hunter2"))]));
    const { isError, text } = await client.callTool("fail");
    expect(isError).toBe(true);
    expect(text).not.toContain("hunter2");
    const [, reference = "?"] = /reference (\w+)/.exec(text) ?? [];
    expect(client.log).toEqual([expect.stringContaining(`error fail [${reference}] Error: login`)]);
    expect(client.log[0]).toContain("    at ");
  });

  test.for(["a text", undefined, null, 0, Object.create(null), Symbol("s")])(
    "is one as well when it is not an error (%#)",
    async (thrown) => {
      const client = await connect(serverOf([fail(thrown)]));
      const { isError, text } = await client.callTool("fail");
      expect(isError).toBe(true);
      expect(text).toMatch(/^Internal error in fail, reference/);
      expect(client.log).toHaveLength(1);
    },
  );

  test("is hidden when connecting fails, too", async () => {
    const tool = defineTool({ ...plain, name: "tool", run: () => "" });
    const server = serverOf([tool], {
      connect: () => Promise.reject(new Error("postgres://me:hunter2@db")),
    });
    const client = await connect(server);
    const { isError, text } = await client.callTool("tool");
    expect(isError).toBe(true);
    expect(text).not.toContain("hunter2");
  });

  test("is hidden in resources, prompts and completions, too", async () => {
    const broken = () => {
      throw new Error("password=hunter2");
    };
    const server = serverOf([], {
      resources: [{ uri: "test://a", name: "a", read: broken }],
      resourceTemplates: [
        { uriTemplate: "test://t/{id}", name: "t", read: broken, complete: { id: broken } },
      ],
      prompts: [{ name: "p", description: "P.", arguments: z.object({}), get: broken }],
    });
    const client = await connect(server);
    const ref = { type: "ref/resource", uri: "test://t/{id}" };
    for (const asked of [
      client.request("resources/read", { uri: "test://a" }),
      client.request("resources/read", { uri: "test://t/1" }),
      client.request("prompts/get", { name: "p" }),
    ]) {
      await expect(asked).rejects.toMatchObject({
        code: -32603,
        message: expect.stringMatching(/^(?!.*hunter2)Internal error in \w+, reference/),
      });
    }
    // A host asks for completions with every key: one that fails has nothing to propose.
    const asked = { ref, argument: { name: "id", value: "" } };
    expect(await client.request("completion/complete", asked)).toMatchObject({
      completion: { values: [] },
    });
    expect(client.log).toHaveLength(4);
  });
});

test("a ToolError says what to do next", async () => {
  const tool = defineTool({
    ...plain,
    name: "tool",
    run(): string {
      throw new ToolError('No table "x".', "Call list_tables.");
    },
  });
  const client = await connect(serverOf([tool]));
  expect(await client.callTool("tool")).toMatchObject({
    isError: true,
    text: 'No table "x".\nCall list_tables.',
    structuredContent: undefined,
  });
  expect(client.log).toEqual([]);
});

describe("H9: an answer over the budget", () => {
  const size = 5_000_000;
  const budget = 39_900;

  test("of text is cut and says so", async () => {
    const tool = defineTool({ ...plain, name: "tool", run: () => "word ".repeat(size / 5) });
    const client = await connect(serverOf([tool]));
    const { isError, text } = await client.callTool("tool");
    expect(isError).toBe(false);
    expect(text.length).toBeLessThanOrEqual(budget);
    expect(text.length).toBeGreaterThan(budget / 2);
    expect(text).toMatch(/\[Cut: [\d,]+ of 5,000,000 characters shown\. .+\]$/);
  });

  test("of parts is cut over all of them", async () => {
    const tool = defineTool({
      ...plain,
      name: "tool",
      output: z.void(),
      run: () => {
        const parts = Array.from({ length: 1_000 }, () => text("word ".repeat(1_000)));
        return reply(...parts, image(Buffer.from("x"), "image/png"));
      },
    });
    const client = await connect(serverOf([tool]));
    const { content, text: whole, structuredContent } = await client.callTool("tool");
    expect(structuredContent).toBeUndefined();
    expect(whole.length).toBeLessThanOrEqual(budget + 100);
    expect(whole).toContain("[Cut: ");
    expect(content.at(-1)).toMatchObject({ type: "image" });
  });

  test("of structure that may not be cut is refused with its size", async () => {
    const tool = defineTool({
      ...plain,
      name: "tool",
      output: z.object({ blob: z.string() }),
      run: () => ({ blob: "x".repeat(size) }),
    });
    const client = await connect(serverOf([tool]));
    const { isError, text, structuredContent } = await client.callTool("tool");
    expect(isError).toBe(true);
    expect(structuredContent).toBeUndefined();
    expect(text).toMatch(
      /5,000,0\d\d characters; at most 39,900 characters, 47,880 bytes and 1,995 lines fit/,
    );
  });

  test("of a resource or a prompt is cut and says so", async () => {
    const client = await connect(
      serverOf([], {
        resources: [
          defineResource({
            uri: "test://large",
            name: "large",
            read: () => [{ body: "word ".repeat(size / 5) }, { body: new Uint8Array([1, 2, 3]) }],
          }),
        ],
        prompts: [
          definePrompt({
            name: "ask",
            description: "Asks.",
            arguments: z.object({}),
            get: () => [
              { role: "assistant", content: text("word ".repeat(size / 5)) },
              { role: "user", content: text("left out") },
            ],
          }),
        ],
      }),
    );
    const { contents } = await client.request("resources/read", { uri: "test://large" });
    expect(contents).toEqual([
      expect.objectContaining({ text: expect.stringMatching(/\[Cut: [\d,]+ of 5,000,000/) }),
      { uri: "test://large", blob: "AQID" },
    ]);
    const { messages } = await client.request("prompts/get", { name: "ask" });
    expect(messages).toEqual([
      {
        role: "assistant",
        content: { type: "text", text: expect.stringMatching(/\[Cut: [\d,]+ of 5,000,000/) },
      },
    ]);
    expect(JSON.stringify([contents, messages]).length).toBeLessThan(2 * budget + 1_000);
  });

  test("is not cut when the budget is lifted", async () => {
    const tool = defineTool({ ...plain, name: "tool", run: () => "x".repeat(size) });
    const client = await connect(serverOf([tool]), { budget: Number.POSITIVE_INFINITY });
    expect((await client.callTool("tool")).text).toHaveLength(size);
  });
});

describe("H9: an array that may be cut", () => {
  const total = 1_000;
  const rows = Array.from({ length: total }, (_, id) => ({ id, text: "row ".repeat(100) }));
  const paged = {
    ...plain,
    name: "list_rows",
    input: z.object({ cursor: cursor(z.int()) }),
    output: z.object({
      rows: cuttable(z.array(z.object({ id: z.int(), text: z.string() }))),
      next_cursor: cursor(z.int()),
    }),
  };
  const page = z.object({
    rows: z.array(z.object({ id: z.int() })),
    next_cursor: z.string().optional(),
    notice: z.string().optional(),
  });
  const listRows = defineTool({
    ...paged,
    run: ({ cursor: start = 0 }) => ({ rows: rows.slice(start) }),
    resume: ({ cursor: start = 0 }, kept) => start + kept,
  });

  test.for(["modern", "legacy"] as const)("is walked whole, each item once (%s)", async (era) => {
    const client = await connect(serverOf([listRows]), { era });
    const seen: number[] = [];
    let next: string | undefined;
    let pages = 0;
    do {
      const args = next === undefined ? {} : { cursor: next };
      const { isError, text, structuredContent } = await client.callTool("list_rows", args);
      expect(isError, text).toBe(false);
      expect(text.length).toBeLessThanOrEqual(39_900);
      const answer = page.parse(structuredContent);
      seen.push(...answer.rows.map(({ id }) => id));
      next = answer.next_cursor;
      pages += 1;
      if (next !== undefined) {
        expect(answer.notice).toBe(
          `Cut: ${answer.rows.length} of ${(total - seen.length + answer.rows.length).toLocaleString("en-US")} rows shown. More: call again with the same arguments and cursor "${next}".`,
        );
      }
    } while (next !== undefined && pages < 100);
    expect(seen).toEqual(rows.map(({ id }) => id));
    expect(pages).toBeGreaterThan(3);
  });

  test("has a cursor that only this tool takes, from this principal, as it was made", async () => {
    const other = defineTool({ ...paged, name: "other", run: () => ({ rows: [] }) });
    const client = await connect(serverOf([listRows, other]));
    const first = page.parse((await client.callTool("list_rows")).structuredContent);
    const wrong = "cursor: not a cursor of this list. Leave it out to start over.";
    for (const value of [`${first.next_cursor}x`, "17", 17, {}, "MTc.AAAA"]) {
      const refused = await client.callTool("list_rows", { cursor: value });
      expect(refused).toMatchObject({ isError: true, text: wrong });
    }
    const elsewhere = await client.callTool("other", { cursor: first.next_cursor });
    expect(elsewhere).toMatchObject({ isError: true, text: wrong });
  });

  test("loses its own cursor when the tool cannot say where the cut left off", async () => {
    const tool = defineTool({
      ...paged,
      run: ({ cursor: start = 0 }) => ({
        rows: rows.slice(start, start + 500),
        next_cursor: start + 500,
      }),
    });
    const client = await connect(serverOf([tool]));
    const { text, structuredContent } = await client.callTool("list_rows");
    expect(page.parse(structuredContent)).not.toHaveProperty("next_cursor");
    expect(text).toContain("Ask for a smaller part to see the rest.");
  });

  test("says how to get the next page where the tool's own rendering does not", async () => {
    const tool = defineTool({
      ...paged,
      run: () => ({ rows: rows.slice(0, 1), next_cursor: 1 }),
      render: ({ rows: [row] }) => `${row?.id} ${row?.text}`,
    });
    const client = await connect(serverOf([tool]));
    const { text, structuredContent } = await client.callTool("list_rows");
    const next = page.parse(structuredContent).next_cursor;
    expect(text).toBe(
      `0 ${"row ".repeat(100)}\n\n[More: call again with the same arguments and cursor "${next}".]`,
    );
  });

  test("says what was cut in both forms, no matter what renders it", async () => {
    const tool = defineTool({
      ...paged,
      run: () => ({ rows }),
      render: ({ rows: shown }) => shown.map(({ id, text }) => `${id} ${text}`).join("\n"),
      resume: (_, kept) => kept,
    });
    const client = await connect(serverOf([tool]));
    const { text, structuredContent } = await client.callTool("list_rows");
    const { notice, next_cursor: next } = page.parse(structuredContent);
    expect(notice).toContain(
      `rows shown. More: call again with the same arguments and cursor "${next}".`,
    );
    expect(text).toContain(`\n\n[${notice}]`);
  });

  test("has room for the notice in its listed schema", async () => {
    const client = await connect(serverOf([listRows]));
    const [listed] = await client.listTools();
    expect(listed).toMatchObject({ outputSchema: { properties: { notice: { type: "string" } } } });
  });

  test("whose first item is too large is refused", async () => {
    const tool = defineTool({
      ...paged,
      run: () => ({ rows: [{ id: 0, text: "x".repeat(100_000) }] }),
    });
    const client = await connect(serverOf([tool]));
    expect(await client.callTool("list_rows")).toMatchObject({ isError: true });
  });
});

describe("H10: an output that does not match its schema", () => {
  test("is the server's fault, and no detail of it is shown", async () => {
    const schema = fromJsonSchema<{ id: number }>({
      type: "object",
      properties: { id: { type: "integer" } },
    });
    const wrong: unknown = JSON.parse('{"id":"secret-value"}');
    const isRow = (value: unknown): value is { id: number } => value !== undefined;
    const tool = defineTool({
      ...plain,
      name: "tool",
      output: schema,
      run: () => (isRow(wrong) ? wrong : { id: 1 }),
    });
    const client = await connect(serverOf([tool]));
    const { isError, text, structuredContent } = await client.callTool("tool");
    expect(isError).toBe(true);
    expect(structuredContent).toBeUndefined();
    expect(text).toMatch(/^Internal error in tool, reference/);
    expect(client.log[0]).toContain("The output of tool does not match its schema: id: must be");
  });

  test("is as well what JSON has no form for", async () => {
    const tool = defineTool({ ...plain, name: "tool", output: z.any(), run: () => ({ n: 10n }) });
    const client = await connect(serverOf([tool]));
    expect(await client.callTool("tool")).toMatchObject({ isError: true });
  });
});

test.for([
  ['["a"]', 'JSON array of 1:\n["a"]'],
  [" [] ", "JSON array of 0:\n [] "],
  ["42\n", "JSON value:\n42\n"],
  ['"quoted"', 'JSON value:\n"quoted"'],
  ["null", "JSON value:\nnull"],
  ['{"a":1}', '{"a":1}'],
  ["[a]", "[a]"],
  ["nullable", "nullable"],
  ["42 apples", "42 apples"],
  ["", ""],
] as const)(
  "a text that is JSON has words before it, or is an object (%j)",
  async ([given, shown]) => {
    const asText = defineTool({ ...plain, name: "as_text", run: () => given });
    const asPart = defineTool({
      ...plain,
      name: "as_part",
      output: z.void(),
      run: () => reply(text(given), text("a note")),
    });
    const client = await connect(serverOf([asText, asPart]));
    expect((await client.callTool("as_text")).text).toBe(shown);
    expect((await client.callTool("as_part")).text).toBe(`${shown}\na note`);
  },
);

describe("an answer of text that has pages", () => {
  const lines = Array.from({ length: 25 }, (_, line) => `line ${line}`);
  const listLines = defineTool({
    ...plain,
    name: "list_lines",
    input: z.object({ cursor: cursor(z.int()) }),
    output: z.void(),
    run: ({ cursor: start = 0 }) => {
      const end = start + 10;
      const shown = text(lines.slice(start, end).join("\n"));
      return replyPage(end < lines.length ? end : undefined, shown);
    },
  });

  test("says in words how to get the next, with a cursor only this tool takes", async () => {
    const client = await connect(serverOf([listLines]));
    const seen: string[] = [];
    let next: string | undefined;
    do {
      const answer = await client.callTool(
        "list_lines",
        next === undefined ? {} : { cursor: next },
      );
      expect(answer.structuredContent).toBeUndefined();
      seen.push(...answer.text.split("\n").filter((line) => line.startsWith("line")));
      next = /^\[More: call again with the same arguments and cursor "(.+)"\.\]$/m.exec(
        answer.text,
      )?.[1];
    } while (next !== undefined);
    expect(seen).toEqual(lines);
    const forged = await client.callTool("list_lines", { cursor: "MTA.AAAA" });
    expect(forged).toMatchObject({ isError: true });
  });
});

test("an output with the key of a promise is not a promise", async () => {
  const tool = defineTool({
    ...plain,
    name: "tool",
    output: z.object({ if: z.string(), [`${"then"}`]: z.string() }),
    run: () => ({ if: "a", [`${"then"}`]: "b" }),
  });
  const client = await connect(serverOf([tool]));
  expect((await client.callTool("tool")).structuredContent).toEqual({ if: "a", then: "b" });
});

describe("a context that would get in the way of the call is refused when it is made", () => {
  const tool = defineTool({ ...plain, name: "tool", run: () => "fine" });
  class Database {
    query = () => [];
  }

  test.for([
    ...["signal", "progress", "log", "room"],
    ...["principal", "budget", "clientInfo", "clientCapabilities"],
  ])("with the key %s", async (key) => {
    const end = vi.fn();
    const client = await connect(
      serverOf([tool], { connect: () => ({ context: { [key]: end } }) }),
    );
    expect(await client.callTool("tool")).toMatchObject({ isError: true });
    expect(client.log[0]).toContain(`"${key}"`);
    expect(end).not.toHaveBeenCalled();
  });

  test("any other key is the server's to use", async () => {
    const own = { end: "end", abort: "abort", settle: "settle" };
    const reading = defineTool({
      ...plain,
      name: "reading",
      run: (_, context) =>
        Object.keys(own)
          .map((key) => Reflect.get(context, key))
          .join(" "),
    });
    const client = await connect(serverOf([reading], { connect: () => ({ context: own }) }));
    expect((await client.callTool("reading")).text).toBe("end abort settle");
  });

  test("of a class, whose methods the tools would not see", async () => {
    const client = await connect(
      serverOf([tool], { connect: () => ({ context: new Database() }) }),
    );
    expect(await client.callTool("tool")).toMatchObject({ isError: true });
    expect(client.log[0]).toContain("plain object");
  });

  test("but not one without a prototype", async () => {
    const client = await connect(
      serverOf([tool], { connect: () => ({ context: Object.create(null) }) }),
    );
    expect(await client.callTool("tool")).toMatchObject({ text: "fine" });
  });
});

test("a text answer is what its schema makes of it", async () => {
  const output = z.string().transform((answer) => answer.trim());
  const tool = defineTool({ ...plain, name: "tool", output: z.string().trim(), run: () => " a " });
  expect(output.parse(" a ")).toBe("a");
  const client = await connect(serverOf([tool]));
  expect((await client.callTool("tool")).text).toBe("a");
});

describe("secrets", () => {
  const secret = 'correct-"horse"\n-battery';
  const forms = [
    secret,
    JSON.stringify({ secret }),
    encodeURIComponent(secret),
    Buffer.from(secret).toString("base64"),
  ];
  const leaks = /correct|horse|battery|Y29ycmVjdC/;

  test("of 12 characters and more are in no result, in any form", async () => {
    const tool = defineTool({
      ...plain,
      name: "tool",
      output: z.object({ forms: z.array(z.string()), by: z.record(z.string(), z.int()) }),
      run: () => ({ forms, by: { [secret]: 1 } }),
    });
    const asText = defineTool({ ...plain, name: "as_text", run: () => forms.join("\n") });
    const server = serverOf([tool, asText], {
      resources: [{ uri: "test://a", name: "a", read: () => ({ body: forms.join() }) }],
    });
    const client = await connect(server, { secrets: [secret] });
    const results = [
      await client.callTool("tool"),
      await client.callTool("as_text"),
      await client.request("resources/read", { uri: "test://a" }),
    ];
    expect(JSON.stringify(results)).not.toMatch(leaks);
    expect(JSON.stringify(results)).toContain("[redacted]");
  });

  test("of any length are in no error, log or notification", async () => {
    const tool = defineTool({
      ...plain,
      name: "tool",
      input: z.object({ how: z.string() }),
      run({ how }, { progress, log }) {
        progress(1, 2, "pin 1234");
        log("error", { pin: "1234", nested: ["1234"] });
        if (how === "tool") throw new ToolError("the pin 1234 is wrong", "1234?");
        throw new Error("the pin 1234 is wrong");
      },
    });
    const client = await connect(serverOf([tool]), { secrets: ["1234"], logLevel: "debug" });
    const answers = [
      await client.callTool("tool", { how: "tool" }, { progressToken: "1234" }),
      await client.callTool("tool", { how: "error" }),
    ];
    expect(JSON.stringify([answers, client.log])).not.toContain("1234");
    expect(client.notifications).toEqual([
      expect.objectContaining({
        params: { progressToken: "1234", progress: 1, total: 2, message: "pin [redacted]" },
      }),
      ...Array.from({ length: 2 }, () =>
        expect.objectContaining({
          params: { level: "error", data: { pin: "[redacted]", nested: ["[redacted]"] } },
        }),
      ),
    ]);
  });

  test("that are words of the protocol break none of it", async () => {
    const tool = defineTool({
      ...plain,
      name: "tool",
      run(_, { progress, log }) {
        progress(1, undefined, "error");
        log("error", "error");
        return "fine";
      },
    });
    const words = ["2.0", "error", "info", "jsonrpc", "1", "id", "message", "data", "uri", "token"];
    const client = await connect(serverOf([tool]), { secrets: words, logLevel: "info" });
    const { text } = await client.callTool("tool", {}, { progressToken: "token" });
    expect(text).toBe("fine");
    expect(client.notifications).toMatchObject([
      { jsonrpc: "2.0", method: "notifications/progress", params: { progressToken: "token" } },
      { method: "notifications/message", params: { level: "error", data: "[redacted]" } },
    ]);
    await expect(client.request("tools/call", { name: "error" }, 1)).rejects.toMatchObject({
      code: -32602,
      message: "Unknown tool: [redacted]",
    });
  });
});

test("the log of a tool may hold what JSON has no form for", async () => {
  const loop: { self?: unknown } = {};
  loop.self = loop;
  const tool = defineTool({
    ...plain,
    name: "tool",
    run(_, { log, progress }) {
      log("info", loop);
      log("info", 10n);
      log("info", undefined);
      progress(Number.NaN);
      progress(Number.POSITIVE_INFINITY);
      return "fine";
    },
  });
  const client = await connect(serverOf([tool]), { logLevel: "info" });
  const meta = { progressToken: 1 };
  expect(await client.callTool("tool", {}, meta)).toMatchObject({ text: "fine" });
  for (const { params } of client.notifications) expect(params).toHaveProperty("data");
});

test("a call that is left to fail on its own does no harm", async () => {
  const stray = vi.fn();
  process.on("unhandledRejection", stray);
  const tool = defineTool({
    ...plain,
    name: "tool",
    timeoutMs: 1,
    run: () => new Promise<string>((_, reject) => setTimeout(reject, 400, new Error("late"))),
  });
  const client = await connect(serverOf([tool]));
  expect(await client.callTool("tool")).toMatchObject({
    isError: true,
    text: "tool: Timed out after 0.001 s. Ask for less at once, or try again.",
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  process.off("unhandledRejection", stray);
  expect(stray).not.toHaveBeenCalled();
});

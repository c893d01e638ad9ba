import { type Session, sessions } from "@fairlead/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { bin } from "./bin.ts";

describe.for(Object.entries(sessions))("the official %s", ([, { era, open }]) => {
  let session: Session;
  beforeAll(async () => {
    session = await open({ bin });
  });
  afterAll(() => session.close());

  test("negotiates the revision of its era and is told how to use the server", () => {
    expect(session.version).toBe(era === "modern" ? "2026-07-28" : "2025-11-25");
    expect(session.instructions).toContain("A server for tests.");
  });

  test("reads the skill with all its files, or finds it among the resources", async () => {
    const root = "skill://use-everything";
    expect(await session.listResources()).toContainEqual(
      expect.objectContaining({ uri: `${root}/SKILL.md`, name: "use-everything" }),
    );
    expect(await session.read(`${root}/references/notes/deleting.md`)).toMatchObject({
      contents: [{ text: expect.stringContaining("# Delete notes") }],
    });
    const skills = await session.readSkills();
    if (era === "legacy") return expect(skills).toEqual([]);
    return expect(skills).toEqual([
      {
        name: "use-everything",
        description: expect.stringContaining("Tries out the protocol"),
        files: {
          [`${root}/SKILL.md`]: expect.stringContaining("# Try out the protocol"),
          [`${root}/references/notes/deleting.md`]: expect.stringContaining("# Delete notes"),
        },
        entries: ["SKILL.md", "references"],
      },
    ]);
  });

  describe("tools", () => {
    test("are listed with schemas and annotations; unlisted and optional ones are not", async () => {
      const tools = await session.listTools();
      const names = tools.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(["test_simple_text", "wait", "list_items"]));
      expect(names).not.toContain("greet_formally");
      expect(names).not.toContain("reverse_text");
      expect(tools.find(({ name }) => name === "delete_all_notes")).toMatchObject({
        title: "Delete all notes",
        annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: false },
        inputSchema: { type: "object" },
        outputSchema: { type: "object", required: ["deleted"] },
      });
      expect(tools.find(({ name }) => name === "list_notes")).toMatchObject({
        annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
      });
    });

    test("answer with text", async () => {
      expect(await session.call("test_simple_text")).toMatchObject({
        content: [{ type: "text", text: "This is a simple text response for testing." }],
      });
    });

    test("answer with every kind of content", async () => {
      expect(await session.call("test_image_content")).toMatchObject({
        content: [{ type: "image", mimeType: "image/png", data: expect.stringMatching(/^iVBOR/) }],
      });
      expect(await session.call("test_audio_content")).toMatchObject({
        content: [
          { type: "text", text: "[Sound: audio/wav, 204 bytes]" },
          { type: "audio", mimeType: "audio/wav", data: expect.stringMatching(/^UklGR/) },
        ],
      });
      expect(await session.call("test_embedded_resource")).toMatchObject({
        content: [{ type: "resource", resource: { uri: "test://embedded-resource" } }],
      });
      expect(await session.call("get_resource_link")).toMatchObject({
        content: [
          { type: "text", annotations: { audience: ["assistant"], priority: 0.5 } },
          { type: "text", text: expect.stringContaining("test://static-binary") },
          { type: "resource_link", uri: "test://static-binary", name: "static-binary" },
        ],
      });
    });

    test("answer with structured content as well as its text", async () => {
      expect(await session.call("measure_text", { text: "two words" })).toMatchObject({
        content: [{ type: "text", text: "9 characters, 2 words" }],
        structuredContent: { characters: 9, words: 2 },
      });
    });

    test("answer with a list as each era can hold it", async () => {
      const primes = [2, 3, 5, 7];
      const answer = await session.call("list_primes", { below: 10 });
      expect(answer).toMatchObject({ content: [{ type: "text", text: JSON.stringify(primes) }] });
      if (era === "modern") expect(answer).toMatchObject({ structuredContent: primes });
    });

    test("know who calls", async () => {
      expect(await session.call("describe_caller")).toMatchObject({
        structuredContent: {
          client: { name: "fairlead-tests", version: "1.0.0" },
          capabilities: [],
        },
      });
    });

    test("answer to their former names and when they are not listed", async () => {
      expect(await session.call("say_hello", { name: "Ada" })).toMatchObject({
        content: [{ type: "text", text: "Hello, Ada." }],
      });
      expect(await session.call("greet_formally", { name: "Ada" })).toMatchObject({
        content: [{ type: "text", text: "Good day, Ada." }],
      });
    });
  });

  describe("pages", () => {
    test("follow one another until every item was seen once", async () => {
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const answer = await session.call("list_items", { limit: 100, ...(cursor && { cursor }) });
        const { structuredContent } = page.parse(answer);
        seen.push(...structuredContent.items.map(({ number }) => number));
        cursor = structuredContent.next_cursor;
      } while (cursor !== undefined);
      expect(seen).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
    });

    test("refuse a cursor this server did not make", async () => {
      expect(await session.call("list_items", { cursor: "MTAw" })).toMatchObject({
        isError: true,
        content: [{ type: "text", text: expect.stringContaining("cursor") }],
      });
    });
  });

  describe("a running call", () => {
    test("reports progress that grows", async () => {
      const reported: number[] = [];
      const answer = await session.call(
        "wait",
        { ms: 500, steps: 10 },
        { onprogress: ({ progress }) => reported.push(progress) },
      );
      expect(answer).toMatchObject({ content: [{ type: "text", text: "Waited 500 ms." }] });
      expect(reported.length).toBeGreaterThan(0);
      expect(reported).toEqual(reported.map((_, index) => index + 1));
    });

    test("is heard to its end: most last reports arrive, though the answer follows at once", async () => {
      let heard = 0;
      for (let round = 0; round < 20; round += 1) {
        const reports: number[] = [];
        const onprogress = ({ progress }: { progress: number }) => reports.push(progress);
        await session.call("test_tool_with_progress", {}, { onprogress });
        if (reports.at(-1) === 100) heard += 1;
      }
      // A client that the machine keeps from reading gets both in one piece, and drops the report.
      expect(heard).toBeGreaterThanOrEqual(10);
    });

    test("stops when it is cancelled", async () => {
      const before = await countWaits(session);
      const abort = new AbortController();
      const call = session.call("wait", { ms: 600_000 }, { signal: abort.signal });
      const outcome = expect(call).rejects.toThrow();
      await vi.waitFor(async () => expect((await countWaits(session)).running).toBe(1), patience);
      abort.abort();
      await outcome;
      await vi.waitFor(async () => {
        const { finished, cut } = before;
        expect(await countWaits(session)).toEqual({ running: 0, finished, cut: cut + 1 });
      }, patience);
    });

    test("sends the log messages of the level asked for and above", async () => {
      await session.call("test_logging_tool", {}, { logLevel: "warning" });
      await vi.waitFor(() => {
        expect(session.logs).toEqual([
          'warning "Nothing is wrong; this is a test."',
          'error "Nothing failed; this is a test."',
        ]);
      }, patience);
    });
  });

  describe("errors", () => {
    test("meant for the model arrive with their hint", async () => {
      expect(await session.call("fail_with_hint", { city: "Ys" })).toMatchObject({
        isError: true,
        content: [{ type: "text", text: expect.stringMatching(/No city named "Ys".*Lisbon/s) }],
      });
      expect(await session.call("read_note", { name: "none" })).toMatchObject({
        isError: true,
        content: [{ type: "text", text: expect.stringContaining("Call list_notes") }],
      });
    });

    test("of the server tell nothing but where to look them up", async () => {
      const answer = await session.call("fail_with_secret");
      expect(answer).toMatchObject({ isError: true });
      expect(JSON.stringify(answer)).not.toMatch(/hunter2|postgres|db\.internal/);
    });

    test("of arguments name the arguments there are", async () => {
      expect(await session.call("measure_text", { txt: "two words" })).toMatchObject({
        isError: true,
        content: [{ type: "text", text: expect.stringMatching(/txt.*text/s) }],
      });
      expect(await session.call("measure_text", {})).toMatchObject({ isError: true });
    });

    test("of a raw JSON Schema are reported like any other", async () => {
      const name = "json_schema_2020_12_tool";
      expect(await session.call(name, { name: "Ada", email: "ada@example.org" })).toMatchObject({
        content: [{ type: "text", text: "Ada prefers email." }],
      });
      expect(await session.call(name, { contactMethod: "phone", email: "x" })).toMatchObject({
        isError: true,
        content: [{ type: "text", text: expect.stringContaining("phone") }],
      });
    });

    test("of an output that breaks its schema keep the output back", async () => {
      const answer = await session.call("break_output");
      expect(answer).toMatchObject({ isError: true });
      expect(answer).not.toHaveProperty("structuredContent");
    });

    test("end a call that runs out of time", async () => {
      expect(await session.call("outlast_timeout")).toMatchObject({ isError: true });
    });

    test("of the protocol have their codes", async () => {
      await expect(session.call("no_such_tool")).rejects.toMatchObject({ code: -32602 });
      await expect(session.call("test_missing_capability")).rejects.toMatchObject({ code: -32021 });
      await expect(session.prompt("no_such_prompt")).rejects.toMatchObject({ code: -32602 });
      await expect(session.read("test://nowhere")).rejects.toMatchObject({
        code: era === "modern" ? -32602 : -32002,
      });
    });
  });

  describe("resources", () => {
    test("are listed, and so are the members of a template", async () => {
      const uris = (await session.listResources()).map(({ uri }) => uri);
      expect(uris).toEqual(
        expect.arrayContaining(["test://static-text", "test://static-binary", "note://welcome"]),
      );
      const templates = (await session.listResourceTemplates()).map(
        ({ uriTemplate }) => uriTemplate,
      );
      expect(templates).toEqual(["test://template/{id}/data", "note://{+name}"]);
    });

    test("are read as text, as bytes and through a template", async () => {
      expect(await session.read("test://static-text")).toMatchObject({
        contents: [
          {
            uri: "test://static-text",
            mimeType: "text/plain",
            text: "This is the content of the static text resource.",
          },
        ],
      });
      expect(await session.read("test://static-binary")).toMatchObject({
        contents: [{ mimeType: "image/png", blob: expect.stringMatching(/^iVBOR/) }],
      });
      expect(await session.read("test://template/a%20b/data")).toMatchObject({
        contents: [
          {
            uri: "test://template/a%20b/data",
            text: JSON.stringify({ id: "a b", templateTest: true, data: "Data for ID: a b" }),
          },
        ],
      });
    });

    test("complete the variables of a template", async () => {
      const ref = { type: "ref/resource", uri: "test://template/{id}/data" } as const;
      expect(await session.complete(ref, "id", "12")).toMatchObject({
        completion: { values: ["12", "123"] },
      });
    });
  });

  describe("prompts", () => {
    test("are listed with their arguments", async () => {
      const prompts = await session.listPrompts();
      expect(prompts.find(({ name }) => name === "summarize_note")).toMatchObject({
        arguments: [
          { name: "name", required: true },
          { name: "style", required: false },
        ],
      });
    });

    test("are filled in with their arguments", async () => {
      expect(
        await session.prompt("test_prompt_with_arguments", { arg1: "a", arg2: "b" }),
      ).toMatchObject({
        messages: [
          {
            role: "user",
            content: { type: "text", text: "Prompt with arguments: arg1='a', arg2='b'" },
          },
        ],
      });
      expect(await session.prompt("test_prompt_with_image")).toMatchObject({
        messages: [
          { content: { type: "image", mimeType: "image/png" } },
          { content: { type: "text" } },
        ],
      });
      await expect(
        session.prompt("test_prompt_with_arguments", { arg1: "a" }),
      ).rejects.toMatchObject({ code: -32602 });
    });

    test("complete an argument, knowing those given before", async () => {
      const ref = { type: "ref/prompt", name: "test_prompt_with_arguments" } as const;
      expect(await session.complete(ref, "arg1", "por")).toMatchObject({
        completion: { values: ["portugal"] },
      });
      expect(await session.complete(ref, "arg2", "", { arg1: "portugal" })).toMatchObject({
        completion: { values: ["Braga", "Lisbon", "Porto"] },
      });
    });
  });

  describe("a tool that destroys", () => {
    test("asks first and acts when told to", async () => {
      expect(await session.call("delete_all_notes")).toMatchObject({ isError: true });
      expect(await session.call("list_notes")).toMatchObject({
        structuredContent: { names: ["welcome"] },
      });
      expect(await session.call("delete_all_notes", { confirm: true })).toMatchObject({
        structuredContent: { deleted: 1 },
      });
    });
  });
});

describe.for(Object.entries(sessions))("what the %s is asked", ([, { open }]) => {
  async function openAsked(action: "accept" | "decline", content?: { readonly name: string }) {
    const asked: string[] = [];
    const session = await open({
      bin,
      elicit(message) {
        asked.push(message);
        return { action, ...(content && { content: { ...content } }) };
      },
    });
    onTestFinished(() => session.close());
    return { session, asked };
  }

  test("its user answers, once or in two rounds, to a tool and to a prompt", async () => {
    const { session, asked } = await openAsked("accept", { name: "Ada" });
    expect(await session.call("test_input_required_result_elicitation")).toMatchObject({
      content: [{ type: "text", text: "Hello, Ada!" }],
    });
    const { session: stranger } = await openAsked("decline");
    expect(await stranger.call("test_input_required_result_multi_round")).toMatchObject({
      content: [{ text: "action=decline, content={} action=decline, content={}" }],
    });
    expect(await stranger.prompt("test_input_required_result_prompt")).toMatchObject({
      messages: [{ content: { text: "Write about anything." } }],
    });
    expect(asked).toEqual(["What is your name?"]);
  });

  test("a tool that destroys needs the user's agreement, whatever the model says", async () => {
    const { session, asked } = await openAsked("decline");
    expect(await session.call("delete_all_notes", { confirm: true })).toMatchObject({
      isError: true,
      content: [
        {
          text: expect.stringContaining(
            "delete_all_notes was declined by the user, or by the client for them",
          ),
        },
      ],
    });
    expect(asked).toEqual([expect.stringContaining("This cannot be undone.")]);
    const agreed = await openAsked("accept");
    expect(await agreed.session.call("delete_all_notes")).toMatchObject({
      structuredContent: { deleted: 1 },
    });
  });
});

describe.for(Object.entries(sessions))("the options, seen by %s", ([, { open }]) => {
  test("keep secrets out of answers and log messages", async () => {
    const session = await open({
      bin,
      args: ["--greeting", "Olá"],
      env: { EVERYTHING_API_TOKEN: "s3cret/with+signs" },
    });
    onTestFinished(() => session.close());
    const shown = await session.call("show_config");
    const used = await session.call("use_secret", {}, { logLevel: "debug" });
    await vi.waitFor(() => expect(session.logs).toHaveLength(1), patience);
    expect(JSON.stringify(shown)).toContain("greeting: Olá");
    expect(JSON.stringify(used)).toContain("https://api.example/?key=");
    expect(session.logs[0]).toContain("sending");
    expect(JSON.stringify([shown, used, session.logs])).not.toContain("s3cret");
  });

  test("choose what is listed and what is allowed", async () => {
    const session = await open({ bin, args: ["--toolsets", "default,extra", "--read-only"] });
    onTestFinished(() => session.close());
    const names = (await session.listTools()).map(({ name }) => name);
    const reversed = await session.call("reverse_text", { text: "abc" });
    const refused = await session.call("write_note", { name: "a", text: "b" }).then(
      (answer) => JSON.stringify(answer),
      (error: unknown) => String(error),
    );
    expect(names).toContain("reverse_text");
    expect(names).not.toContain("write_note");
    expect(reversed).toMatchObject({ content: [{ type: "text", text: "cba" }] });
    expect(refused).toContain("write_note");
  });

  test("hold answers to a budget", async () => {
    const session = await open({ bin, args: ["--max-output-chars", "2000", "--items", "1000"] });
    onTestFinished(() => session.close());
    const text = z
      .object({ content: z.tuple([z.object({ text: z.string() })]) })
      .parse(await session.call("make_text", { length: 50_000 })).content[0].text;
    const first = page.parse(await session.call("list_items", { limit: 1000 })).structuredContent;
    const rest = page.parse(await session.call("list_items", { cursor: first.next_cursor }));
    expect(text).toContain("50,000");
    expect(text.length).toBeLessThan(3000);
    expect(first.items.length).toBeLessThan(1000);
    expect(rest.structuredContent.items[0]?.number).toBe(first.items.length + 1);
  });
});

/** Long enough for a slow machine; a wait that succeeds takes no part of it. */
const patience = { timeout: 20_000, interval: 50 };

const page = z.object({
  structuredContent: z.object({
    items: z.array(z.object({ number: z.int(), name: z.string() })),
    next_cursor: z.string().optional(),
  }),
});

const waits = z.object({
  structuredContent: z.object({ running: z.int(), finished: z.int(), cut: z.int() }),
});

async function countWaits(session: Session) {
  return waits.parse(await session.call("count_waits")).structuredContent;
}

import { describe, expect, onTestFinished, test } from "vitest";
import { cursor, toArguments } from "../src/hosts/call.ts";
import { chatCompletions } from "../src/hosts/dialects/chat-completions.ts";
import { generateContent } from "../src/hosts/dialects/generate-content.ts";
import { messages } from "../src/hosts/dialects/messages.ts";
import { responses } from "../src/hosts/dialects/responses.ts";
import { findLost } from "../src/hosts/judge/lost.ts";
import { toPayload } from "../src/hosts/judge/payload.ts";
import { startModel } from "../src/hosts/model.ts";

const call = { server: "shop", tool: "look", arguments: { at: "lamps" } };
const noLabels = () => false;

function toReceived(result: object, schema?: object) {
  return { call, result, schema };
}

function toText(...texts: string[]) {
  return { content: texts.map((text) => ({ type: "text", text })) };
}

describe("the payload of a call", () => {
  test("is every line, picture and link of an answer made of content", () => {
    const link = { type: "resource_link", uri: "file:///tmp/a.zip", name: "a.zip" };
    const picture = { type: "image", data: "aGk=", mimeType: "image/png" };
    const received = toReceived({ content: [...toText("one\ntwo").content, link, picture] });
    expect(toPayload(received, received, noLabels)).toEqual({
      pieces: ["one", "two", "file:///tmp/a.zip", "a.zip"],
      pictures: ["aGk="],
    });
  });

  test("is every value of data, what its text alone says, and no label", () => {
    const structuredContent = { name: "brass lamp", kind: "file", size: 7, sold: true };
    const schema = {
      type: "object",
      properties: { kind: { enum: ["file", "directory"] }, name: { type: "string" } },
    };
    const said = toText('Name: brass lamp, left: <untrusted from="shop">secretly</untrusted>');
    const received = toReceived({ ...said, structuredContent }, schema);
    const isLabel = (word: string) => ["Name", "left"].includes(word);
    const { pieces } = toPayload(received, received, isLabel);
    expect(pieces).toEqual(expect.arrayContaining(["brass lamp", "7", "secretly"]));
    expect(pieces).toEqual(expect.arrayContaining(['<untrusted from="shop">', "</untrusted>"]));
    expect(pieces).not.toContain("file");
    expect(pieces).not.toContain("Name");
  });

  test("leaves out what a scene says varies", () => {
    const received = toReceived(toText("left: 7 of 9 lamps"));
    const counted = { ...received, call: { ...call, varies: /\d+ of 9/ } };
    expect(toPayload(counted, counted, noLabels).pieces).toEqual(["left:", "lamps"]);
  });

  test("leaves out what differs from run to run, and nothing else", () => {
    const first = toReceived(toText("posted at 11:02:03 by Ada\nthe end"));
    const second = toReceived(toText("posted at 11:02:59 by Ada\nthe end"));
    const { pieces } = toPayload(first, second, noLabels);
    expect(pieces).toEqual(["posted", "the end"]);
  });
});

describe("what is lost", () => {
  const shown = { texts: [], pictures: [], files: [] };

  test("is a line that a host cuts out", () => {
    const payload = { pieces: ["line 1 of 2", "line 2 of 2"], pictures: [] };
    expect(findLost(payload, { ...shown, texts: ["line 1 of 2\n..."] })).toEqual({
      total: 2,
      lost: ["line 2 of 2"],
    });
  });

  test("is not what stands in JSON, or in JSON inside of JSON", () => {
    const payload = { pieces: ['a "b"', "Grüße", "C:\\new"], pictures: [] };
    const once = JSON.stringify({ text: 'a "b"\nGrüße\nC:\\new' });
    for (const text of [once, `Output:\n${once}`, JSON.stringify({ inner: once })]) {
      expect(findLost(payload, { ...shown, texts: [text] }).lost, text).toEqual([]);
    }
  });

  test("is a short piece that only stands within another word", () => {
    const lost = (text: string) =>
      findLost({ pieces: ["7"], pictures: [] }, { ...shown, texts: [text] }).lost;
    expect([lost("17 lamps"), lost("7 lamps")]).toEqual([["7"], []]);
  });

  test("is a picture that did not come as one, or came as another", () => {
    const payload = { pieces: [], pictures: ["aGk="] };
    expect(findLost(payload, shown).lost).toEqual(["picture 1"]);
    expect(findLost(payload, { ...shown, pictures: ["eW8="] }).lost).toEqual(["picture 1"]);
    expect(findLost(payload, { ...shown, pictures: ["aGk="] }).lost).toEqual([]);
  });

  test("is everything of a call that was never answered", () => {
    expect(findLost({ pieces: ["one"], pictures: [] }, undefined).lost).toHaveLength(1);
  });
});

test("a script that fails is told to its host, and ends nothing else", async () => {
  const failing = {
    ...messages,
    listResults: () => {
      throw new Error("no such answer");
    },
  };
  const model = await startModel(failing, [call]);
  onTestFinished(() => model.close());
  for (let turn = 0; turn < 2; turn += 1) {
    const response = await fetch(`${model.url}/v1/messages`, {
      method: "POST",
      body: JSON.stringify({ tools: [declared], messages: [] }),
    });
    expect([response.status, await response.text()]).toEqual([500, "Error: no such answer"]);
  }
});

test("a call takes a cursor from the last answer that tells one", () => {
  const answers = ['{"next_cursor":"old.1"}', '[More: call again with cursor "new.2".]', "none"];
  const given = { arguments: { limit: 1 }, heard: { cursor } };
  expect(toArguments(given, answers)).toEqual({ limit: 1, cursor: "new.2" });
  expect(toArguments(given, [])).toEqual({ limit: 1 });
});

const declared = { name: "mcp__shop__look", parameters: { type: "object" } };
const id = "call_0000";
const said = { name: "look", response: { output: "lit" } };
const url = "data:image/png;base64,aGk=";

/** What a host of each dialect posts: its tools, and the answer of a tool. */
const dialects = {
  messages: {
    dialect: messages,
    path: "/v1/messages",
    tools: { tools: [declared] },
    answer: {
      messages: [
        {
          role: "user",
          content: [
            {
              ...{ type: "tool_result", tool_use_id: id },
              content: [
                { type: "text", text: "lit" },
                { type: "image", source: { type: "base64", data: "aGk=" } },
              ],
            },
          ],
        },
      ],
    },
  },
  responses: {
    dialect: responses,
    path: "/v1/responses",
    tools: { tools: [{ type: "namespace", name: "mcp__shop", tools: [{ name: "look" }] }] },
    answer: {
      input: [
        {
          ...{ type: "function_call_output", call_id: id },
          output: [
            { type: "input_text", text: "lit" },
            { type: "input_image", image_url: url },
          ],
        },
      ],
    },
  },
  generateContent: {
    dialect: generateContent,
    path: "/v1beta/models/scripted:streamGenerateContent",
    tools: { tools: [{ functionDeclarations: [declared] }] },
    answer: {
      contents: [
        {
          role: "user",
          parts: [
            { functionResponse: { id, ...said } },
            { inlineData: { mimeType: "image/png", data: "aGk=" } },
          ],
        },
      ],
    },
  },
  chatCompletions: {
    dialect: chatCompletions,
    path: "/v1/chat/completions",
    tools: { tools: [{ type: "function", function: declared }] },
    answer: {
      messages: [
        { role: "tool", tool_call_id: id, content: "lit" },
        { role: "user", content: [{ type: "image_url", image_url: { url } }] },
      ],
    },
  },
};

describe.for(Object.entries(dialects))("a model that speaks %s", ([, { dialect, ...host }]) => {
  test("asks for what the script says, sees the answer, and is done", async () => {
    const model = await startModel(dialect, [call], { wait_for_previous: true });
    onTestFinished(() => model.close());
    const post = async (body: object) => {
      const response = await fetch(model.url + host.path, {
        method: "POST",
        body: JSON.stringify(body),
      });
      return response.text();
    };
    const asked = await post(host.tools);
    expect(asked).toContain("look");
    expect(asked).toContain("wait_for_previous");
    expect(asked).toContain("lamps");
    expect(await post({ ...host.tools, ...host.answer })).toContain("done");
    expect(model.firstTools().map(({ name }) => name)).toHaveLength(1);
    const shown = model.shown(0);
    expect(shown?.texts.join("")).toContain("lit");
    expect(shown?.pictures).toEqual(["aGk="]);
    expect(model.missing()).toEqual([]);
  });

  test("takes no tool whose name only ends alike", async () => {
    const model = await startModel(dialect, [{ ...call, tool: "ook" }]);
    onTestFinished(() => model.close());
    const body = JSON.stringify(host.tools).replaceAll("look", "over_ook");
    await fetch(model.url + host.path, { method: "POST", body });
    expect(model.missing()).toMatchObject([{ tool: "ook" }]);
  });

  test("names a call whose tool the host does not list", async () => {
    const model = await startModel(dialect, [{ ...call, tool: "dim" }]);
    onTestFinished(() => model.close());
    const body = JSON.stringify(host.tools);
    const response = await fetch(model.url + host.path, { method: "POST", body });
    expect(await response.text()).toContain("done");
    expect(model.missing()).toMatchObject([{ tool: "dim" }]);
  });
});

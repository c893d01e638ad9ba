import { audio, defineTool, embedded, image, link, reply, text } from "@fairlead/define";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type Listening, legacy, listen, modern, send } from "./fixture/http.ts";
import { plain, serverOf } from "./fixture/make.ts";

const bytes = new Uint8Array([0, 1, 2, 250, 251]).subarray(1, 4);
const linked = {
  uri: "test://c",
  name: "c",
  title: "See",
  mimeType: "text/csv",
  size: 1_234,
  description: "Rows.",
};
const parts = defineTool({
  ...plain,
  name: "parts",
  output: z.void(),
  run: () =>
    reply(
      text("words", { priority: 1 }),
      image(bytes, "image/png"),
      audio(bytes, "audio/wav"),
      embedded("test://a", "body", "text/plain"),
      embedded("test://b", bytes),
      link(linked),
    ),
});

let listening: Listening;
beforeAll(async () => {
  listening = await listen(serverOf([parts]));
});
afterAll(() => listening.close());

const data = "AQL6";
const whole = [
  { type: "text", text: "words", annotations: { priority: 1 } },
  { type: "image", data, mimeType: "image/png" },
  { type: "text", text: "[Sound: audio/wav, 3 bytes]" },
  { type: "audio", data, mimeType: "audio/wav" },
  { type: "resource", resource: { uri: "test://a", mimeType: "text/plain", text: "body" } },
  { type: "resource", resource: { uri: "test://b", blob: data } },
  { type: "text", text: "[File: See (c), text/csv, 1,234 bytes: test://c. Rows.]" },
  { type: "resource_link", ...linked },
];

test("every kind of content, and no structure where there is none", async () => {
  const { message } = await send(listening.url, ...modern("tools/call", { name: "parts" }));
  expect(message).toMatchObject({ result: { content: whole } });
  expect(message).not.toHaveProperty("result.structuredContent");
});

test.for(["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"])(
  "what %s does not know is told in words",
  async (version) => {
    const asked = legacy("tools/call", { name: "parts" }, { version });
    const { message } = await send(listening.url, ...asked);
    const links = version >= "2025-06-18";
    const sounds = version >= "2025-03-26";
    expect(message).toEqual({
      jsonrpc: "2.0",
      id: 1,
      result: {
        content: [...whole.slice(0, sounds ? 4 : 3), ...whole.slice(4, links ? 8 : 7)],
      },
    });
  },
);

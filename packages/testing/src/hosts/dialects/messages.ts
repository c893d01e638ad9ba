import { at, listAt, textAt } from "../json.ts";
import { type Ask, type Dialect, farewell, type Shown, toEvent } from "./dialect.ts";

/** Anthropic's Messages, which Claude Code speaks. */
export const messages: Dialect = {
  isTurn: (path, body) => /\/v1\/messages$/.test(path) && listAt(body, "tools").length > 0,
  listTools: (body) =>
    listAt(body, "tools").map((tool) => ({
      name: textAt(tool, "name"),
      schema: at(tool, "input_schema"),
    })),
  listResults(body) {
    const blocks = listAt(body, "messages").flatMap((message) => listAt(message, "content"));
    const results = blocks.filter((block) => at(block, "type") === "tool_result");
    return new Map(
      results.map((block) => [textAt(block, "tool_use_id"), toShown(at(block, "content"))]),
    );
  },
  toTurn(asks) {
    const blocks = asks.length === 0 ? [toWords()] : asks.map(toUse);
    const stop = asks.length === 0 ? "end_turn" : "tool_use";
    return toMessage(blocks, stop);
  },
  toOther(path) {
    if (path.endsWith("/count_tokens")) return JSON.stringify({ input_tokens: 1 });
    return toMessage([toWords()], "end_turn");
  },
};

interface Block {
  readonly start: object;
  readonly delta: object;
}

function toWords(): Block {
  return {
    start: { type: "text", text: "" },
    delta: { type: "text_delta", text: farewell },
  };
}

function toUse({ id, tool, arguments: input }: Ask): Block {
  return {
    start: { type: "tool_use", id, name: tool.name, input: {} },
    delta: { type: "input_json_delta", partial_json: JSON.stringify(input) },
  };
}

function toMessage(blocks: readonly Block[], stop_reason: string): string {
  const usage = { input_tokens: 1, output_tokens: 1 };
  const message = {
    ...{ id: "msg_1", type: "message", role: "assistant", model: "scripted", content: [] },
    ...{ stop_reason: null, stop_sequence: null, usage },
  };
  const events: { type: string; [field: string]: unknown }[] = [
    { type: "message_start", message },
    ...blocks.flatMap(({ start, delta }, index) => [
      { type: "content_block_start", index, content_block: start },
      { type: "content_block_delta", index, delta },
      { type: "content_block_stop", index },
    ]),
    { type: "message_delta", delta: { stop_reason, stop_sequence: null }, usage },
    { type: "message_stop" },
  ];
  return events.map((event) => toEvent(event, event.type)).join("");
}

function toShown(content: unknown): Shown {
  if (typeof content === "string") return { texts: [content], pictures: [], files: [] };
  const blocks = Array.isArray(content) ? content : [];
  const pick = (type: string) => blocks.filter((block) => at(block, "type") === type);
  return {
    texts: pick("text").map((block) => textAt(block, "text")),
    pictures: pick("image").map((block) => textAt(block, "source", "data")),
    files: pick("document").map((block) => textAt(block, "source", "data")),
  };
}

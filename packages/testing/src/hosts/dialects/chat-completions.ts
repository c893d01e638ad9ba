import { at, listAt, textAt } from "../json.ts";
import { type Dialect, farewell, readDataUrl, type Shown, toEvent } from "./dialect.ts";

/** OpenAI's Chat Completions, which opencode speaks to any compatible provider. */
export const chatCompletions: Dialect = {
  isTurn: (path, body) => path.endsWith("/chat/completions") && listAt(body, "tools").length > 0,
  listTools: (body) =>
    listAt(body, "tools").map((tool) => ({
      name: textAt(tool, "function", "name"),
      schema: at(tool, "function", "parameters"),
    })),
  listResults(body) {
    const results = new Map<string, Shown>();
    let answered: string[] = [];
    for (const message of listAt(body, "messages")) {
      const shown = toShown(at(message, "content"));
      if (at(message, "role") === "tool") {
        answered.push(textAt(message, "tool_call_id"));
        results.set(textAt(message, "tool_call_id"), shown);
        continue;
      }
      // A tool's message holds text alone: the pictures of a turn come in a message after it.
      if (at(message, "role") === "user") {
        for (const id of answered) results.set(id, join(results.get(id) ?? shown, shown));
      }
      answered = [];
    }
    return results;
  },
  toTurn(asks) {
    if (asks.length === 0) return toOne({ role: "assistant", content: farewell }, "stop");
    const tool_calls = asks.map(({ id, tool, arguments: input }, index) => ({
      ...{ index, id, type: "function" },
      function: { name: tool.name, arguments: JSON.stringify(input) },
    }));
    return toOne({ role: "assistant", tool_calls }, "tool_calls");
  },
  toOther: () => toOne({ role: "assistant", content: farewell }, "stop"),
};

function toOne(delta: object, finish_reason: string): string {
  const chunk = { id: "chat_1", object: "chat.completion.chunk", created: 1, model: "scripted" };
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  return [
    toEvent({ ...chunk, choices: [{ index: 0, delta, finish_reason: null }] }),
    toEvent({ ...chunk, choices: [{ index: 0, delta: {}, finish_reason }], usage }),
    "data: [DONE]\n\n",
  ].join("");
}

function toShown(content: unknown): Shown {
  if (typeof content === "string") return { texts: [content], pictures: [], files: [] };
  const parts = Array.isArray(content) ? content : [];
  const pick = (type: string) => parts.filter((part) => at(part, "type") === type);
  return {
    texts: pick("text").map((part) => textAt(part, "text")),
    pictures: pick("image_url").map((part) => readDataUrl(textAt(part, "image_url", "url")).data),
    files: [
      ...pick("file").map((part) => readDataUrl(textAt(part, "file", "file_data")).data),
      ...pick("input_audio").map((part) => textAt(part, "input_audio", "data")),
    ],
  };
}

function join(one: Shown, other: Shown): Shown {
  return {
    texts: [...one.texts, ...other.texts],
    pictures: [...one.pictures, ...other.pictures],
    files: [...one.files, ...other.files],
  };
}

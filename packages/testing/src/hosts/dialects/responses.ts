import { at, listAt, textAt } from "../json.ts";
import {
  type Ask,
  type Dialect,
  farewell,
  type ListedTool,
  readDataUrl,
  type Shown,
  toEvent,
} from "./dialect.ts";

/** OpenAI's Responses, which Codex speaks. */
export const responses: Dialect = {
  isTurn: (path) => path.endsWith("/responses"),
  // A model that Codex knows has to search for tools: they are in what was found.
  listTools: (body) =>
    [body, ...listAt(body, "input")].flatMap((found) => listAt(found, "tools")).flatMap(toListed),
  listResults(body) {
    const outputs = listAt(body, "input").filter(
      (item) => at(item, "type") === "function_call_output",
    );
    return new Map(outputs.map((item) => [textAt(item, "call_id"), toShown(at(item, "output"))]));
  },
  toTurn(asks) {
    return toResponse(asks.length === 0 ? [toWords()] : asks.map(toCall));
  },
  toSearch(body, id, query) {
    if (!listAt(body, "tools").some((tool) => at(tool, "type") === "tool_search")) return undefined;
    return toResponse([
      {
        ...{ type: "tool_search_call", call_id: id, execution: "client", status: "completed" },
        arguments: { query, limit: 100 },
      },
    ]);
  },
  toOther: () => JSON.stringify({ data: [], models: [] }),
};

function toResponse(items: readonly object[]): string {
  const response = { id: "resp_1", object: "response", status: "completed", output: items };
  const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
  const events: { type: string; [field: string]: unknown }[] = [
    { type: "response.created", response: { id: "resp_1" } },
    ...items.map((item, output_index) => ({
      type: "response.output_item.done",
      output_index,
      item,
    })),
    { type: "response.completed", response: { ...response, usage } },
  ];
  return events.map((event) => toEvent(event, event.type)).join("");
}

/** Tools of one server come together, in a namespace. */
function toListed(tool: unknown): readonly ListedTool[] {
  const named = { name: textAt(tool, "name"), schema: at(tool, "parameters") };
  if (at(tool, "type") !== "namespace") return [named];
  return listAt(tool, "tools")
    .flatMap(toListed)
    .map((inner) => ({ ...inner, namespace: named.name }));
}

function toWords() {
  return {
    ...{ type: "message", id: "msg_1", role: "assistant", status: "completed" },
    content: [{ type: "output_text", text: farewell, annotations: [] }],
  };
}

function toCall({ id, tool, arguments: input }: Ask) {
  return {
    ...{ type: "function_call", id: `fc_${id}`, call_id: id, name: tool.name },
    ...(tool.namespace !== undefined && { namespace: tool.namespace }),
    arguments: JSON.stringify(input),
    status: "completed",
  };
}

function toShown(output: unknown): Shown {
  if (typeof output === "string") return { texts: [output], pictures: [], files: [] };
  const items = Array.isArray(output) ? output : [];
  const pick = (type: string) => items.filter((item) => at(item, "type") === type);
  return {
    texts: pick("input_text").map((item) => textAt(item, "text")),
    pictures: pick("input_image").map((item) => readDataUrl(textAt(item, "image_url")).data),
    files: pick("input_file").map((item) => readDataUrl(textAt(item, "file_data")).data),
  };
}

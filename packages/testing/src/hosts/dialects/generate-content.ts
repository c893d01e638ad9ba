import { at, listAt, textAt } from "../json.ts";
import { type Dialect, farewell, type Shown, toEvent } from "./dialect.ts";

const usageMetadata = { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 };

/** Google's generateContent, which Gemini CLI speaks. */
export const generateContent: Dialect = {
  isTurn: (path, body) =>
    path.includes(":streamGenerateContent") && listAt(body, "tools").length > 0,
  listTools: (body) =>
    listAt(body, "tools")
      .flatMap((tool) => listAt(tool, "functionDeclarations"))
      .map((declared) => ({
        name: textAt(declared, "name"),
        schema: at(declared, "parametersJsonSchema") ?? at(declared, "parameters"),
      })),
  listResults(body) {
    const results = new Map<string, Shown>();
    let last = "";
    for (const part of listAt(body, "contents").flatMap((content) => listAt(content, "parts"))) {
      const response = at(part, "functionResponse");
      if (response !== undefined) {
        last = textAt(response, "id");
        results.set(last, toShown(response));
      } else {
        // Models that take no pictures inside of a response get them after it.
        const before = results.get(last);
        const inline = at(part, "inlineData");
        if (before && inline !== undefined) results.set(last, add(before, [part]));
      }
    }
    return results;
  },
  toTurn(asks) {
    const parts =
      asks.length === 0
        ? [{ text: farewell }]
        : asks.map(({ id, tool, arguments: args }) => ({
            functionCall: { id, name: tool.name, args },
          }));
    const content = { role: "model", parts };
    return toEvent({
      candidates: [{ content, finishReason: "STOP", index: 0 }],
      usageMetadata,
      modelVersion: "scripted",
    });
  },
  toOther(path) {
    if (path.endsWith(":countTokens")) return JSON.stringify({ totalTokens: 1 });
    const content = { role: "model", parts: [{ text: farewell }] };
    const answer = { candidates: [{ content, finishReason: "STOP", index: 0 }], usageMetadata };
    return path.includes(":stream") ? toEvent(answer) : JSON.stringify(answer);
  },
};

function toShown(response: unknown): Shown {
  const answer = at(response, "response");
  const texts = answer === undefined ? [] : Object.values(Object(answer)).map(toText);
  return add({ texts, pictures: [], files: [] }, listAt(response, "parts"));
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function add({ texts, pictures, files }: Shown, parts: readonly unknown[]): Shown {
  const inline = parts.flatMap((part) => at(part, "inlineData") ?? []);
  const isPicture = (data: unknown) => textAt(data, "mimeType").startsWith("image/");
  return {
    texts: [...texts, ...parts.map((part) => textAt(part, "text"))],
    pictures: [...pictures, ...inline.filter(isPicture).map((data) => textAt(data, "data"))],
    files: [
      ...files,
      ...inline.filter((data) => !isPicture(data)).map((data) => textAt(data, "data")),
    ],
  };
}

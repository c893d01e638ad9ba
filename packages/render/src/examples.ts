import { isRecord } from "@fairlead/guard/record";

/** A tool call that documents show, and the text that the server answered it with. */
export interface Example {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** The lines of the answer; none until it has been recorded. */
  readonly answer: readonly string[];
}

/** Reads the JSON of an examples.json; throws what is wrong with it. */
export function readExamples(json: unknown): Example[] {
  if (!Array.isArray(json)) throw new TypeError("examples.json must be a list of calls.");
  return json.map((entry: unknown, at) => {
    const { tool, arguments: given, answer = [] } = Object(entry);
    if (typeof tool === "string" && isRecord(given) && isLines(answer)) {
      return { tool, arguments: given, answer };
    }
    throw new TypeError(
      `examples.json, entry ${at + 1}: it needs \`tool\`, \`arguments\` and lines of \`answer\`.`,
    );
  });
}

function isLines(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((line) => typeof line === "string");
}

import { readFileSync } from "node:fs";
import { isSurface } from "@fairlead/define/start";
import { type Example, readExamples } from "@fairlead/render";
import { isJson } from "../protocol/json-rpc.ts";

/** Text of one run or one machine, such as a path, and what documents show in its place. */
export interface Stand {
  readonly real: string | RegExp;
  readonly shown: string;
}

/** A server to run examples on, with the backend they are about. */
export interface Replay {
  /** The package's folder: examples.json and surface.json are found from here. */
  readonly root: URL;
  /** Calls a tool through some client and gives the result as it is on the wire. */
  call(tool: string, args: Record<string, unknown>): Promise<unknown>;
  readonly stands?: readonly Stand[];
}

/**
 * Runs the calls of a package's examples.json in their order and returns the text that the file
 * should have: each call with the answer it has just got. Throws if a call fails or a toolset has no
 * example. A test compares the text to the file; vitest's `toMatchFileSnapshot` also records it.
 */
export async function replayExamples({ root, call, stands = [] }: Replay): Promise<string> {
  const examples = readExamples(readJson(root, "examples.json"));
  assertEveryToolset(readJson(root, "surface.json"), examples);
  const recorded: Example[] = [];
  for (const { tool, arguments: given } of examples) {
    const result = await call(tool, toReal(given, stands));
    const text = toText(result);
    if (isJson(result) && result["isError"] === true)
      throw new Error(`examples.json: ${tool} fails. ${text}`);
    if (text === "") throw new Error(`examples.json: the answer of ${tool} holds no text to show.`);
    recorded.push({ tool, arguments: given, answer: toShown(text, stands).split("\n") });
  }
  return `${JSON.stringify(recorded, null, 2)}\n`;
}

/** The text blocks of a result, joined by newlines. */
function toText(result: unknown): string {
  const content = isJson(result) ? result["content"] : undefined;
  const blocks = Array.isArray(content) ? content.filter(isJson) : [];
  return blocks.flatMap(({ text }) => (typeof text === "string" ? [text] : [])).join("\n");
}

function readJson(root: URL, name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, root), "utf8"));
}

function assertEveryToolset(surface: unknown, examples: readonly Example[]): void {
  if (!isSurface(surface)) throw new TypeError("surface.json is not a Surface: run the generator.");
  const shown = new Set(examples.map(({ tool }) => tool));
  const bare = surface.toolsets
    .filter(({ tools }) => !tools.some(({ wire }) => shown.has(wire.name)))
    .map(({ name }) => name);
  if (bare.length > 0) {
    throw new Error(`examples.json has no example for these toolsets: ${bare.join(", ")}.`);
  }
}

/** The arguments as they are sent: what documents show gives way to what this run has. */
function toReal(given: Example["arguments"], stands: readonly Stand[]): Record<string, unknown> {
  const replace = (text: string) =>
    stands.reduce(
      (all, { real, shown }) => (typeof real === "string" ? all.replaceAll(shown, real) : all),
      text,
    );
  return JSON.parse(JSON.stringify(given), (_, value: unknown) =>
    typeof value === "string" ? replace(value) : value,
  );
}

function toShown(text: string, stands: readonly Stand[]): string {
  return stands.reduce((all, { real, shown }) => all.replaceAll(real, () => shown), text);
}

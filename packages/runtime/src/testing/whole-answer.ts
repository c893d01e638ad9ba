import { deepStrictEqual, fail, ok, strictEqual } from "node:assert/strict";
import type { SurfaceTool, Tool } from "@fairlead/define";
import { isRecord } from "@fairlead/guard/record";
import { Room, toBudget } from "@fairlead/guard/text";
import type { Json } from "../protocol/json-rpc.ts";

/** Where an answer came from, as far as the test that received it knows. */
export interface AnswerOrigin {
  readonly surface?: SurfaceTool | undefined;
  readonly tool?: Tool | undefined;
  /** Characters; by default the budget of a server that was told nothing else. */
  readonly budget?: number | undefined;
}

/** Below this the notices alone fill a budget. */
const smallestBudget = 2_000;

/**
 * Throws AssertionError where some host would keep a part of a tool's answer from its model: Claude
 * Code and Codex show structured content in place of everything else, most others the text alone,
 * and hardly any shows an embedded file. So data stands whole in both forms, the text being made of
 * the structured form and nothing else, and what is not data has content blocks only.
 */
export function assertWhole(result: Json, origin: AnswerOrigin = {}): void {
  const blocks = Array.isArray(result["content"]) ? result["content"].filter(isRecord) : [];
  const texts = blocks.flatMap(({ text }) => (typeof text === "string" ? [text] : []));
  const { structuredContent } = result;
  if (structuredContent === undefined) assertBlocks(blocks, texts);
  else {
    strictEqual(texts.length, blocks.length, "structured content hides pictures, links and files");
    assertBothForms(structuredContent, texts.join("\n"), origin);
  }
  assertFits(texts, structuredContent, origin.budget ?? 39_900);
}

function assertBlocks(blocks: readonly Json[], texts: readonly string[]): void {
  for (const { type, uri } of blocks) {
    ok(
      type !== "resource",
      "an embedded file is hidden from the model: answer with text or a link",
    );
    const named = type !== "resource_link" || texts.some((text) => text.includes(String(uri)));
    ok(named, `no text tells of the link ${String(uri)}`);
  }
  const first = blocks[0]?.["text"];
  ok(
    typeof first !== "string" || !isBareJson(first),
    "Gemini CLI refuses an answer whose first text is JSON, but not a JSON object",
  );
}

function assertBothForms(structured: unknown, text: string, { surface, tool }: AnswerOrigin): void {
  const schema = surface?.wire.outputSchema;
  const wrapped = schema !== undefined && schema["type"] !== "object" && isWrapped(structured);
  const value = wrapped ? structured["result"] : structured;
  if (tool?.render === undefined) {
    const json = text.slice(Math.max(text.search(/^[[{]/m), 0));
    if (isJsonText(json)) return deepStrictEqual(JSON.parse(json), value);
  }
  for (const fence of text.match(/<\/?untrusted[^>]*>/g) ?? []) {
    ok(holds(value, fence), `only the text has ${fence}`);
  }
  if (tool?.render !== undefined) {
    // The text is a function of the structured form, so it has no word that is not in there too.
    const rendered = tool.render(value);
    ok(text.startsWith(rendered), "the text is made of more than the structured content");
    assertNotice(text.slice(rendered.length), value);
  }
  for (const leaf of listLeaves(value, schema)) {
    ok(
      occurs(leaf, text),
      `only the structured content has ${JSON.stringify(leaf)}:\n${text.slice(0, 500)}`,
    );
  }
}

/** What the runtime adds to a rendering stands in the structured form as well. */
function assertNotice(added: string, value: unknown): void {
  if (added === "") return;
  const notice = /^\n\n\[(.+)\]$/s.exec(added)?.[1] ?? fail(`the text alone has ${added}`);
  const cursor = /cursor ("[^"]*")\.$/.exec(notice)?.[1];
  const told = isRecord(value) && value["notice"] === notice;
  ok(
    told || (cursor !== undefined && holds(value, JSON.parse(cursor))),
    `only the text says: ${notice}`,
  );
}

function assertFits(texts: readonly string[], structured: unknown, budget: number): void {
  if (budget < smallestBudget) return;
  const forms = [texts, ...(structured === undefined ? [] : [[JSON.stringify(structured)]])];
  for (const form of forms) {
    const room = new Room(toBudget(budget));
    // The lines that tell of links and sounds come on top.
    const counted = form.filter((text) => !/^\[(File|Sound): /.test(text));
    ok(
      counted.every((text) => room.take(text)),
      `the answer exceeds ${budget} characters' budget`,
    );
  }
}

/** Every string and number of a value, without those its schema gives as constants. */
function listLeaves(value: unknown, schema: unknown): readonly (string | number)[] {
  const known = isRecord(schema) ? schema : {};
  const branches = [known, ...toList(known["anyOf"]), ...toList(known["oneOf"])].filter(isRecord);
  if (typeof value === "string" || typeof value === "number") {
    return branches.some((branch) => "const" in branch || "enum" in branch) ? [] : [value];
  }
  if (Array.isArray(value)) {
    const items = branches.find((branch) => "items" in branch)?.["items"];
    return value.flatMap((item) => listLeaves(item, items));
  }
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const properties = branches.map((branch) => branch["properties"]).filter(isRecord);
    return listLeaves(member, properties.find((all) => key in all)?.[key]);
  });
}

function occurs(leaf: string | number, text: string): boolean {
  if (typeof leaf === "number") {
    return [String(leaf), leaf.toLocaleString("en-US")].some((form) => {
      const at = form.replaceAll(".", "\\.");
      return new RegExp(`(?<![\\d.])${at}(?!\\d)`).test(text);
    });
  }
  if (text.includes(leaf) || text.includes(JSON.stringify(leaf).slice(1, -1))) return true;
  // A rendering may indent what has several lines.
  return leaf.split("\n").every((line) => text.includes(line.trim()));
}

function holds(value: unknown, wanted: unknown): boolean {
  return listLeaves(value, undefined).some((leaf) => String(leaf).includes(String(wanted)));
}

function isWrapped(value: unknown): value is { readonly result: unknown } {
  return isRecord(value) && Object.keys(value).length === 1 && "result" in value;
}

function isBareJson(text: string): boolean {
  return isJsonText(text) && !isRecord(JSON.parse(text));
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

import type { JsonSchema } from "../schema.ts";
import { toList } from "./json.ts";

/** Any object. Silence would be read as "no members" or as a string, so it is said. */
export const anyObject: JsonSchema = { type: "object", additionalProperties: true };

const simple: readonly JsonSchema[] = [
  ...["string", "number", "boolean", "null"].map((type) => ({ type })),
  anyObject,
];

/** How deep lists may lie in lists of what may be anything, which no portable schema leaves open. */
const nesting = 2;

/**
 * Any JSON value. An empty schema says the same to a validator, but OpenAI and Gemini refuse it and
 * Codex takes it for a string; so each type is named. Lists of lists of lists go no further.
 */
export const anyValue: JsonSchema = toAny(nesting);

function toAny(depth: number): JsonSchema {
  const lists = depth > 0 ? [{ type: "array", items: toAny(depth - 1) }] : [];
  return { anyOf: [...simple, ...lists] };
}

const choices = toList(anyValue["anyOf"]);
const text = JSON.stringify(choices);

/** Whether a portable schema takes any JSON value. */
export function isAnyValue({ anyOf }: JsonSchema): boolean {
  const branches = toList(anyOf);
  return branches.length === choices.length && JSON.stringify(branches) === text;
}

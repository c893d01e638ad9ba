import type { CallContext, Prompt, PromptMessage } from "@fairlead/define";
import { text } from "@fairlead/define/run";
import { explain } from "@fairlead/define/start";
import type { Budget } from "@fairlead/guard/text";
import { fitParts } from "../../call/answer/budget.ts";
import { type ContentLimits, toBlock } from "../../call/answer/content.ts";
import { invalidParams, isJson } from "../json-rpc.ts";

/** Throws ProtocolError -32602 for a name the server does not have. */
export function findPrompt(prompts: readonly Prompt[] | undefined, name: unknown): Prompt {
  const prompt = prompts?.find((candidate) => candidate.name === name);
  if (prompt) return prompt;
  if (typeof name !== "string") throw invalidParams("name is required (string).");
  const known = prompts?.map((candidate) => candidate.name).join(", ");
  throw invalidParams(`Unknown prompt: ${name}. Known prompts: ${known || "none"}.`);
}

/** The `messages` of a `prompts/get` result as JSON, cut to the budget; throws ProtocolError for bad arguments. */
export async function getMessages(
  prompt: Prompt,
  given: unknown,
  context: CallContext,
  { budget, ...limits }: ContentLimits & { readonly budget: Budget },
): Promise<string> {
  const args = readArguments(prompt, given);
  const answer = await getAnswer(prompt, args, context);
  const messages: readonly PromptMessage[] =
    typeof answer === "string" ? [{ role: "user", content: text(answer) }] : answer;
  const parts = messages.map(({ role, content }) => ({ ...content, role }));
  const blocks = fitParts(parts, budget).map(
    ({ role, ...content }) => `{"role":"${role}","content":${toBlock(content, limits)}}`,
  );
  return `[${blocks.join(",")}]`;
}

async function getAnswer(prompt: Prompt, args: Record<string, unknown>, context: CallContext) {
  try {
    return await prompt.get(args, context);
  } catch (error) {
    const explained = explain(error);
    throw explained === undefined ? error : invalidParams(explained);
  }
}

function readArguments(prompt: Prompt, given: unknown): Record<string, unknown> {
  const args = given ?? {};
  if (!isJson(args)) throw invalidParams("arguments must be an object of strings.");
  const known = Object.keys(prompt.arguments.shape);
  const unknown = Object.keys(args).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw invalidParams(
      `${prompt.name} has no argument "${unknown}". Expected: ${known.join(", ") || "none"}.`,
    );
  }
  const parsed = prompt.arguments.safeParse(args);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw invalidParams(`${prompt.name}: ${problems.join("; ")}`);
}

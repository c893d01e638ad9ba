import type { ToolCall } from "@fairlead/define";

/**
 * Whether an earlier round of a call has taken its cost already: the client sends the call again with the
 * answers of its user, and must not have to wait between question and answer. For a tool that only reads,
 * each round costs, since its state may be sent any number of times.
 */
export function isPaid({ resumes, effect }: ToolCall): boolean {
  return resumes === true && (typeof effect === "string" ? effect : effect.most) !== "read";
}

import type { Context } from "./context.ts";
import { completeEmoji } from "./read/lookups.ts";

type Call = Context & { readonly signal: AbortSignal };

/** Names for anyone who fills in the arguments of prompts and resources. */
export const complete = {
  channel: (value: string, { slack, signal }: Call) => slack.channels.complete(value, signal),
  user: (value: string, { slack, signal }: Call) => slack.people.complete(value, signal),
  emoji: (value: string, { slack, signal }: Call) => completeEmoji(slack, value, signal),
};

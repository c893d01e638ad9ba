import type { Request } from "./envelope.ts";

/** Answers a request with the JSON of its result. */
export type Method = (request: Request) => string | Promise<string>;

/** The requests of the protocol's core in any revision, those that only clients answer included. */
const coreMethods = [
  ...["initialize", "ping", "server/discover", "subscriptions/listen", "logging/setLevel"],
  ...["tools/list", "tools/call", "prompts/list", "prompts/get", "completion/complete"],
  ...["resources/list", "resources/templates/list", "resources/read"],
  ...["resources/subscribe", "resources/unsubscribe"],
  ...["sampling/createMessage", "elicitation/create", "roots/list"],
] as const;

export type CoreMethod = (typeof coreMethods)[number];

/** Whether a name is the core's: that of a request, or one that only a notification can have. */
export function isCoreMethod(name: string): boolean {
  return name.startsWith("notifications/") || coreMethods.some((method) => method === name);
}

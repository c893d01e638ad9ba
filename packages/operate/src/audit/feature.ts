import type { ToolCall } from "@fairlead/define";

/** What a request that is not a tool call asks for. */
export interface Feature {
  readonly method: string;
  /** The URI of a resource, or of a template that is completed. */
  readonly resource?: string;
  readonly prompt?: string;
  /** What else it says: the arguments of a prompt, or what a client listens to. */
  readonly arguments?: unknown;
}

/** Such a request on its way, for middleware: in place of a tool it has the name of its method. */
export interface FeatureCall extends ToolCall {
  readonly feature: Feature;
}

/** Whether a call is one of a tool, or a request for something else. */
export function isFeatureCall(call: ToolCall): call is FeatureCall {
  return "feature" in call;
}

import type { Surface } from "@fairlead/define";

/** Stands for every name that the server does not know, as in OpenTelemetry's `error.type`. */
export const other = "_OTHER";

/** The requests of the protocol that a server answers, in any revision. */
const methods = [
  ...["initialize", "ping", "server/discover", "subscriptions/listen", "logging/setLevel"],
  ...["tools/list", "tools/call", "prompts/list", "prompts/get", "completion/complete"],
  ...["resources/list", "resources/templates/list", "resources/read"],
  ...["resources/directory/read", "resources/subscribe", "resources/unsubscribe"],
  ...["tasks/get", "tasks/update", "tasks/cancel", "tasks/result", "tasks/list"],
];

/** What a request is about, in names of which there are only so many. */
export interface Subject {
  readonly method: string;
  /** The tool as it is listed, whatever alias the client used. */
  readonly tool: string | undefined;
  readonly prompt: string | undefined;
}

/**
 * Tells what a request is about. A client chooses the names in it, and a label for each would let one
 * client fill the memory of the server and of whatever collects from it.
 */
export class Names {
  readonly #methods = new Map<string, Subject>();
  readonly #tools = new Map<string, Subject>();
  readonly #prompts = new Map<string, Subject>();
  readonly #unknown = toSubject(other);
  readonly #unknownTool = toSubject("tools/call", { tool: other });
  readonly #unknownPrompt = toSubject("prompts/get", { prompt: other });

  constructor({ toolsets, prompts }: Pick<Surface, "toolsets" | "prompts">) {
    for (const method of methods) this.#methods.set(method, toSubject(method));
    for (const { wire, aliases = [] } of toolsets.flatMap(({ tools }) => tools)) {
      const subject = toSubject("tools/call", { tool: wire.name });
      for (const name of [wire.name, ...aliases]) this.#tools.set(name, subject);
    }
    for (const { name } of prompts) {
      if (typeof name !== "string") continue;
      this.#prompts.set(name, toSubject("prompts/get", { prompt: name }));
    }
  }

  /** The same object for requests about the same thing. */
  find(method: string, params: unknown): Subject {
    if (method === "tools/call") return this.#tools.get(readName(params)) ?? this.#unknownTool;
    if (method === "prompts/get") return this.#prompts.get(readName(params)) ?? this.#unknownPrompt;
    return this.#methods.get(method) ?? this.#unknown;
  }
}

function toSubject(
  method: string,
  { tool, prompt }: { readonly tool?: string; readonly prompt?: string } = {},
): Subject {
  return { method, tool, prompt };
}

function readName(params: unknown): string {
  if (typeof params !== "object" || params === null || !("name" in params)) return "";
  return typeof params.name === "string" ? params.name : "";
}

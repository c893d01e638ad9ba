import type { Call } from "../call/call.ts";
import type { Request } from "./envelope.ts";
import type { Json } from "./json-rpc.ts";

/** What an extension's method answers. */
export interface ExtensionResult {
  readonly members: Json;
  /** `complete` by default (2026-07-28 basic/index, "Results"); older revisions have none. */
  readonly resultType?: string;
}

export type ExtensionMethod = (
  request: Request,
  call: Call,
) => ExtensionResult | Promise<ExtensionResult>;

/**
 * Methods that a server has besides those of the protocol's core: tasks, skills, a vendor's own. A
 * method of a call in flight can be cancelled, and ends with the server like any other.
 */
export interface Extension {
  /** Added to the server's capabilities: `{ extensions: { "com.example/notes": {} } }`. */
  readonly capabilities: Json;
  /** By name. No name of the core protocol may be taken, nor that of another extension. */
  readonly methods: ReadonlyMap<string, ExtensionMethod>;
  /** Throws ProtocolError for a request that may not use it: its revision or its client lacks something. */
  gate?(request: Request): void;
}

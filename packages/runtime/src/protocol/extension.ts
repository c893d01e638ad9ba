import type { Call } from "../call/call.ts";
import type { Request } from "./envelope.ts";
import type { Json } from "./json-rpc.ts";
import type { Era } from "./revisions.ts";

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
  /** The era whose clients alone know of it: to others its methods are unknown. All know without one. */
  readonly era?: Era;
  /** By name; a method that the server answers already cannot be taken. */
  readonly methods: ReadonlyMap<string, ExtensionMethod>;
  /** Throws ProtocolError for a request that may not use it: its revision or its client lacks something. */
  gate?(request: Request): void;
}

import type { LogLevel, Principal } from "../define/context.ts";
import type { ClientCapabilities } from "../define/metadata.ts";
import type { Json, RequestId } from "./json-rpc.ts";
import type { LegacyRevision } from "./revisions.ts";

/** A request that can still be cancelled. */
export interface Cancellable {
  cancel(reason: string): void;
}

/**
 * The other side, as a transport presents it: a whole process on stdio, one POST on HTTP. The
 * protocol writes what a handshake settled and the HTTP status of its answer into it.
 */
export interface Peer {
  readonly principal: Principal;
  /** HTTP request headers; absent where there is no header layer. */
  readonly headers?: { readonly [name: string]: string | readonly string[] | undefined };
  /** Settled by `initialize`; undefined for a client that never shook hands. */
  revision: LegacyRevision | undefined;
  logLevel: LogLevel | undefined;
  client: { readonly name: string; readonly version: string } | undefined;
  clientCapabilities: ClientCapabilities;
  /** HTTP status of the answer. */
  status: number;
  /** Sends a notification that belongs to a request in flight: which, if it tells progress. */
  send(frame: string, progressOf?: RequestId): void;
  /** Takes note of a request in flight; throws ProtocolError when there are too many. */
  begin(id: RequestId, request: Cancellable): void;
  end(id: RequestId): void;
  /** Cancels a request by id, where the transport says so by message and not by hanging up. */
  cancel(id: RequestId, reason: string): void;
}

/** Reads `{ name, version }` from what a client says of itself; undefined when it says nothing usable. */
export function readClient(info: unknown): Peer["client"] {
  if (typeof info !== "object" || info === null) return undefined;
  const { name, version }: Json = { ...info };
  return typeof name === "string" && typeof version === "string" ? { name, version } : undefined;
}

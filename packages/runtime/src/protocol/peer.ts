import type { ClientCapabilities, LogLevel, Principal } from "@fairlead/define";
import { isJson, type Json, type RequestId } from "./json-rpc.ts";
import type { Question } from "./questions.ts";
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
  /** The WWW-Authenticate header of an answer with the status 403. */
  challenge?: string | undefined;
  /** Sends a notification that belongs to a request in flight: which, if it tells progress. */
  send(frame: string, progressOf?: RequestId): void;
  /** Takes note of a request in flight; throws ProtocolError when there are too many. */
  begin(id: RequestId, request: Cancellable): void;
  /** As `begin`, for a request that stays open, which takes no place among the calls. */
  open(id: RequestId, request: Cancellable): void;
  end(id: RequestId): void;
  /**
   * Asks the client something and gives its result; rejects with PeerError. Undefined where nothing can
   * be asked: over HTTP without a session or for a client that takes no event stream. For a request,
   * see `Request.ask`: in 2026-07-28 nothing is asked, and a call answers `input_required`.
   */
  readonly ask: ((question: Question) => Promise<Json>) | undefined;
  /** Where what belongs to no request is said; undefined where nothing outlives a request. */
  readonly stream: Stream | undefined;
  /** Takes the client's answer to what it was asked. */
  settle(id: RequestId, answer: Json): void;
  /** Cancels a request by id, where the transport says so by message and not by hanging up. */
  cancel(id: RequestId, reason: string): void;
}

/** What outlives the requests of one client: its pipe, or its session over HTTP. */
export interface Stream {
  /** Whether the client listens just now. */
  readonly connected: boolean;
  /** Sends what belongs to no request: a notification, or a question of the server. */
  send(frame: string): void;
  /** Calls back once, when the client is gone or its session has ended; at once where it has. */
  onClose(callback: () => void): void;
}

/** Reads `{ name, version }` from what a client says of itself; undefined when it says nothing usable. */
export function readClient(info: unknown): Peer["client"] {
  if (!isJson(info)) return undefined;
  const name = info["name"];
  const version = info["version"];
  return typeof name === "string" && typeof version === "string" ? { name, version } : undefined;
}

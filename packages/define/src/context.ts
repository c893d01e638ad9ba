import type { Room } from "@fairlead/guard/text";
import type { Asking } from "./ask.ts";

/**
 * The caller: over stdio the person who started the process, over HTTP the holder of a token. It is
 * resolved once for a request, and what a request leaves behind (sessions, cursors, tasks, open
 * questions, subscriptions) is found by the same principal only.
 *
 * @example
 * // Of an access token of OAuth 2.1; a token of a token file has an `id` alone.
 * const principal: Principal = {
 *   id: "user:ada https://id.example.com acme",
 *   tenant: "acme",
 *   subject: "ada",
 *   client: "https://client.example.com/metadata.json",
 *   kind: "user",
 *   scopes: ["mcp:read"],
 * };
 */
export interface Principal {
  /** Who it is, and nobody else: no two issuers or tenants have the same. For comparing and for logs. */
  readonly id: string;
  /** The organisation they call for, where the operator tells these apart. */
  readonly tenant?: string;
  /** What their issuer calls them (`sub`, RFC 9068 section 2.2); another issuer may have the same. */
  readonly subject?: string;
  /** The program that acts for them, as their token has it (`client_id`, RFC 9068 section 2.2). */
  readonly client?: string;
  /** Whether a person stands behind the call, or a program acts for itself (client credentials). */
  readonly kind?: "user" | "machine";
  /** What their token is good for (OAuth 2.0, RFC 6749 section 3.3); absent where tokens have none. */
  readonly scopes?: readonly string[];
}

/** Everybody, over HTTP without tokens: they cannot be told apart. */
export const anonymous: Principal = { id: "anonymous" };

/** The syslog levels of RFC 5424, least severe first. */
export const logLevels = [
  "debug",
  "info",
  "notice",
  "warning",
  "error",
  "critical",
  "alert",
  "emergency",
] as const;

/** The severity of a log message to the client, by its name in RFC 5424. */
export type LogLevel = (typeof logLevels)[number];

/** What every call receives in addition to the server's own context. */
export interface CallContext extends Asking {
  /** Aborted when the client cancels, the tool's time is up, or the server shuts down. */
  readonly signal: AbortSignal;
  readonly principal: Principal;
  /** Characters of text this answer may hold; Infinity where the budget is lifted. */
  readonly budget: number;
  /** Measures piece by piece what still fits into this answer; `reserve` characters stay free. */
  room(reserve?: number): Room;
  /** The client's own word for itself, for display and logs only. */
  readonly clientInfo: { readonly name: string; readonly version: string } | undefined;
  /** Capabilities the client declared, for this request (2026-07-28) or its connection. */
  readonly clientCapabilities: { readonly [capability: string]: unknown };
  /** Tells a client that asked for progress; values must grow from call to call. */
  progress(done: number, total?: number, message?: string): void;
  /** Sends a log message to a client that asked for this level. */
  log(level: LogLevel, data: unknown): void;
}

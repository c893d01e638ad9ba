import type { Effect, Principal } from "@fairlead/define";

/** What a request says about its sender, and where it was sent to. */
export interface Claim {
  /** The value of its Authorization header. */
  readonly authorization: string | undefined;
  /** The host it was sent to, as its Host header has it: `mcp.example.com:8443`. */
  readonly host: string;
  /** Without its query. */
  readonly path: string;
  /** The query without its question mark; empty for none. */
  readonly query: string;
  /** The HTTP method, in capitals. */
  readonly method: string;
  /**
   * Whether the request was accepted before and is still being answered. Then the question is whether its
   * sender may still call, and a DPoP proof, which is valid for one use, is not checked again.
   */
  readonly standing: boolean;
  /** Every value of a header, by its name in lower case, as they came: a header may be there twice. */
  values(name: string): readonly string[];
}

/** Why somebody may not call, and what they may do about it (RFC 6750 section 3, RFC 9728 section 5.1). */
export interface Refusal {
  /** 400: the request is wrong. 401: the caller is unknown. 403: the token lacks a scope. */
  readonly status: 400 | 401 | 403;
  /** The value of the WWW-Authenticate header. */
  readonly challenge: string;
  /** A text for a person. Without it, the response says how to send a token. */
  readonly reason?: string;
  /** The principal, if it is known but may not call. The audit log names it. */
  readonly principal?: Principal;
}

/**
 * Gives the principal that sends a request, or why it may not call. If it rejects, the request is answered
 * with 503 and the operator's log has the reason.
 *
 * @example
 * const authenticate: Authenticate = async ({ authorization }) =>
 *   (await find(authorization)) ?? { status: 401, challenge: "Bearer" };
 */
export type Authenticate = (claim: Claim) => Principal | Refusal | Promise<Principal | Refusal>;

/** A tool, as far as its calls need scopes. */
export interface ScopedTool {
  readonly name: string;
  /** What its author says that a token needs in addition to the scope of the effect. */
  readonly scopes?: readonly string[] | undefined;
}

/**
 * Gives the refusal if the scopes of a principal do not permit this effect, or anything at all if no effect
 * is given, or not this tool. Gives undefined if they do (MCP basic/authorization, "Scope Challenge
 * Handling").
 */
export type Authorize = (
  principal: Principal,
  effect?: Effect,
  tool?: ScopedTool,
) => Refusal | undefined;

import type { Effect, Principal } from "@fairlead/define";

/** What a request says of who sends it, and where it was sent to. */
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
   * Whether the request was let in before and is still being answered: then it is asked whether its
   * sender still may call. What is good for one use, such as a DPoP proof, was used at its beginning.
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
  /** For a person to read; how to send a token, where it is left out. */
  readonly reason?: string;
  /** Who it is, where that is known and yet they may not call: the audit log names them. */
  readonly principal?: Principal;
}

/**
 * Tells who sends a request, or why they may not. One that rejects is answered with 503 and told to
 * the operator.
 *
 * @example
 * const authenticate: Authenticate = async ({ authorization }) =>
 *   (await find(authorization)) ?? { status: 401, challenge: "Bearer" };
 */
export type Authenticate = (claim: Claim) => Principal | Refusal | Promise<Principal | Refusal>;

/**
 * Tells why the scopes of a principal do not reach for what has this effect, or for anything where no
 * effect is given; undefined where they do (MCP basic/authorization, "Scope Challenge Handling").
 */
export type Authorize = (principal: Principal, effect?: Effect) => Refusal | undefined;

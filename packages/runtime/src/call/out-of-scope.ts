import type { Effect, Principal } from "@fairlead/define";
import { JsonRpcError } from "@fairlead/define/start";
import type { Authorize, ScopedTool } from "@fairlead/operate/auth";

/** Our own, outside the reserved range and named after the HTTP status that goes with it. */
const code = 403;

/** The scopes of a token do not reach for what is asked: over HTTP 403, with a challenge (RFC 6750 section 3.1). */
export class OutOfScope extends JsonRpcError {
  override readonly name = "OutOfScope";
  readonly refusedBy = "scope";
  readonly challenge: string;

  constructor(message: string, challenge: string) {
    super(code, message);
    this.challenge = challenge;
  }
}

/** Throws OutOfScope where a principal may not do what has this effect, or not with this tool, or nothing at all. */
export function assertInScope(
  authorize: Authorize | undefined,
  principal: Principal,
  effect?: Effect,
  tool?: ScopedTool,
): void {
  const refusal = authorize?.(principal, effect, tool);
  if (refusal === undefined) return;
  throw new OutOfScope(refusal.reason ?? "The scopes do not reach.", refusal.challenge);
}

import { HintError } from "@fairlead/guard/hint-error";

/**
 * The error a tool throws for what the model can act on. A message that says all needs no hint.
 *
 * @example
 * ```ts
 * import { ToolError } from "@fairlead/runtime";
 *
 * throw new ToolError('There is no table "users".', "Call list_objects to see the tables there are.");
 * ```
 */
export class ToolError extends HintError {
  override readonly name = "ToolError";

  constructor(message: string, hint = "", options?: ErrorOptions) {
    super(message, hint, options);
  }
}

/**
 * Why a call was not carried out, and by what: the policy or a limit, the validation of its arguments,
 * the confirmation that it lacks, the user who declined, or an audit log that cannot be written. The
 * model reads it like any other ToolError.
 *
 * @example
 * throw new RefusedCall("policy", "query: this principal may call it once a minute.");
 */
export class RefusedCall extends ToolError {
  readonly refusedBy: "policy" | "validation" | "confirmation" | "user" | "audit";

  constructor(refusedBy: RefusedCall["refusedBy"], message: string, hint = "") {
    super(message, hint);
    this.refusedBy = refusedBy;
  }
}

/**
 * Answers a request with a JSON-RPC error in place of a result. Hosts show it to no model: it is for
 * what neither the model nor its user can mend, and a ToolError is for all else. A task whose tool
 * throws one has failed.
 *
 * @example
 * ```ts
 * import { JsonRpcError } from "@fairlead/runtime";
 *
 * export function assertLicensed(seats: number, used: number): void {
 *   if (used > seats) throw new JsonRpcError(-32001, "All seats are taken.", { seats, used });
 * }
 * ```
 */
export class JsonRpcError extends Error {
  override readonly name: string = "JsonRpcError";
  readonly code: number;
  readonly data: { readonly [key: string]: unknown } | undefined;

  constructor(code: number, message: string, data?: { readonly [key: string]: unknown }) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/**
 * What an error may tell the client: message and hint, of any error that carries a string `hint`,
 * since a bundled and an embedded runtime, each with classes of its own, may meet in one process.
 * Undefined for all others.
 */
export function explain(error: unknown): string | undefined {
  if (!(error instanceof Error && "hint" in error)) return undefined;
  const { hint, message } = error;
  if (typeof hint !== "string") return undefined;
  return hint === "" ? message : `${message}\n${hint}`;
}

const brand = Symbol.for("fairlead.ToolError");

/**
 * An error the model can act on. The message says what was wrong and with which value, the hint
 * what to do next; both reach the client as they are, so neither may hold a secret.
 *
 * @example
 * ```ts
 * import { ToolError } from "@fairlead/runtime";
 *
 * throw new ToolError('There is no table "users".', "Call list_objects to see the tables there are.");
 * ```
 */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly hint: string | undefined;
  readonly [brand] = true;

  constructor(message: string, hint?: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}

/**
 * What an error may tell the client: message and hint, for ToolErrors (by brand, since a bundled and
 * an embedded runtime may meet in one process) and for domain errors that carry a string `hint`.
 * Undefined for all others.
 */
export function explain(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const hint = "hint" in error && typeof error.hint === "string" ? error.hint : undefined;
  if (hint === undefined && !(brand in error)) return undefined;
  return hint ? `${error.message}\n${hint}` : error.message;
}

import { HintError } from "@fairlead/guard/hint-error";

/** What kept a request from being answered. */
export type UpstreamFailure = "refused" | "limited" | "unreachable" | "timeout" | "too-large";

/**
 * A request that got no answer from the API, in words for the caller: neither the message nor the
 * hint holds a credential or the query of a URL.
 */
export class UpstreamError extends HintError {
  override readonly name = "UpstreamError";
  readonly kind: UpstreamFailure;

  constructor(kind: UpstreamFailure, message: string, hint: string, options?: ErrorOptions) {
    super(message, hint, options);
    this.kind = kind;
  }
}

const maxDepth = 8;

/** The UpstreamError inside what an API client threw: they wrap it as `cause` or `original`. */
export function findUpstreamError(error: unknown): UpstreamError | undefined {
  let current = error;
  for (let depth = 0; depth < maxDepth && current instanceof Error; depth += 1) {
    if (current instanceof UpstreamError) return current;
    current = current.cause ?? ("original" in current ? current.original : undefined);
  }
  return undefined;
}

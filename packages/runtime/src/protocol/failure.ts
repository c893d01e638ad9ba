import { JsonRpcError } from "@fairlead/define/start";
import type { Redactor } from "@fairlead/guard/redact";
import { CallAborted } from "../call/call.ts";
import { type ErrorSink, toMessage } from "../call/failure.ts";
import { OutOfScope } from "../call/out-of-scope.ts";
import { errorCode, ProtocolError } from "./json-rpc.ts";

/** What a client gets to know of an error, and the HTTP status that goes with it. */
export interface Failure {
  readonly status: number;
  /** What the client's scopes do not reach for, as HTTP says it. */
  readonly challenge?: string;
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}

/** Tells of what was thrown; anything but an error of the protocol becomes a reference. */
export function toFailure(
  error: unknown,
  where: string,
  { sink, redactor }: { readonly sink: ErrorSink; readonly redactor: Redactor },
): Failure {
  const known =
    error instanceof JsonRpcError
      ? error
      : new ProtocolError(
          errorCode.internal,
          error instanceof CallAborted ? error.message : toMessage(error, where, sink),
        );
  const { code, message, data } = known;
  const said = { code, message: redactor.text(message), data: redactor.value(data) };
  if (known instanceof OutOfScope) return { ...said, status: 403, challenge: known.challenge };
  return { ...said, status: known instanceof ProtocolError ? known.status : 200 };
}

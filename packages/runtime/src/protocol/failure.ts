import { JsonRpcError } from "@fairlead/define/start";
import { CallAborted } from "../call/call.ts";
import { type ErrorSink, toMessage } from "../call/failure.ts";
import type { Redactor } from "../call/redact.ts";
import { errorCode, ProtocolError } from "./json-rpc.ts";

/** What a client gets to know of an error, and the HTTP status that goes with it. */
export interface Failure {
  readonly status: number;
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
  const status = known instanceof ProtocolError ? known.status : 200;
  return { status, code, message: redactor.text(message), data: redactor.value(data) };
}

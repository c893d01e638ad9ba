import { explain } from "@fairlead/define/start";
import { isRecord } from "@fairlead/guard/record";

/** Where errors go that a client must not see: the operator's log. */
export type ErrorSink = (error: unknown, where: string, reference: string) => void;

/**
 * What a client may read of an error: the message and hint of one meant for it, and of any other
 * only a reference under which the log has the rest (hole H1: messages may hold secrets).
 */
export function toMessage(
  error: unknown,
  where: string,
  sink: ErrorSink,
  reference: string = toReference(),
): string {
  const explained = explain(error);
  if (explained !== undefined) return explained;
  sink(error, where, reference);
  return `Internal error in ${where}, reference ${reference}. The server's log (stderr) says more under this reference; trying the same again is unlikely to help.`;
}

/** A name for an error that its client cannot see. */
export function toReference(): string {
  return Math.random().toString(36).slice(2, 10);
}

/** The `_meta` of the result, of an error that says the same for programs: members of JSON, `"a":1`. */
export function toMeta(error: unknown): string | undefined {
  if (!(error instanceof Error && "meta" in error && isRecord(error.meta))) return undefined;
  return JSON.stringify(error.meta).slice(1, -1);
}

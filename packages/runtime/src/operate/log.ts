import { inspect } from "node:util";
import { createRedactor } from "@fairlead/guard/redact";
import { revealText } from "@fairlead/guard/text";
import type { ErrorSink } from "../call/failure.ts";

/** How severe an event is, the most severe first. */
export const severities = ["error", "warn", "info", "debug"] as const;

/** How severe an event of the log is. */
export type Severity = (typeof severities)[number];

/** The operator's log: one line for each event, on stderr since stdout belongs to the protocol. */
export interface Log {
  /** Writes an event for someone who looks for the cause of a fault. */
  debug(message: string): void;
  /** Writes an event of normal operation. */
  info(message: string): void;
  /** Writes an event that a person should look at. */
  warn(message: string): void;
  /** Writes an error with its stack, under the reference that the client was given. */
  error: ErrorSink;
}

export interface LogOptions {
  /** The values no line may hold. */
  readonly secrets: readonly string[];
  /** The least severe events that are written; `info` without it. */
  readonly level?: Severity;
  /** The trace that an event belongs to, if there is one (W3C Trace Context, `trace-id`). */
  traceId?(): string | undefined;
}

/**
 * A log that writes each event as one line, or as more that are indented.
 *
 * @example
 * ```ts
 * import { createLog } from "@fairlead/runtime/serve";
 *
 * const log = createLog((line) => process.stderr.write(line), { secrets: ["hunter2"], level: "warn" });
 * log.warn("The password hunter2 was refused."); // the password is redacted
 * ```
 */
export function createLog(
  write: (line: string) => void,
  { secrets, level: least = "info", traceId }: LogOptions,
): Log {
  const redactor = createRedactor(secrets);
  const line = (level: Severity, message: string) => {
    if (severities.indexOf(level) > severities.indexOf(least)) return;
    const id = traceId?.();
    const trace = id === undefined ? "" : `trace_id=${id} `;
    write(`${new Date().toISOString()} ${level} ${trace}${toOneEvent(redactor.text(message))}\n`);
  };
  return {
    debug: (message) => line("debug", message),
    info: (message) => line("info", message),
    warn: (message) => line("warn", message),
    error: (error, where, reference) => {
      line("error", `${where} [${reference}] ${toText(error)}`);
    },
  };
}

/** A file name can hold line ends and more: what it makes of a line cannot pass for another event. */
function toOneEvent(message: string): string {
  return revealText(message.replaceAll(/\r(?!\n)/g, "\\u{D}")).replaceAll(/\r?\n/g, "\n    ");
}

/** Anything can be thrown, also what no string can be made of. */
function toText(error: unknown): string {
  if (typeof error === "string") return error;
  return error instanceof Error && typeof error.stack === "string" ? error.stack : inspect(error);
}

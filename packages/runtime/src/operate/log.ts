import { inspect } from "node:util";
import type { ErrorSink } from "../call/failure.ts";
import { createRedactor } from "../call/redact.ts";
import { revealText } from "../guard/text/text.ts";

/** The operator's log: one line an event, on stderr since stdout belongs to the protocol. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error: ErrorSink;
}

/** `secrets` are the values no line may hold. */
export function createLog(
  write: (line: string) => void,
  { secrets }: { readonly secrets: readonly string[] },
): Log {
  const redactor = createRedactor(secrets);
  const line = (level: string, message: string) =>
    write(`${new Date().toISOString()} ${level} ${toOneEvent(redactor.text(message))}\n`);
  return {
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

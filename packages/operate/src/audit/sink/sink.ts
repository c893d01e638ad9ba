/**
 * Where finished lines of the audit log go. They come in the order of their numbers, without line
 * ends, and a call is only made after the one before has ended.
 */
export interface AuditSink {
  /**
   * Keeps these lines, all or none: it rejects with none kept, and is given them again later. The
   * sink decides how durable a line is when the promise resolves.
   */
  append(lines: readonly string[]): Promise<void>;
  /** Makes all lines durable and closes the sink. */
  close?(): Promise<void>;
}

/**
 * Combines several sinks into one. The first sink decides: the others get a line only after the first has
 * kept it. If one of the others rejects a line, `lost` is called, and the line is not sent to it again.
 *
 * @example
 * const sink = multiplex(file, [stream], (error, lines) => {
 *   log.warn(`${lines.length} lines of the audit log are in the file alone: ${error}`);
 * });
 */
export function multiplex(
  first: AuditSink,
  others: readonly AuditSink[],
  lost: (error: unknown, lines: readonly string[]) => void,
): AuditSink {
  return {
    async append(lines) {
      await first.append(lines);
      await Promise.all(
        others.map((other) => other.append(lines).catch((error: unknown) => lost(error, lines))),
      );
    },
    async close() {
      await Promise.all([first, ...others].map((sink) => sink.close?.()));
    },
  };
}

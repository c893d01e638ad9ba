/**
 * Where finished lines of the audit log go. They come in the order of their numbers, without line
 * ends, and a call is only made after the one before has ended.
 */
export interface AuditSink {
  /**
   * Keeps these lines, all or none: it rejects with none kept, and is given them again later. How
   * durable a line is once it resolves is the sink's own affair.
   */
  append(lines: readonly string[]): Promise<void>;
  /** Makes durable what was kept, and lets go of it. */
  close?(): Promise<void>;
}

/**
 * One sink of several. The first decides: what it does not keep, none keeps, and the log goes on as if
 * it was the only one. The others get each line once the first has it, and what one of them does not
 * keep is told to `lost` and never sent again.
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

import { openSync, writeSync } from "node:fs";

/**
 * Opens a file for the log, which its owner alone may read, and gives what appends to it. Throws what
 * the system says of a file that cannot be opened; a line that cannot be written is lost.
 *
 * @example
 * ```ts
 * import { appendTo, createLog } from "@fairlead/runtime/serve";
 *
 * export const openLog = (path: string) => createLog(appendTo(path), { secrets: [] });
 * ```
 */
export function appendTo(path: string): (line: string) => void {
  const descriptor = openSync(path, "a", 0o600);
  return (line) => {
    try {
      writeSync(descriptor, line);
    } catch {
      // A full disk is not a reason to stop answering.
    }
  };
}

import { readFileSync, unwatchFile, watchFile } from "node:fs";
import type { Policy } from "./policy.ts";
import { PolicyFileError } from "./problem.ts";

const pollMs = 1_000;

/** The log that says whether the file was read again. */
export interface FollowLog {
  info(message: string): void;
  warn(message: string): void;
}

/** A file that is followed. */
export interface Following {
  /** Reads it at once. */
  read(): void;
  close(): void;
}

/**
 * Keeps a policy as its file has it. If the file is missing or has a mistake, the policy stays
 * as it is and the log has a warning.
 */
export function followPolicyFile(
  path: string,
  policy: Policy,
  { log, changed }: { readonly log: FollowLog; changed(): void },
): Following {
  const read = () => {
    try {
      if (!policy.replace(readFileSync(path, "utf8"))) {
        return log.info(`--policy-file ${path}: unchanged.`);
      }
    } catch (error) {
      const reason = error instanceof PolicyFileError ? error.message : "It cannot be read.";
      return log.warn(`--policy-file ${path}: ${reason}\nThe policy read before stays in force.`);
    }
    log.info(`--policy-file ${path}: read again.`);
    changed();
  };
  // Polled, since a file that is replaced by another of its name is lost to `watch`.
  watchFile(path, { interval: pollMs, persistent: false }, read);
  return { read, close: () => unwatchFile(path, read) };
}

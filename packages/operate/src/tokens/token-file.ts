import { readFileSync, statSync, watchFile } from "node:fs";
import { platform } from "node:os";
import type { Tokens } from "./tokens.ts";

const pollMs = 1_000;
/** Permission to write for the file's group and for everybody. */
const othersWrite = 0o022;

/** The log that says whether the file was read again. */
export interface FileLog {
  info(message: string): void;
  warn(message: string): void;
}

/**
 * Follows a token file: a token that is removed from it is refused a moment later. Gives a function that
 * reads the file at once. If the file is missing or has a mistake, the tokens stay as they are.
 */
export function followTokenFile(path: string, tokens: Tokens, log: FileLog): () => void {
  const read = () => {
    try {
      const count = tokens.replace(readFileSync(path, "utf8"));
      if (count === undefined) log.info(`--token-file ${path}: unchanged.`);
      else if (count > 0) log.info(`--token-file ${path}: read again.`);
      else log.warn(`--token-file ${path}: read again. It holds no token, so nobody may call.`);
    } catch (error) {
      const reason = error instanceof SyntaxError ? error.message : "it cannot be read";
      log.warn(`--token-file ${path}: ${reason}. The tokens read before stay valid.`);
    } finally {
      warnOfMode(path, log);
    }
  };
  // Polled, since a file that is replaced by another of its name is lost to `watch`.
  watchFile(path, { interval: pollMs, persistent: false }, read);
  warnOfMode(path, log);
  return read;
}

function warnOfMode(path: string, log: FileLog): void {
  if (platform() === "win32") return;
  let mode: number;
  try {
    ({ mode } = statSync(path));
  } catch {
    // The reader of the file reports that it cannot be read.
    return;
  }
  if ((mode & othersWrite) === 0) return;
  log.warn(
    `--token-file ${path}: other users of this machine may write to it (mode ${(mode & 0o777).toString(8)}), and so let themselves in. Run chmod 600 on it.`,
  );
}

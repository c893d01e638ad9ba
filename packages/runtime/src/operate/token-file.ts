import { readFileSync, statSync, watchFile } from "node:fs";
import { platform } from "node:os";
import type { Log } from "./log.ts";
import type { Tokens } from "./tokens.ts";

const pollMs = 1_000;
/** Permission to write for the file's group and for everybody. */
const othersWrite = 0o022;

/**
 * Keeps tokens as their file has them, so that one taken out of it opens nothing a moment later.
 * Gives a function that reads the file at once. A file that cannot be used changes nothing.
 */
export function followTokenFile(path: string, tokens: Tokens, log: Log): () => void {
  const reread = () => {
    try {
      tokens.replace(readFileSync(path, "utf8"));
      log.info(`--token-file ${path}: read again.`);
    } catch (error) {
      const reason = error instanceof SyntaxError ? error.message : "it cannot be read";
      log.warn(`--token-file ${path}: ${reason}. The tokens read before stay valid.`);
    }
    warnOfMode(path, log);
  };
  // Polled, since a file that is replaced by another of its name is lost to `watch`.
  watchFile(path, { interval: pollMs, persistent: false }, reread);
  warnOfMode(path, log);
  return reread;
}

function warnOfMode(path: string, log: Log): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (platform() === "win32" || stats === undefined || (stats.mode & othersWrite) === 0) return;
  log.warn(
    `--token-file ${path}: other users of this machine may write to it (mode ${(stats.mode & 0o777).toString(8)}), and so let themselves in. Run chmod 600 on it.`,
  );
}

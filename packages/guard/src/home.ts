import { homedir } from "node:os";
import { join } from "node:path";

/**
 * A path with the home directory in the place of its `~`: clients start servers without a shell, so
 * it arrives as it was written.
 */
export function expandHome(path: string, home = homedir()): string {
  return path === "~" || path.startsWith("~/") ? join(home, path.slice(1)) : path;
}

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { withDirectory } from "./anchor.ts";
import { PathError } from "./errors.ts";
import type { PathGuard } from "./paths.ts";

/**
 * Refuses to take a directory elsewhere when the rules name anything in it, there or here: under
 * another path the rule would not hold any more, or something would come to where nothing is written.
 */
export async function assertNothingKept(
  guard: PathGuard,
  source: string,
  target: string,
  signal?: AbortSignal,
): Promise<void> {
  await withDirectory(guard, source, "look", async (directory) => {
    for (const entry of await readdir(directory.at("."), { withFileTypes: true })) {
      signal?.throwIfAborted();
      const [from, to] = [join(source, entry.name), join(target, entry.name)];
      for (const path of [from, to]) {
        if (guard.admits(path, "write")) continue;
        throw new PathError(
          `Access denied - '${source}' holds '${entry.name}', and '${path}' is denied or protected. Nothing was changed.`,
          "Move or copy the other entries one by one; ask the user about this one.",
        );
      }
      if (entry.isDirectory()) await assertNothingKept(guard, from, to, signal);
    }
  });
}

import { access, constants } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { Repository } from "./repository.ts";

/** What the owner's own git would have run or signed, and this server did not. */
export async function findSkipped(repo: Repository, hooks: readonly string[]): Promise<string[]> {
  if (repo.settings.trusted) return [];
  const configured = repo.config.get("core.hookspath");
  const place =
    configured === undefined || configured === ""
      ? join(repo.layout.commonDir, "hooks")
      : isAbsolute(configured)
        ? configured
        : join(repo.directory, configured);
  const found = await Promise.all(
    hooks.map(async (hook) => {
      if (!repo.guard.admits(place, "look")) return [];
      const there = await access(join(place, hook), constants.X_OK).then(
        () => true,
        () => false,
      );
      return there ? [`${hook} hook`] : [];
    }),
  );
  const signs = repo.config.get("commit.gpgsign") === "true" ? ["signature"] : [];
  return [...found.flat(), ...signs];
}

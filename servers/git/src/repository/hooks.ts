import { access, constants } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { Repository } from "./repository.ts";

/** What the owner's own git would have run or signed, and this server did not. */
export async function findSkipped(
  repo: Repository,
  { hooks, signs }: { readonly hooks: readonly string[]; readonly signs: readonly string[] },
): Promise<string[]> {
  if (repo.settings.trusted) return [];
  const directory = repo.config.get("core.hookspath");
  const place =
    directory === undefined || directory === ""
      ? join(repo.layout.commonDir, "hooks")
      : isAbsolute(directory)
        ? directory
        : join(repo.directory, directory);
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
  const named = repo.config.keys(/^hook\..*\.event$/s);
  const events = new Set(named.flatMap((key) => repo.config.all(key)));
  const configured = hooks.filter((hook) => events.has(hook)).map((hook) => `${hook} hook`);
  const signature = signs.some((key) => repo.config.isOn(key)) ? ["signature"] : [];
  return [...new Set([...found.flat(), ...configured]), ...signature];
}

import { toPathInput } from "./pathspecs.ts";
import { refuseProgram } from "./repo-config.ts";
import type { Repository } from "./repository.ts";

/** Which program a call would have to run for its result to be what the owner expects. */
type Need = "clean" | "smudge" | "merge";

/**
 * Refuses the call if one of these paths goes through a filter or merge driver, since without it
 * the result would be wrong. Filters are never run: this is for honesty, not for safety.
 */
export async function assertUnfiltered(
  repo: Repository,
  paths: readonly string[],
  needs: readonly Need[],
): Promise<void> {
  if (repo.settings.trusted || paths.length === 0) return;
  const args = ["check-attr", "-z", "--stdin", "filter", "merge"];
  const fields = await repo.records(args, { input: toPathInput(paths) });
  const drivers = repo.config.mergeDrivers();
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path = "", attribute = "", value = ""] = fields.slice(at, at + 3);
    if (["unspecified", "unset", "set"].includes(value)) continue;
    const need = needs.find((one) => (one === "merge") === (attribute === "merge"));
    if (need === undefined || (need === "merge" && !drivers.has(value))) continue;
    throw refuseProgram(
      need === "merge" ? `merge.${value}.driver` : `filter.${value}.${need}`,
      path,
    );
  }
}

/** The paths in which two trees differ. */
export async function listChanged(repo: Repository, range: readonly string[]): Promise<string[]> {
  const flags = ["--name-only", "--no-renames", "--no-ext-diff", "--no-relative"];
  return repo.records(["diff", "-z", ...flags, "--ignore-submodules=dirty", ...range, "--"], {
    maxBytes: 64 * 1024 * 1024,
  });
}

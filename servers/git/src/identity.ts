import type { Override } from "./overrides.ts";
import type { Repository, RunOptions } from "./repository.ts";

/** Who commits: as the server was told, else as the repository says, else as the user's config does. */
export function toIdentity(repo: Repository): Pick<RunOptions, "config" | "environment"> {
  const { name, email, fallback } = repo.settings.identity;
  const config: Override[] = [];
  if (fallback.name !== undefined && repo.config.get("user.name") === undefined) {
    config.push(["user.name", fallback.name]);
  }
  if (fallback.email !== undefined && repo.config.get("user.email") === undefined) {
    config.push(["user.email", fallback.email]);
  }
  return {
    config,
    environment: {
      ...(name !== undefined && { GIT_AUTHOR_NAME: name, GIT_COMMITTER_NAME: name }),
      ...(email !== undefined && { GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_EMAIL: email }),
    },
  };
}

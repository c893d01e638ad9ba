import type { Override } from "../run/overrides.ts";
import type { Repository, RunOptions } from "./repository.ts";

/** Who commits: as the server was told, else as the repository says, else as the user's config does. */
export async function toIdentity(
  repo: Repository,
): Promise<Pick<RunOptions, "config" | "environment">> {
  const { name, email } = repo.settings.identity;
  const config = await Promise.all([
    findFallback(repo, "user.name", name),
    findFallback(repo, "user.email", email),
  ]);
  return {
    config: config.flat(),
    environment: {
      ...(name !== undefined && { GIT_AUTHOR_NAME: name, GIT_COMMITTER_NAME: name }),
      ...(email !== undefined && { GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_EMAIL: email }),
    },
  };
}

async function findFallback(
  repo: Repository,
  key: string,
  told: string | undefined,
): Promise<readonly Override[]> {
  if (told !== undefined || repo.settings.trusted || repo.config.get(key) !== undefined) return [];
  const value = await repo.askUser(key);
  return value === undefined ? [] : [[key, value]];
}

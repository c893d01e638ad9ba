import { realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { BoundedMap, type PathGuard } from "@fairlead/guard";
import type { Layout } from "../run/layout.ts";
import type { Override } from "../run/overrides.ts";
import { RepoConfig, refuseKey } from "./repo-config.ts";

/** What a repository's config says, and what has been decided about it. */
export interface Configuration {
  readonly config: RepoConfig;
  /** What makes it harmless; for commands that are not to trust it. */
  readonly overrides: readonly Override[];
}

interface Kept {
  readonly stamp: string;
  readonly configuration: Configuration;
}

const mostKept = 100;
/** A file that changed so recently might change again without a new time. */
const settledMs = 2_000;

/** The configurations of repositories, each judged once per change of its files. */
export class Configurations {
  readonly #kept = new BoundedMap<string, Kept>(mostKept);
  readonly #guard: PathGuard;
  readonly #unjudged: readonly RegExp[];

  /** `unjudged` are the keys that the installed git knows and the table of keys does not. */
  constructor(guard: PathGuard, unjudged: readonly RegExp[]) {
    this.#guard = guard;
    this.#unjudged = unjudged;
  }

  /** The configuration of a repository that is not trusted; `list` asks git for it. */
  async judge(layout: Layout, list: () => Promise<string>): Promise<Configuration> {
    const place = `${layout.gitDir}\0${layout.commonDir}\0${layout.top ?? ""}`;
    const stamp = await toStamp(layout);
    const kept = this.#kept.get(place);
    if (stamp !== undefined && kept?.stamp === stamp) return kept.configuration;
    this.#kept.delete(place);
    const config = new RepoConfig(await list());
    config.assertJudged(this.#unjudged);
    config.assertAllows("opening");
    const included =
      config.files("refused outside").length > 0 || config.keys(/^includeif\./s).length > 0;
    if (included) await this.#assertInside(config, layout);
    const emptied = await this.#emptyOutside(config, layout);
    const configuration = { config, overrides: [...config.neutralised(), ...emptied] };
    const namesFiles = included || config.files("emptied outside").length > 0;
    // What it names may change without it.
    if (stamp !== undefined && !namesFiles) this.#kept.set(place, { stamp, configuration });
    return configuration;
  }

  /** Refuses config that comes from files outside: what it says would be shown, as of remotes. */
  async #assertInside(config: RepoConfig, { gitDir }: Layout): Promise<void> {
    for (const origin of config.origins) {
      if (await this.#isInside(resolve(gitDir, origin))) continue;
      throw refuseKey("include.path", "which leads outside the allowed directories");
    }
  }

  async #emptyOutside(config: RepoConfig, layout: Layout): Promise<Override[]> {
    const overrides: Override[] = [];
    for (const [key, value] of config.files("emptied outside")) {
      // Git would put the user's home or its own place before these.
      const special = /^(?:~|%\(|:\()/.test(value);
      const path = resolve(layout.top ?? layout.gitDir, value);
      if (special || !(await this.#isInside(path))) overrides.push([key, "/dev/null"]);
    }
    return overrides;
  }

  async #isInside(path: string): Promise<boolean> {
    const found = await realpath(path).catch(() => undefined);
    return found !== undefined && this.#guard.admits(found, "read");
  }
}

/** What changes when a config file does; undefined where it has changed only just now. */
async function toStamp({ gitDir, commonDir }: Layout): Promise<string | undefined> {
  const files = [
    join(commonDir, "config"),
    join(gitDir, "config"),
    join(gitDir, "config.worktree"),
  ];
  const stamps = await Promise.all(
    [...new Set(files)].map((path) => stat(path, { bigint: true }).catch(() => undefined)),
  );
  const settled = BigInt(Date.now() - settledMs) * 1_000_000n;
  if (stamps.some((found) => found !== undefined && found.ctimeNs > settled)) return undefined;
  return stamps
    .map((found) => found && [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs])
    .join("\0");
}

import type { PathGuard } from "@fairlead/guard";
import { GitError } from "../errors.ts";
import { toEnvironment } from "../run/environment.ts";
import { findJudged, toPattern } from "../run/judgement.ts";
import { findRepository } from "../run/layout.ts";
import { judgedKeys } from "../run/overrides.ts";
import { execute } from "../run/process.ts";
import type { Settings } from "../run/settings.ts";
import { Configurations } from "./configuration.ts";
import { type Installed, Repository } from "./repository.ts";
import { RepositoryWatches } from "./watch.ts";

/** GIT_CONFIG_GLOBAL, on which everything else rests, came with it. */
const [wantedMajor, wantedMinor] = [2, 32];

/** The allowed directories with what is decided about all of them. */
export class GitWorkspace {
  readonly guard: PathGuard;
  readonly settings: Settings;
  readonly watches: RepositoryWatches;
  readonly #installed: Installed;

  constructor(guard: PathGuard, settings: Settings, installed: Installed) {
    this.guard = guard;
    this.settings = settings;
    this.watches = new RepositoryWatches(guard);
    this.#installed = installed;
  }

  /** Opens the repository a path lies in, for one call. */
  async open(path: string, signal: AbortSignal): Promise<Repository> {
    const layout = await findRepository(this.guard, path);
    const installed = this.#installed;
    return Repository.open(this.guard, layout, this.settings, { installed, signal });
  }
}

/** Checks the installed git. */
export async function createWorkspace(
  guard: PathGuard,
  settings: Settings,
  signal: AbortSignal,
): Promise<GitWorkspace> {
  const ask = async (...args: string[]) => {
    const { stdout } = await execute({
      args,
      directory: guard.directories[0] ?? ".",
      environment: toEnvironment(settings, { config: [], environment: {} }),
      signal,
      running: settings.running,
    });
    return stdout.toString();
  };
  const [version, keys] = await Promise.all([ask("--version"), ask("help", "-c")]);
  const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/.exec(version) ?? [];
  const old = Number(major) === wantedMajor && Number(minor) < wantedMinor;
  if (Number(major) < wantedMajor || old) {
    throw new GitError(
      `git ${major}.${minor} is too old: ${wantedMajor}.${wantedMinor} or later is needed.`,
      "Ask the user to update git.",
    );
  }
  const looksAtAll = Number(major) > wantedMajor || Number(minor) >= 37;
  return new GitWorkspace(guard, settings, {
    configurations: new Configurations(guard, toUnjudged(keys)),
    since: looksAtAll ? "--since-as-filter" : "--since",
  });
}

/** The keys in the output of `git help -c` that nobody has judged. */
export function toUnjudged(list: string): RegExp[] {
  const keys = list.split("\n").filter((line) => /^[a-z][\w-]*\.\S+$/i.test(line));
  return keys
    .filter((key) => findJudged(judgedKeys, key) === undefined)
    .map((key) => toPattern(key.replace(/^http\./, "http.~")));
}

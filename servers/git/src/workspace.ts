import type { PathGuard } from "@fairlead/runtime/guard";
import { GitError } from "./errors.ts";
import { findRepository } from "./layout.ts";
import { execute } from "./process.ts";
import { Repository } from "./repository.ts";
import type { Settings } from "./settings.ts";

/** GIT_CONFIG_GLOBAL, on which everything else rests, came with it. */
const [wantedMajor, wantedMinor] = [2, 32];

/** The allowed directories with what is decided about all of them. */
export class GitWorkspace {
  readonly guard: PathGuard;
  readonly settings: Settings;

  constructor(guard: PathGuard, settings: Settings) {
    this.guard = guard;
    this.settings = settings;
  }

  /** Opens the repository a path lies in, for one call. */
  async open(path: string, signal: AbortSignal): Promise<Repository> {
    const layout = await findRepository(this.guard, path);
    return Repository.open(this.guard, layout, this.settings, signal);
  }
}

/** Checks the installed git. */
export async function createWorkspace(
  guard: PathGuard,
  settings: Settings,
  signal: AbortSignal,
): Promise<GitWorkspace> {
  const directory = guard.directories[0] ?? ".";
  const { inherited: environment, running } = settings;
  const { stdout } = await execute({
    args: ["--version"],
    directory,
    environment,
    signal,
    running,
  });
  const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/.exec(stdout.toString()) ?? [];
  const old = Number(major) === wantedMajor && Number(minor) < wantedMinor;
  if (Number(major) < wantedMajor || old) {
    throw new GitError(
      `git ${major}.${minor} is too old: ${wantedMajor}.${wantedMinor} or later is needed.`,
      "Ask the user to update git.",
    );
  }
  return new GitWorkspace(guard, settings);
}

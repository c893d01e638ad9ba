import type { PathGuard } from "@fairlead/guard";
import { GitError, toGitError } from "../errors.ts";
import { toEnvironment } from "../run/environment.ts";
import { assertWritable, type Layout } from "../run/layout.ts";
import { onceUnlocked } from "../run/locks.ts";
import type { Override } from "../run/overrides.ts";
import { type Command, execute, type Output } from "../run/process.ts";
import type { Settings } from "../run/settings.ts";
import type { Configurations } from "./configuration.ts";
import { splitRecords, toPathArguments } from "./names.ts";
import { RepoConfig, redactUrls } from "./repo-config.ts";

export interface RunOptions {
  readonly input?: Command["input"];
  readonly maxBytes?: number;
  readonly after?: Command["after"];
  /** Paths the command is about, as `toPaths` gives them. */
  readonly paths?: readonly string[];
  /** Exit codes that are answers too; 0 always is. */
  readonly codes?: readonly number[];
  /** Config for this command alone. */
  readonly config?: readonly Override[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** What the installed git is, and what has been learnt of repositories with it. */
export interface Installed {
  readonly configurations: Configurations;
  /** The option for "not before": git knows one that looks at every commit since 2.37. */
  readonly since: "--since-as-filter" | "--since";
}

/** One repository during one call: every git command of the server is run through it. */
export class Repository {
  readonly layout: Layout;
  readonly signal: AbortSignal;
  readonly settings: Settings;
  readonly since: Installed["since"];
  readonly #guard: PathGuard;
  #config = new RepoConfig("");
  #overrides: readonly Override[] = [];
  #secrets: readonly string[] = [];

  private constructor(
    guard: PathGuard,
    layout: Layout,
    settings: Settings,
    { installed, signal }: { readonly installed: Installed; readonly signal: AbortSignal },
  ) {
    this.#guard = guard;
    this.since = installed.since;
    this.layout = layout;
    this.settings = settings;
    this.signal = signal;
  }

  /** Reads the repository's config first, since it decides how git must be run. */
  static async open(
    guard: PathGuard,
    layout: Layout,
    settings: Settings,
    { installed, signal }: { readonly installed: Installed; readonly signal: AbortSignal },
  ): Promise<Repository> {
    const repository = new Repository(guard, layout, settings, { installed, signal });
    const list = async () => {
      const flags = ["--list", "-z", "--show-scope", "--show-origin", "--includes"];
      return (await repository.run(["config", ...flags])).stdout.toString();
    };
    const { config, overrides } = settings.trusted
      ? { config: new RepoConfig(await list()), overrides: [] }
      : await installed.configurations.judge(layout, list);
    repository.#config = config;
    repository.#overrides = overrides;
    repository.#secrets = config.secrets().filter((secret) => secret.length > 3);
    if (layout.top === undefined && config.get("core.worktree") !== undefined) {
      // Git would take files from there, wherever that is.
      throw new GitError(
        `'${layout.gitDir}' has its working tree elsewhere (core.worktree).`,
        "Name the directory of the working tree instead.",
      );
    }
    return repository;
  }

  get config(): RepoConfig {
    return this.#config;
  }

  /** Where commands run and paths are relative to. */
  get directory(): string {
    return this.layout.top ?? this.layout.gitDir;
  }

  get guard(): PathGuard {
    return this.#guard;
  }

  /** Runs one command; an exit code that is not an answer becomes an error in git's words. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Output> {
    const { codes = [], input, maxBytes, after } = options;
    const paths = options.paths && toPathArguments(options.paths);
    const command = {
      args: paths === undefined ? args : [...args, "--", ...paths.args],
      directory: this.directory,
      environment: { ...this.#environment(options), ...paths?.environment },
      signal: this.signal,
      running: this.settings.running,
      ...(input !== undefined && { input }),
      ...(maxBytes !== undefined && { maxBytes }),
      ...(after !== undefined && { after }),
    };
    const output = await onceUnlocked(command, execute);
    if (output.code === 0 || output.cut || codes.includes(output.code)) return output;
    throw this.toError(args[0] ?? "git", output);
  }

  /** The error for a command that failed, in git's words without credentials. */
  toError(command: string, { stderr, stdout }: Output): GitError {
    const { message, hint } = toGitError(command, stderr, stdout.toString());
    return new GitError(this.redact(redactUrls(message)), hint);
  }

  /** What the user's own config says of a key, in this repository; whatever it is, nothing runs. */
  async askUser(key: string): Promise<string | undefined> {
    const { stdout } = await execute({
      args: ["config", "--global", "--includes", "--get", key],
      directory: this.directory,
      environment: toEnvironment(
        { ...this.settings, trusted: true },
        { layout: this.layout, config: [], environment: {} },
      ),
      signal: this.signal,
      running: this.settings.running,
    });
    return stdout.toString().trim() || undefined;
  }

  /** The output as text, without this repository's credentials. */
  async text(args: readonly string[], options: RunOptions = {}): Promise<string> {
    return this.redact((await this.run(args, options)).stdout.toString());
  }

  /** The NUL-separated records of the output, without the empty one at the end. */
  async records(args: readonly string[], options: RunOptions = {}): Promise<string[]> {
    const { stdout } = await this.run(args, options);
    const records = splitRecords(stdout).map((record) => this.redact(record));
    if (records.at(-1) === "") records.pop();
    return records;
  }

  redact(text: string): string {
    return this.#secrets.reduce((clean, secret) => clean.replaceAll(secret, "***"), text);
  }

  /** Runs what changes the repository: one at a time, and only where git writes inside it. */
  change<T>(work: () => Promise<T>): Promise<T> {
    return this.#guard.workspace.exclusive(this.layout.commonDir, async () => {
      if (!this.settings.trusted) this.#config.assertAllows("changing");
      await assertWritable(this.#guard, this.layout);
      return work();
    });
  }

  #environment({ config = [], environment = {} }: RunOptions): Record<string, string> {
    return toEnvironment(this.settings, {
      layout: this.layout,
      environment,
      config: [...this.#overrides, ...config],
    });
  }
}

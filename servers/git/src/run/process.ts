import { randomUUID } from "node:crypto";
import type { SimpleGitOptions } from "simple-git";
import { GitError } from "../errors.ts";
import { endAll, markVariable } from "./helpers.ts";
import { ZerosFinder } from "./zeros.ts";

/** One git command, with everything that decides what it may do. */
export interface Command {
  /** The arguments, the subcommand first. */
  readonly args: readonly string[];
  readonly directory: string;
  /** All of its environment: nothing is inherited but what stands here. */
  readonly environment: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Bytes after which no more is read and git is ended. */
  readonly maxBytes?: number;
  /** As `maxBytes`, counted from the first two zeros in a row after `zeros` single ones. */
  readonly after?: { readonly zeros: number; readonly maxBytes: number };
  readonly signal: AbortSignal;
  /** Where it is kept while it is under way. */
  readonly running: Set<Promise<unknown>>;
}

export interface Output {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly code: number;
  /** Whether it was ended at `maxBytes`. */
  readonly cut: boolean;
}

const defaultMaxBytes = 16 * 1024 * 1024;
const maxMessages = 64 * 1024;
/** A remote may say what it likes on stderr, for as long as it likes. */
const tooManyMessages = 16 * 1024 * 1024;

/** What simple-git would refuse: settings of ours, each of which makes a command safer. */
const unsafe = {
  allowUnsafeAskPass: true,
  allowUnsafeConfigEnvCount: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeEditor: true,
  allowUnsafeFilter: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeGitProxy: true,
  allowUnsafeGpgProgram: true,
  allowUnsafeHooksPath: true,
  allowUnsafeMergeDriver: true,
  allowUnsafePack: true,
  allowUnsafePager: true,
  allowUnsafeSshCommand: true,
  allowUnsafeTemplateDir: true,
} as const satisfies SimpleGitOptions["unsafe"];

/** Runs git to its end. Throws when git cannot be started. */
export async function execute(command: Command): Promise<Output> {
  const work = run(command);
  command.running.add(work);
  try {
    return await work;
  } finally {
    command.running.delete(work);
  }
}

/** The one place where simple-git is made. */
async function run(command: Command): Promise<Output> {
  const { GitPluginError, simpleGit } = await import("simple-git");
  const { maxBytes = defaultMaxBytes, after, environment } = command;
  // Without any input git's stdin would stay open, and what waits for it would hang.
  const input = command.input?.length ? command.input : "\n";
  command.signal.throwIfAborted();
  const mark = randomUUID();
  const enough = new AbortController();
  const seen = { code: 0, size: 0, limit: maxBytes, cut: false, said: 0, missing: false };
  const finder = new ZerosFinder(after?.zeros ?? 0);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let ending: Promise<void> | undefined;
  const end = () => {
    ending = endAll(mark).catch(() => {});
  };
  const git = simpleGit({
    baseDir: command.directory,
    abort: AbortSignal.any([command.signal, enough.signal]),
    allowEnvironment: Object.keys(environment),
    completion: { onClose: true, onExit: false },
    input: () => (typeof input === "string" ? input : Buffer.from(input)),
    errors(error, result) {
      seen.code = Number.isInteger(result.exitCode) ? result.exitCode : -1;
      // Git was never there to say so itself.
      seen.missing = seen.code < 0 && /\bENOENT\b/.test(Buffer.concat(result.stdErr).toString());
      // A failed command is an answer; what its exit code means is for the caller to say.
      return error instanceof GitPluginError ? error : undefined;
    },
    unsafe,
  })
    .env({ ...environment, [markVariable]: mark })
    .outputHandler((_command, out, err) => {
      out.on("data", (chunk: Buffer) => {
        if (after !== undefined && seen.limit === maxBytes) {
          const zeros = finder.find(chunk);
          if (zeros >= 0) seen.limit = Math.min(maxBytes, seen.size + zeros + after.maxBytes);
        }
        const room = seen.limit - seen.size;
        seen.size += chunk.length;
        if (room > 0) stdout.push(chunk.subarray(0, room));
        if (seen.size <= seen.limit || seen.cut) return;
        seen.cut = true;
        enough.abort();
      });
      err.on("data", (chunk: Buffer) => {
        if (seen.said < maxMessages) stderr.push(chunk);
        seen.said += chunk.length;
        if (seen.said <= tooManyMessages || ending !== undefined) return;
        end();
        enough.abort();
      });
    });
  command.signal.addEventListener("abort", end);
  try {
    await git.raw([...command.args]);
  } catch (error) {
    command.signal.throwIfAborted();
    if (seen.said > tooManyMessages) {
      throw new GitError("git was stopped: it printed more than 16 MB.", "Try another remote.");
    }
    if (!seen.cut) throw error;
  } finally {
    command.signal.removeEventListener("abort", end);
    // The next command in this repository must not start while this one is still being stopped.
    await ending;
  }
  const messages = Buffer.concat(stderr).toString();
  if (!seen.cut && seen.code < 0) {
    throw seen.missing
      ? new GitError("git could not be started.", "Install git and make sure it is on the PATH.")
      : new GitError("git was stopped before it had finished.", "Try again.");
  }
  return { stdout: Buffer.concat(stdout), stderr: messages, code: seen.code, cut: seen.cut };
}

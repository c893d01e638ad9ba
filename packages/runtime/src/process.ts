import { readFileSync, statSync } from "node:fs";
import type { Surface } from "@fairlead/define";
import type { Usage } from "@fairlead/operate/telemetry";
import { createLog, type Log, severities } from "./operate/log.ts";
import { appendTo } from "./operate/log-file.ts";
import type { Sources, Values } from "./operate/options.ts";
import type { Output } from "./serve/stdio.ts";

/** What is in flight may take this long to be answered; the process is gone a second later. */
export const graceMs = 4_000;
/** So long after it, who still waits over HTTP has been told why. */
export const tellMs = 200;
/** By then what was called has to have ended: the rest is for writing down how. */
const lateMs = graceMs + 500;
const watchdogMs = 1_000;
/** sysexits: a usage error is the person's to mend, not a crash. */
const usageExit = 2;
/** How long a server that was an orphan from its start waits for somebody to speak. */
const orphanMs = 30_000;
/** Bytes of answers that may wait for a slow host; whatever is in flight comes on top. */
const mostUnread = 4 * 1024 * 1024;

export interface Stdout extends Output {
  /** Resolves when a reader that is slower than we are has been handed everything. */
  written(): Promise<void>;
}

/** Keeps stdout for the protocol: anything else that is written to it goes to stderr. */
export function keepStdoutPure(): Stdout {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  const { stdout } = process;
  return {
    write: (text) => void write(text),
    get full() {
      return stdout.writableLength > mostUnread;
    },
    onceRead: (callback) => void stdout.once("drain", callback),
    written: () => new Promise((resolve) => write("", () => resolve())),
  };
}

/**
 * Where the log goes: to the end of a file, which nobody else may read, or to stderr. Throws what the
 * system says of a file that cannot be opened.
 */
export function openLogWriter(path: string | undefined): (line: string) => void {
  // A host that stops reading our log is not a reason to stop answering.
  process.stderr.on("error", () => {});
  if (path === undefined) return (line) => void process.stderr.write(line);
  return appendTo(path);
}

/** What this process uses of the machine. */
export function readUsage(): Usage {
  const { user, system } = process.cpuUsage();
  return { residentBytes: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6 };
}

/** Resolves after so many milliseconds. */
export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Ends the process with this exit code. */
export type Leave = (code: number) => void;

/**
 * Leaves once, in order if that takes no longer than the grace period, and at once after it. `late`
 * resolves when it is time to hurry.
 */
export function leaveOnce(close: (late: Promise<void>) => Promise<void>): Leave {
  let leaving = false;
  return (code) => {
    if (leaving) return;
    leaving = true;
    // Whatever closing waits for, the process is gone soon after the grace period.
    setTimeout(() => process.exit(code), graceMs + 1_000);
    void close(wait(lateMs)).then(
      () => process.exit(code),
      () => process.exit(1),
    );
  };
}

/**
 * Writes and sends what is left once all calls have ended, or when it is late: an end that waits, as for a
 * Redis that is away or a host that no longer reads, shall not take the audit log with it.
 */
export async function closeInTime(
  ending: Promise<void>,
  operations: { close(): Promise<void> },
  late: Promise<void>,
): Promise<void> {
  await Promise.race([ending.catch(() => undefined), late]);
  await operations.close();
  await ending;
}

/** A hang-up ends the process like the others, where it does not stand for reading something again. */
export function onSignals(leave: Leave, reread: () => void = () => leave(0)): void {
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => leave(0));
  process.on("SIGHUP", reread);
}

/** A host that dies without closing our stdin leaves us to another parent: then nobody is listening. */
export function watchParent(leave: Leave): void {
  const { ppid } = process;
  setInterval(() => {
    if (process.ppid !== ppid) leave(0);
  }, watchdogMs).unref();
  if (ppid !== 1) return;
  // The host may have died while we started. But init may be the host, which then speaks at once.
  const timer = setTimeout(() => leave(0), orphanMs).unref();
  process.stdin.once("data", () => clearTimeout(timer));
}

/** Who is told in a message that it cannot start: by its command, or by its name without one. */
type Program = Pick<Surface["package"], "command" | "name">;

/** Opens the log of a process as its options ask for it, or says why that cannot be had, and leaves. */
export function openLog(
  program: Program,
  { logFile, logLevel }: Values,
  secrets: readonly string[],
  traceId: () => string | undefined,
): Log {
  const level = severities.find((severity) => severity === logLevel) ?? "info";
  try {
    const write = openLogWriter(typeof logFile === "string" ? logFile : undefined);
    return createLog(write, { secrets, level, traceId });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : error;
    return refuse(program, [
      `--log-file ${String(logFile)}: it cannot be opened (${String(code)}).`,
    ]);
  }
}

/**
 * Logs what nobody caught. A process of one server leaves then; one of several goes on, as what one of
 * them or a library of it lets slip shall end no other.
 */
export function logUncaught(log: Log, then: (code: number) => void = () => undefined): void {
  process.on("unhandledRejection", (error) => log.error(error, "unhandled rejection", "-"));
  process.on("uncaughtException", (error) => {
    log.error(error, "uncaught exception", "-");
    then(1);
  });
}

/** Where this process finds the values of options, with these words for its flags. */
export function toSources(argv: readonly string[]): Sources {
  return {
    ...{ argv, env: process.env, kindOf },
    readFile: (path) => readFileSync(path, "utf8"),
  };
}

function kindOf(path: string): "directory" | "file" | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() ? "directory" : stats ? "file" : undefined;
}

/** Says why a server cannot start, and leaves. */
export function refuse({ command, name }: Program, problems: readonly string[]): never {
  const lines = problems.map((problem) => `  - ${problem}`);
  process.stderr.write(`${command ?? name} cannot start:\n${lines.join("\n")}\n`);
  process.exit(usageExit);
}

/**
 * Has V8 inline the walk of a call whole. By itself it puts 920 bytes of bytecode into one function
 * and the walk has more, which costs a small call 5 % of its CPU over stdio and 9 % over HTTP. Not
 * before the first call, since a start should load nothing for it. An engine that does not know the
 * flag says so on stderr and goes on.
 */
export async function inlineCalls(): Promise<void> {
  const { setFlagsFromString } = await import("node:v8");
  setFlagsFromString("--max-inlined-bytecode-size-cumulative=2500");
}

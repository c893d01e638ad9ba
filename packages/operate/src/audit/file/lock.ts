import { randomUUID } from "node:crypto";
import {
  linkSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { isRecord } from "@fairlead/guard/record";
import { AuditProblem, toCode } from "../problem.ts";
import { isRunning, ownPid } from "./process.ts";

const beatMs = 5_000;
/**
 * Milliseconds after which a lock that is not renewed counts as stale, if its process cannot be
 * looked up.
 */
const staleMs = 20_000;

interface Owner {
  readonly token: string;
  readonly pid: number;
  /** When the process began: the system gives its number to another process later. */
  readonly began: string;
  /** Where its number is valid: one kernel and one namespace of process ids. */
  readonly scope: string;
  readonly host: string;
}

/** The lock of a file. */
export interface Lock {
  release(): void;
}

/**
 * Locks a file for this process with a file `.NAME.lock` next to it, since Node has no flock. Throws
 * AuditProblem if another process has the lock. A process that was killed does not keep it.
 */
export function lock(path: string): Lock {
  const at = join(dirname(path), `.${basename(path)}.lock`);
  const owner: Owner = {
    token: randomUUID(),
    pid: ownPid,
    began: toBegan(ownPid) ?? "",
    scope: toScope(),
    host: hostname(),
  };
  if (!create(at, owner)) {
    evict(at, path, owner);
    if (!create(at, owner)) throw toTaken(path, read(at));
  }
  const timer = setInterval(() => beat(at), beatMs).unref();
  return {
    release() {
      clearInterval(timer);
      if (read(at)?.token === owner.token) rmSync(at, { force: true });
    },
  };
}

function create(at: string, owner: Owner): boolean {
  try {
    writeFileSync(at, JSON.stringify(owner), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (toCode(error) === "EEXIST") return false;
    throw error;
  }
}

/** Moves the lock of a dead process away. Throws if the process is alive. */
function evict(at: string, path: string, self: Owner): void {
  const holder = read(at);
  if (holder !== undefined ? isAlive(holder, at, self) : isFresh(at)) throw toTaken(path, holder);
  const aside = `${at}.${self.token}`;
  try {
    renameSync(at, aside);
  } catch {
    // Another process was quicker, and creating it will tell.
    return;
  }
  // Another process may have taken the lock between the check and the move: then it is put back.
  if (read(aside)?.token !== holder?.token) {
    try {
      linkSync(aside, at);
    } finally {
      rmSync(aside, { force: true });
    }
    throw toTaken(path, read(at));
  }
  rmSync(aside, { force: true });
}

function isAlive(holder: Owner, at: string, self: Owner): boolean {
  if (holder.scope === self.scope) {
    const { pid, began } = holder;
    return isRunning(pid) && (toBegan(pid) ?? began) === began;
  }
  // A process of another machine or container.
  return isFresh(at);
}

/** A time in the future is of a clock that was set back: a lock that is held has another one soon. */
function isFresh(at: string): boolean {
  const stats = statSync(at, { throwIfNoEntry: false });
  return stats !== undefined && Math.abs(Date.now() - stats.mtimeMs) < staleMs;
}

function beat(at: string): void {
  try {
    const now = new Date();
    utimesSync(at, now, now);
  } catch {
    // The lock is gone or the disk fails: the next write of a line reports it.
  }
}

function read(at: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(at, "utf8"));
    if (!isRecord(value)) return undefined;
    const { token, pid, began, scope, host } = value;
    if (typeof pid !== "number" || typeof token !== "string") return undefined;
    return { token, pid, began: String(began), scope: String(scope), host: String(host) };
  } catch {
    return undefined;
  }
}

function toTaken(path: string, holder: Owner | undefined): AuditProblem {
  const who = holder === undefined ? "Another process" : `Process ${holder.pid} on ${holder.host}`;
  return new AuditProblem(
    `${who} writes the audit log ${path}.`,
    `Two processes must not write one file: give each its own --audit-file. If that process has ended, try again in ${staleMs / 1_000} seconds.`,
  );
}

/**
 * When a process began, in ticks since the machine did (proc(5), field 22 of stat); undefined where
 * that is not told.
 */
function toBegan(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in brackets, which may hold anything.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

function toScope(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

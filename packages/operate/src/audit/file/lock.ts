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
/** After so long without a sign of life, one whose process cannot be looked up counts as dead. */
const staleMs = 20_000;

interface Owner {
  readonly token: string;
  readonly pid: number;
  /** When the process began: a number is given to another process after a while. */
  readonly began: string;
  /** Where its number means something: one kernel and one namespace of process ids. */
  readonly scope: string;
  readonly host: string;
}

/** What holds a file for one process. */
export interface Lock {
  release(): void;
}

/**
 * Takes a file for this process alone, by a file `.NAME.lock` next to it, since Node has no flock.
 * Throws AuditProblem where another process has it. One that was killed holds it no longer.
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

/** Moves a dead process's lock away; throws where it is alive. */
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
  // Between the look and the move somebody else may have taken it: then it is put back.
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

function isFresh(at: string): boolean {
  const stats = statSync(at, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs < staleMs;
}

function beat(at: string): void {
  try {
    const now = new Date();
    utimesSync(at, now, now);
  } catch {
    // Gone, or the disk is away: what is written says more.
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

/** When a process began, in ticks since the machine did (proc(5), field 22 of stat); undefined where that is not told. */
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

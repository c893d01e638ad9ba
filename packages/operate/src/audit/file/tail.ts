import { hash } from "node:crypto";
import { closeSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { beginning, type Head, readLink } from "../chain.ts";
import { AuditProblem } from "../problem.ts";

/** Maximum bytes of a line, and of a write that a crash may have cut off. */
const maxTail = 1024 * 1024;

/** Bytes at the end of a file that are not a whole line: what a crash left of one. */
export interface Torn {
  readonly bytes: number;
  /** SHA-256 of these bytes, in hexadecimal digits. */
  readonly sha256: string;
}

/** How a file of the log ends. */
export interface Tail {
  readonly head: Head;
  readonly torn: Torn | undefined;
  /** Whether a line end is missing. */
  readonly open: boolean;
  readonly bytes: number;
}

/**
 * Reads the end of a file. Undefined for an empty one or none. Throws AuditProblem for a file that is
 * something else, and for one whose last line was changed.
 */
export function readTail(path: string): Tail | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new AuditProblem(`${path} is not a file.`, "Name a regular file.");
    if (stats.size === 0) return undefined;
    const end = Buffer.alloc(Math.min(stats.size, maxTail));
    readSync(descriptor, end, { position: stats.size - end.length });
    return toTail(path, end, stats.size);
  } finally {
    closeSync(descriptor);
  }
}

function toTail(path: string, end: Buffer, bytes: number): Tail {
  const open = end.at(-1) !== lineEnd;
  let stop = end.length;
  while (stop > 0) {
    const from = end.lastIndexOf(lineEnd, stop - 2) + 1;
    // The first piece of a long file is not a line.
    if (from === 0 && end.length < bytes) break;
    const line = end.subarray(from, end[stop - 1] === lineEnd ? stop - 1 : stop);
    const link = readLink(line);
    if (link === "changed") throw toChanged(path);
    if (link !== "torn") return { head: link, torn: toTorn(end.subarray(stop)), open, bytes };
    stop = from;
  }
  // A crash may have left a piece of the very first line.
  if (end.length === bytes && end.toString().startsWith('{"seq":1,')) {
    return { head: beginning, torn: toTorn(end), open, bytes };
  }
  throw new AuditProblem(
    `${path} is not an audit log.`,
    "Nothing was written to it. Name a file that does not exist yet, or one that this server wrote.",
  );
}

const lineEnd = 0x0a;

/** What marks a piece of a line; undefined where there is none. */
export function toTorn(piece: Buffer): Torn | undefined {
  const bytes = piece.at(-1) === lineEnd ? piece.subarray(0, -1) : piece;
  return bytes.length === 0 ? undefined : { bytes: bytes.length, sha256: hash("sha256", bytes) };
}

function toChanged(path: string): AuditProblem {
  return new AuditProblem(
    `The last line of ${path} was changed: its hash does not fit.`,
    `Keep the file for an examination ("fairlead audit verify ${path}" says more), and start with another one.`,
  );
}

/**
 * The end of the newest of the files that a rotation made of this one (`audit.jsonl.1`); undefined
 * without any.
 */
export function readRotated(path: string): Tail | undefined {
  const prefix = `${basename(path)}.`;
  let newest: Tail | undefined;
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(prefix)) continue;
    const tail = tryTail(join(dirname(path), name));
    if (tail !== undefined && tail.head.sequence > (newest?.head.sequence ?? 0)) newest = tail;
  }
  return newest;
}

/** Skips compressed files and files of other programs. */
function tryTail(path: string): Tail | undefined {
  try {
    return readTail(path);
  } catch (error) {
    if (error instanceof AuditProblem) return undefined;
    throw error;
  }
}

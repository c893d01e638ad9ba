import { closeSync } from "node:fs";
import { type HeldDirectory, isSystemError } from "@fairlead/guard";
import { messageOf } from "../errors.ts";
import { readWhole } from "../text/descriptors.ts";
import { type Ignore, largestRules } from "./ignore.ts";
import { type Entry, toEntryType } from "./listing.ts";

/** The entries of one directory, and the rules that hold in it. */
export interface Level {
  readonly entries: readonly Entry[];
  readonly ignore: Ignore | undefined;
}

/** Reads a directory in the order of bytes, and its own .gitignore where those count. */
export function listLevel(directory: HeldDirectory, ignore: Ignore | undefined): Level {
  const entries = directory
    .entries()
    .map((entry): Entry => ({ name: entry.name, type: toEntryType(entry) }))
    .sort((a, b) => compareNames(a.name, b.name));
  if (ignore === undefined || !entries.some(({ name }) => name === ".gitignore")) {
    return { entries, ignore };
  }
  return { entries, ignore: ignore.enter(directory.path, readRules(directory)) };
}

function readRules(directory: HeldDirectory): string {
  try {
    const file = directory.open(".gitignore");
    if (file === undefined) return "";
    try {
      return file.size > largestRules ? "" : readWhole(file).toString("utf8");
    } finally {
      closeSync(file.descriptor);
    }
  } catch (error) {
    if (!isSystemError(error)) messageOf(error);
    return "";
  }
}

/** The order of the names' bytes, which differs from that of strings only behind the surrogates. */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  if (/[\ud800-\uffff]/.test(a) && /[\ud800-\uffff]/.test(b)) {
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
  }
  return a < b ? -1 : 1;
}

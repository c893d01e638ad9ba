import { join } from "node:path";
import { HeldDirectory, isSystemError, type PathGuard } from "@fairlead/guard";
import { messageOf } from "../errors.ts";
import type { Ignore } from "./ignore.ts";
import { compareNames, type Level, listLevel } from "./levels.ts";
import type { EntryType } from "./listing.ts";

export interface Found {
  readonly directory: HeldDirectory;
  readonly name: string;
  readonly type: EntryType;
  readonly path: string;
  /** The path below the top, with forward slashes. */
  readonly below: string;
}

export interface WalkOptions {
  /** The path below the top to begin with: what comes before it is left out. */
  readonly start: string;
  readonly ignore: Ignore | undefined;
  /** Says which entries are left out with all that is in them. */
  excludes?(below: string): boolean;
}

/** Directories of a path that are kept open at once. */
const mostHeld = 200;

interface OpenLevel extends Level {
  readonly directory: HeldDirectory;
  /** The path below the top, empty or with a slash at its end. */
  readonly below: string;
  /** The path of the directory with what stands before a name in it. */
  readonly prefix: string;
  at: number;
}

/** What is below a directory, each directory before what is in it, in the order of bytes. */
export class Walk {
  readonly #levels: OpenLevel[] = [];
  readonly #options: WalkOptions;
  readonly #start: readonly string[];
  /** Whether the walk still has to come to its start. */
  #before: boolean;

  /** Only the top must be readable: what cannot be looked into below it is passed over. */
  constructor(guard: PathGuard, top: string, options: WalkOptions) {
    this.#options = options;
    this.#start = options.start === "" ? [] : options.start.split("/");
    this.#before = this.#start.length > 0;
    this.#push(HeldDirectory.hold(guard, top), "", options.ignore);
  }

  /** The next entry. What is in a directory follows it. */
  next(): Found | undefined {
    for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) {
      const entry = level.entries[level.at++];
      if (entry === undefined) {
        this.#pop();
        continue;
      }
      const { name, type } = entry;
      const below = level.below + name;
      if (this.#before && this.#isBefore(name)) continue;
      const path = level.prefix + name;
      if (level.ignore?.ignores(path, name, type)) continue;
      if (this.#options.excludes?.(below)) continue;
      if (type === "directory") this.#enter(level, name, below);
      // A directory that the start is in comes before it, though what is in it may not.
      if (this.#before) continue;
      return { directory: level.directory, name, type, path, below };
    }
    return undefined;
  }

  /** Lets go of everything that is open. */
  close(): void {
    for (const { directory } of this.#levels.splice(0)) directory.release();
  }

  /** Whether an entry of the last level comes before the start with all that is in it. */
  #isBefore(name: string): boolean {
    const depth = this.#levels.length - 1;
    const other = this.#start[depth];
    const order = other === undefined ? 1 : compareNames(name, other);
    // Once past it, or at it, nothing that follows is before it, but for what is in it.
    if (order > 0 || (order === 0 && depth === this.#start.length - 1)) this.#before = false;
    return order < 0;
  }

  #enter(level: OpenLevel, name: string, below: string): void {
    try {
      this.#push(level.directory.enter(name), `${below}/`, level.ignore);
    } catch (error) {
      if (!isSystemError(error)) messageOf(error);
    }
  }

  #push(directory: HeldDirectory, below: string, ignore: Ignore | undefined): void {
    const prefix = join(directory.path, "x").slice(0, -1);
    try {
      this.#levels.push({ ...listLevel(directory, ignore), directory, below, prefix, at: 0 });
    } catch (error) {
      directory.release();
      throw error;
    }
    // Let go of for a while: it is opened, and judged, again when the walk comes back to it.
    this.#levels[this.#levels.length - 1 - mostHeld]?.directory.release();
  }

  #pop(): void {
    this.#levels.pop()?.directory.release();
  }
}

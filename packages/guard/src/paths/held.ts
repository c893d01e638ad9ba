import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  statSync,
} from "node:fs";
import { platform } from "node:os";
import { join, sep } from "node:path";
import { guarded } from "./anchor.ts";
import { changed, isSystemError, PathError, toPathError } from "./errors.ts";
import type { Access, PathGuard } from "./paths.ts";
import { foldName } from "./syntax.ts";

const system = platform();
const directoryOnly = constants.O_DIRECTORY ?? 0;

/** A regular file that is open. The caller closes the descriptor. */
export interface HeldFile {
  readonly descriptor: number;
  readonly size: number;
}

/**
 * A directory held open for synchronous work, which belongs into a thread of its own. It is judged once,
 * by its descriptor; its entries are opened through that, never through a link, so that nothing that
 * happens to the path meanwhile leads elsewhere.
 */
export class HeldDirectory {
  readonly path: string;
  readonly #guard: PathGuard;
  /** The path with what stands before a name in it. */
  readonly #prefix: string;
  #descriptor: number | undefined;
  /** The path that reaches it by its descriptor, with what stands before a name. */
  #place = "";
  #isReadable: ((name: string) => boolean) | undefined;

  private constructor(guard: PathGuard, path: string, descriptor: number | undefined) {
    this.#guard = guard;
    this.path = path;
    this.#prefix = path.endsWith(sep) ? path : path + sep;
    this.#descriptor = descriptor;
  }

  /** Opens the directory at a real path. */
  static hold(guard: PathGuard, path: string): HeldDirectory {
    try {
      return new HeldDirectory(guard, path, openDirectory(guard, path, path));
    } catch (error) {
      throw toPathError(error, path);
    }
  }

  /** The entries of the directory, links not followed. */
  entries(): Dirent[] {
    return readdirSync(this.#at("."), { withFileTypes: true });
  }

  /** Opens a directory in it. */
  enter(name: string): HeldDirectory {
    const path = join(this.path, name);
    return new HeldDirectory(this.#guard, path, openDirectory(this.#guard, this.#at(name), path));
  }

  /** Opens a file in it for reading; undefined for one that may not be read or is not a regular one. */
  open(name: string): HeldFile | undefined {
    this.#isReadable ??= this.#guard.readable(this.path);
    if (!this.#isReadable(name)) return undefined;
    return hold(openSync(this.#at(name), constants.O_RDONLY | guarded), (descriptor) => {
      // Through the descriptor of its directory it cannot be another; without one that is to be seen.
      if (system !== "linux") assertSame(this.#guard, descriptor, this.#prefix + name, "read");
    });
  }

  /** Whether a link in it leads to something that may be seen. */
  leadsInside(name: string): boolean {
    try {
      return this.#guard.admits(realpathSync(join(this.path, name)), "look");
    } catch {
      return false;
    }
  }

  /** Lets go of it; what is done with it later opens it again. */
  release(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.#place = "";
  }

  #at(name: string): string {
    if (system !== "linux") return join(this.path, name);
    this.#descriptor ??= openDirectory(this.#guard, this.path, this.path);
    if (this.#place === "") this.#place = `/proc/self/fd/${this.#descriptor}/`;
    return this.#place + name;
  }
}

/**
 * Opens a file for synchronous reading, as `openFile` does; undefined for what is not simply there or
 * may not be read, which `openFile` explains.
 */
export function openHeld(guard: PathGuard, requested: string): HeldFile | undefined {
  const path = guard.locateNow(requested, "read");
  if (path === undefined) return undefined;
  try {
    // Looked at first, because opening a device can already have an effect.
    if (!lstatSync(path).isFile()) return undefined;
    return hold(openSync(path, constants.O_RDONLY | guarded), (descriptor) =>
      assertSame(guard, descriptor, path, "read"),
    );
  } catch (error) {
    if (error instanceof PathError || isSystemError(error)) return undefined;
    throw error;
  }
}

/** Opens a directory and decides about what was opened; Windows has no descriptors of directories. */
function openDirectory(guard: PathGuard, place: string, path: string): number | undefined {
  if (system === "win32") {
    if (realpathSync(path) !== path) throw changed(path);
    guard.decide(path, "look");
    return undefined;
  }
  const descriptor = openSync(place, constants.O_RDONLY | directoryOnly | guarded);
  try {
    assertSame(guard, descriptor, path, "look");
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Checks that what was opened is what lies at a path, and decides about where it really is. */
function assertSame(guard: PathGuard, descriptor: number, path: string, access: Access): void {
  if (system === "linux") {
    const found = readlinkSync(`/proc/self/fd/${descriptor}`);
    if (found !== path && foldName(found) !== foldName(path)) throw changed(path);
    return guard.decide(found, access);
  }
  const real = realpathSync(path);
  const now = statSync(real, { bigint: true });
  const held = fstatSync(descriptor, { bigint: true });
  if (real !== path || now.ino !== held.ino || now.dev !== held.dev) throw changed(path);
  guard.decide(real, access);
}

/** Keeps a descriptor of a regular file that passes the check; closes any other. */
function hold(descriptor: number, check: (descriptor: number) => void): HeldFile | undefined {
  try {
    const stats = fstatSync(descriptor);
    check(descriptor);
    if (stats.isFile()) return { descriptor, size: stats.size };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  closeSync(descriptor);
  return undefined;
}

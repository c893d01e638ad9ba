import { realpathSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { platform as currentPlatform } from "node:os";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { expandHome } from "../home.ts";
import { explained, isSystemError, PathError, toPathError } from "./errors.ts";
import { findName } from "./find-name.ts";
import { assertOrdinary, foldsCase, isOrdinary } from "./places.ts";
import { Rules } from "./rules.ts";
import { assertSyntax, foldName, isWithin } from "./syntax.ts";
import { Workspace } from "./workspace.ts";

/** What a guard lets tools reach, and what it keeps from them. */
export interface PathGuardOptions {
  /** The directories everything must stay in; they must exist. */
  readonly directories: readonly string[];
  /** Globs of files whose content is neither read nor written. */
  readonly deny?: readonly string[];
  /** Globs of files that may be read but not written. */
  readonly protect?: readonly string[];
  /** Refuse to write a file that has more than one name. */
  readonly strict?: boolean;
}

/** What is about to be done: see that it is there, read its content, or change it. */
export type Access = "look" | "read" | "write";

/** A path the guard has decided about. */
export interface Location {
  /** Real and absolute: no symbolic link is left in the part that exists. */
  readonly path: string;
  /** How many segments at the end do not exist; 0 when the whole path does. */
  readonly missing: number;
}

export interface Root {
  readonly given: string;
  readonly real: string;
  readonly foldsCase: boolean;
}

/** An allowed directory by one of its two names. */
interface Place {
  readonly root: Root;
  readonly lexical: string;
}

/** What a guard decides by, as data that another thread can be given. */
export interface GuardFacts {
  readonly roots: readonly Root[];
  readonly options: PathGuardOptions;
}

/** Resolves the allowed directories once; throws when there are none or one cannot be used. */
export async function createPathGuard(options: PathGuardOptions): Promise<PathGuard> {
  if (options.directories.length === 0) {
    throw new PathError("No directory is allowed.", "Name at least one directory.");
  }
  const roots: Root[] = [];
  for (const directory of options.directories) {
    assertSyntax(directory, currentPlatform());
    const given = resolve(expandHome(directory));
    const real = await explained(given, () => realpath(given));
    if (!(await stat(real)).isDirectory()) {
      throw new PathError(`'${directory}' is not a directory.`, "Name a directory.");
    }
    assertOrdinary(real);
    roots.push({ given, real, foldsCase: await foldsCase(real) });
  }
  return new PathGuard({ roots, options });
}

/** Decides about every path: nothing reaches a file but through a location it has given out. */
export class PathGuard {
  /** The allowed directories as given and, where that differs, as they really are. */
  readonly directories: readonly string[];
  readonly strict: boolean;
  /** What those who write through this guard share. */
  readonly workspace = new Workspace();
  /** From these an equal guard can be made in another thread. */
  readonly facts: GuardFacts;
  /** The allowed directories as they may stand before a path, the longest first. */
  readonly #places: readonly Place[];
  readonly #denied: Rules;
  readonly #protected: Rules;

  constructor({ roots, options }: GuardFacts) {
    const { directories, deny = [], protect = [".git"], strict = false } = options;
    this.facts = { roots, options: { directories, deny, protect, strict } };
    this.#places = roots
      .flatMap((root) => [root.given, root.real].map((lexical) => ({ root, lexical })))
      .sort((a, b) => b.lexical.length - a.lexical.length);
    this.directories = [...new Set(roots.flatMap(({ given, real }) => [given, real]))];
    this.strict = strict;
    this.#denied = new Rules(deny);
    this.#protected = new Rules(protect);
  }

  /** Throws PathError if an allowed directory is gone, as one on a disk that was unmounted. */
  async assertPresent(): Promise<void> {
    for (const { given, real } of this.facts.roots) {
      const stats = await explained(given, () => stat(real));
      if (!stats.isDirectory())
        throw new PathError(`'${given}' is not a directory.`, "Name a directory.");
    }
  }

  /** Where a path really leads, links followed; throws when it leads out or is not permitted. */
  async locate(requested: string, access: Access): Promise<Location> {
    const absolute = this.#toAbsolute(requested);
    this.#decideRules(absolute, access, requested);
    const location = await this.#follow(absolute);
    this.decide(location.path, access);
    return location;
  }

  /**
   * Where a path that exists as it is spelt really leads, for synchronous work; undefined for one that
   * `locate` refuses or has to look for.
   */
  locateNow(requested: string, access: Access): string | undefined {
    try {
      const absolute = this.#toAbsolute(requested);
      this.#decideRules(absolute, access, requested);
      const real = realpathSync.native(absolute);
      this.decide(real, access);
      return real;
    } catch (error) {
      if (error instanceof PathError || isSystemError(error)) return undefined;
      throw error;
    }
  }

  /** Where an entry itself lies: a link at the end of the path is not followed. */
  async locateEntry(requested: string, access: Access): Promise<Location> {
    const absolute = this.#toAbsolute(requested);
    this.#decideRules(absolute, access, requested);
    if (this.isRoot(absolute)) {
      throw new PathError(
        `'${absolute}' is an allowed directory itself.`,
        "Name something inside it.",
      );
    }
    const parent = await this.#follow(dirname(absolute));
    const name = basename(absolute);
    const path = join(parent.path, name);
    const known = parent.missing === 0 ? await findName(parent.path, name) : undefined;
    const found = known === undefined ? path : join(parent.path, known);
    this.decide(found, access);
    return { path: found, missing: known === undefined ? parent.missing + 1 : 0 };
  }

  /** Whether a path is one of the allowed directories itself. */
  isRoot(requested: string): boolean {
    return this.directories.includes(this.#toAbsolute(requested));
  }

  /**
   * Decides about a real path. Called for what was asked for and again for what was opened, since
   * the file system may have changed in between.
   */
  decide(real: string, access: Access): void {
    const root = this.#rootOf(real);
    if (root === undefined) {
      const allowed = this.directories.join(", ");
      throw new PathError(
        `Access denied - symlink target outside allowed directories: ${real} not in ${allowed}`,
        "Only files inside the allowed directories can be used.",
      );
    }
    assertOrdinary(real);
    this.#decideRules(real, access, real);
  }

  /** The answer of `decide` as a boolean. */
  admits(real: string, access: Access): boolean {
    if (this.#rootOf(real) === undefined || !isOrdinary(real)) return false;
    if (access === "look") return true;
    const names = this.#toRuleNames(real);
    return !this.#denied.hold(names) && !(access === "write" && this.#protected.hold(names));
  }

  /** The answers of `admits` for reading what is in a real directory, as a function of its names. */
  readable(directory: string): (name: string) => boolean {
    const prefix = directory.endsWith(sep) ? directory : directory + sep;
    const root = this.#rootOf(directory);
    // What leads to an allowed directory or to the system's own places is decided path by path.
    const leads = this.#places.some(({ lexical }) => lexical.startsWith(prefix));
    if (root === undefined || leads || directory === sep) {
      return (name) => this.admits(prefix + name, "read");
    }
    if (!isOrdinary(directory)) return () => false;
    const denied = this.#denied.inside(this.#toRuleNames(directory));
    return (name) =>
      /[\\/]/.test(name) ? this.admits(prefix + name, "read") : !denied(foldName(name));
  }

  /** Where a relative path leads: from the first allowed directory it does not leave. */
  #toAbsolute(requested: string): string {
    assertSyntax(requested, currentPlatform());
    const expanded = expandHome(requested);
    const candidates = isAbsolute(expanded)
      ? [resolve(expanded)]
      : this.directories.map((directory) => resolve(directory, expanded));
    const absolute = candidates.find((path) => this.#lexicalRootOf(path) !== undefined);
    if (absolute === undefined) {
      const allowed = this.directories.join(", ");
      throw new PathError(
        `Access denied - path outside allowed directories: ${candidates[0]} not in ${allowed}`,
        "Use a path inside one of the allowed directories.",
      );
    }
    assertOrdinary(absolute);
    return absolute;
  }

  async #follow(absolute: string): Promise<Location> {
    try {
      return { path: await realpath(absolute), missing: 0 };
    } catch (error) {
      if (!isSystemError(error, "ENOENT")) throw toPathError(error, absolute);
    }
    return explained(absolute, () => this.#followExisting(absolute));
  }

  /**
   * Follows a path whose end is missing, name by name. Missing is a name with no entry and nothing
   * else: an entry that leads nowhere (a dangling link) is an error, since creating "the missing
   * file" would write through it.
   */
  async #followExisting(absolute: string): Promise<Location> {
    const top = this.#lexicalRootOf(absolute);
    if (top === undefined) throw new Error(`unchecked path ${absolute}`);
    const names = relative(top.lexical, absolute)
      .split(sep)
      .filter((name) => name !== "");
    let current = top.root.real;
    for (const [index, name] of names.entries()) {
      const known = await findName(current, name);
      if (known === undefined) {
        return { path: join(current, ...names.slice(index)), missing: names.length - index };
      }
      current = await follow(join(current, known));
      this.decide(current, "look");
    }
    return { path: current, missing: 0 };
  }

  #rootOf(real: string): Root | undefined {
    return this.#places.find((place) => place.lexical === place.root.real && isIn(place, real))
      ?.root;
  }

  #lexicalRootOf(path: string): Place | undefined {
    return this.#places.find((place) => isIn(place, path));
  }

  #decideRules(path: string, access: Access, shown: string): void {
    if (access === "look") return;
    const names = this.#toRuleNames(path);
    const denied = this.#denied.find(names);
    if (denied !== undefined) {
      throw new PathError(
        `Access denied - '${shown}' may hold secrets ("${denied}").`,
        "Its content is not available through this server; ask the user if it is needed.",
      );
    }
    const kept = access === "write" ? this.#protected.find(names) : undefined;
    if (kept !== undefined) {
      throw new PathError(
        `Access denied - '${shown}' is protected from writing ("${kept}").`,
        "It can be read; ask the user if it must be changed.",
      );
    }
  }

  /** A path as rules see it: from the allowed directory it is in, folded, and with forward slashes. */
  #toRuleNames(path: string): string {
    const top = this.#lexicalRootOf(path);
    if (top === undefined) return "";
    const below = path.startsWith(top.lexical + sep)
      ? path.slice(top.lexical.length + 1)
      : relative(top.lexical, path);
    return foldName(below.replaceAll(sep, "/"));
  }
}

async function follow(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isSystemError(error, "ENOENT")) throw error;
    throw new PathError(
      `'${path}' is a symbolic link that leads nowhere.`,
      "Use the path it should lead to.",
    );
  }
}

function isIn({ root, lexical }: Place, path: string): boolean {
  if (!root.foldsCase) return isWithin(lexical, path, sep);
  return isWithin(foldName(lexical), foldName(path), sep);
}

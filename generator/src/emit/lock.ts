import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isJson, toJson } from "../json.ts";
import type { NameLock } from "../plan/names/names.ts";
import { Problem } from "../problem.ts";

/** Paths in the package, with forward slashes, and what stands there. */
export type Files = ReadonlyMap<string, string>;

export const lockFile = "openapi-to-mcp.lock.json";

/** What the generator remembers between its runs. */
export interface Lock {
  readonly generator: string;
  /** Where the document came from, and the hash of what was read. */
  readonly spec: { readonly url: string; readonly sha256: string };
  readonly names: NameLock;
  /** The hash of each file that is the generator's own. */
  readonly files: Readonly<Record<string, string>>;
}

export function readLock(directory: string): Lock | undefined {
  const path = join(directory, lockFile);
  if (!existsSync(path)) return undefined;
  const json = readJson(directory, lockFile);
  if (!isLock(json)) throw new Problem(`${lockFile} is damaged.`, "Restore it from git.");
  return json;
}

function isLock(json: unknown): json is Lock {
  return isJson(json) && isJson(json["spec"]) && isJson(json["names"]) && isJson(json["files"]);
}

export function toHashes(files: Files): Record<string, string> {
  const hashes = [...files].map(([path, content]) => [path, toHash(content)] as const);
  return Object.fromEntries(hashes.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function toHash(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** The generator's own files that somebody has changed since. */
export function findTouched(directory: string, lock: Lock): string[] {
  return Object.entries(lock.files).flatMap(([path, hash]) => {
    const now = read(directory, path);
    return now !== undefined && toHash(now) !== hash ? [path] : [];
  });
}

/** How files on disk would change: by path, in the order of paths. */
export function findChanges(directory: string, files: Files, lock: Lock | undefined) {
  const gone = Object.keys(lock?.files ?? {}).filter((path) => !files.has(path));
  const removed = gone.filter((path) => read(directory, path) !== undefined);
  const changed = [...files].flatMap(([path, content]) => {
    const now = read(directory, path);
    if (now === content) return [];
    return [{ path, kind: now === undefined ? ("added" as const) : ("changed" as const) }];
  });
  return [...changed, ...removed.map((path) => ({ path, kind: "removed" as const }))].sort(
    (a, b) => (a.path < b.path ? -1 : 1),
  );
}

export function write(directory: string, path: string, content: string): void {
  const target = join(directory, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
}

export function remove(directory: string, path: string): void {
  // Only what the generator itself writes can be named here, so that a lock names nothing else.
  if (/^(?:src\/generated|spec)\//.test(path) && !path.includes(".."))
    rmSync(join(directory, path));
}

export function read(directory: string, path: string): string | undefined {
  const target = join(directory, path);
  if (!existsSync(target)) return undefined;
  // Git may have given a file the line ends of Windows: nobody has changed it by that.
  return readFileSync(target, "utf8").replaceAll("\r\n", "\n");
}

export function readJson(directory: string, path: string) {
  const content = read(directory, path);
  if (content === undefined) return undefined;
  try {
    return toJson(JSON.parse(content));
  } catch {
    throw new Problem(`${path} is not JSON.`, "Correct it, or restore it from git.");
  }
}

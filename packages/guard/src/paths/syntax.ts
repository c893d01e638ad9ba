import { PathError } from "./errors.ts";

/** The operating system a path is meant for, as `os.platform()` names it. */
export type Platform = NodeJS.Platform;

const posixLimit = 4096;
const windowsLimit = 32_767;

/**
 * Refuses a path that is broken, or that this system would take for something other than a plain
 * file or directory: Windows has many such spellings, and a Windows path on another system is a
 * mistake that would silently make an odd file name.
 */
export function assertSyntax(path: string, platform: Platform): void {
  if (path.includes("\0")) throw new PathError("A path cannot hold a NUL byte.", "Remove it.");
  const windows = platform === "win32";
  const length = windows ? path.length : Buffer.byteLength(path);
  if (length > (windows ? windowsLimit : posixLimit)) {
    throw new PathError(`The path is too long: ${length} bytes.`, "Use a shorter path.");
  }
  const problem = windows ? windowsProblem(path) : posixProblem(path);
  if (problem !== undefined) {
    throw new PathError(`Access denied - ${problem}: ${path}`, "Use a plain path on this machine.");
  }
}

function posixProblem(path: string): string | undefined {
  if (/^[A-Za-z]:(?:[\\/]|$)/.test(path)) return "Windows path on a system that is not Windows";
  if (path.startsWith("\\\\")) return "network path on a system that is not Windows";
  return undefined;
}

function windowsProblem(path: string): string | undefined {
  if (/^[\\/]{2}/.test(path)) return "network or device path";
  const rest = /^[A-Za-z]:/.test(path) ? path.slice(2) : path;
  if (rest.includes(":")) return "alternate data stream";
  if (rest !== path && !/^[\\/]/.test(rest)) return "path relative to a drive";
  for (const segment of rest.split(/[\\/]/)) {
    if (segment === "" || segment === "." || segment === "..") continue;
    if (/^[^.]{1,8}~\d{1,6}(?:\.[^.]{0,3})?$/.test(segment)) return "short 8.3 name";
    if (/[. ]$/.test(segment)) return "name that Windows would shorten";
    if (/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(segment)) return "device name";
  }
  return undefined;
}

/** Whether `path` is `root` or lies below it: by whole segments, so `/a` does not hold `/ab`. */
export function isWithin(root: string, path: string, separator: string): boolean {
  return path === root || path.startsWith(root.endsWith(separator) ? root : root + separator);
}

/**
 * A name as the most forgiving file systems see it: case folded, in one Unicode form, without the
 * characters HFS+ ignores. Two paths that fold alike may be one file.
 */
export function foldName(name: string): string {
  // Most names are plain, and a walk folds every one of them.
  if (/^[ -~]*$/.test(name)) return name.toLowerCase();
  return name
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, "")
    .normalize("NFC")
    .toLowerCase()
    .normalize("NFC");
}

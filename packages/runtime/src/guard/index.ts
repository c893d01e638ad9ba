// Deciding about paths

// Doing what was decided
export {
  type Directory,
  type OpenFile,
  openFile,
  statEntry,
  withDirectory,
  withFile,
  withParent,
} from "./anchor.ts";
export { explained, isSystemError, notFound, toPathError } from "./errors.ts";
export {
  appendFile,
  createDirectory,
  moveEntry,
  type ReplaceOptions,
  readDirectory,
  removeEntry,
  replaceFile,
  updateFile,
  type Written,
} from "./files.ts";
// Globs that take no more than linear work
export { type Glob, matchesGlob, matchesName, parseGlob } from "./globs.ts";
export {
  type Access,
  createPathGuard,
  type Location,
  PathGuard,
  type PathGuardOptions,
} from "./paths.ts";

export { findReserved } from "./addresses.ts";
export { BoundedMap } from "./bounded-map.ts";
export { toInherited } from "./environment.ts";
export { type GlobTest, toGlobTest } from "./globs/glob-tests.ts";
export { type Glob, matchesGlob, matchesName, parseGlob } from "./globs/globs.ts";
export { HintError } from "./hint-error.ts";
export { expandHome } from "./home.ts";
export { findImageType } from "./images.ts";
export { oneAtATime } from "./one-at-a-time.ts";
export { demoNotInstalled, importDemo, isNotInstalled } from "./optional-package.ts";
export {
  type Directory,
  type OpenFile,
  openFile,
  statEntry,
  statPath,
  withDirectory,
  withFile,
  withParent,
} from "./paths/anchor.ts";
export {
  createDirectory,
  moveEntry,
  readDirectory,
  removeEntry,
  removeTree,
} from "./paths/entries.ts";
export { explained, isSystemError, notFound, PathError, toPathError } from "./paths/errors.ts";
export { HeldDirectory, type HeldFile, openHeld } from "./paths/held.ts";
export {
  type Access,
  createPathGuard,
  type GuardFacts,
  type Location,
  PathGuard,
  type PathGuardOptions,
} from "./paths/paths.ts";
export { assertNothingKept } from "./paths/subtree.ts";
export { type DirectoryWatcher, watchDirectory } from "./paths/watch.ts";
export {
  appendFile,
  type ReplaceOptions,
  replaceFile,
  updateFile,
  type Written,
} from "./paths/write.ts";
export { isRecord, toRecord } from "./record.ts";
export { type Excerpt, type ExcerptOptions, markExcerpt } from "./text/excerpt.ts";
export { type Budget, createRoom, fits, Room, toBudget } from "./text/room.ts";
export {
  cleanPlainText,
  cleanText,
  escapeMarks,
  markUntrusted,
  revealName,
  revealText,
} from "./text/text.ts";
export {
  createUrlGuard,
  type PinnedHost,
  UrlError,
  UrlGuard,
  type UrlGuardOptions,
} from "./urls.ts";
export type { Watcher } from "./watcher.ts";

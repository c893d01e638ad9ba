export { findReserved } from "./addresses.ts";
export {
  type Directory,
  type OpenFile,
  openFile,
  statEntry,
  statPath,
  withDirectory,
  withFile,
  withParent,
} from "./anchor.ts";
export {
  createDirectory,
  moveEntry,
  readDirectory,
  removeEntry,
  removeTree,
} from "./entries.ts";
export { explained, isSystemError, notFound, PathError, toPathError } from "./errors.ts";
export { type Excerpt, type ExcerptOptions, markExcerpt } from "./excerpt.ts";
export { type GlobTest, toGlobTest } from "./glob-tests.ts";
export { type Glob, matchesGlob, matchesName, parseGlob } from "./globs.ts";
export { HeldDirectory, type HeldFile, openHeld } from "./held.ts";
export { findImageType } from "./images.ts";
export {
  type Access,
  createPathGuard,
  type GuardFacts,
  type Location,
  PathGuard,
  type PathGuardOptions,
} from "./paths.ts";
export { type Budget, createRoom, fits, Room, toBudget } from "./room.ts";
export { assertNothingKept } from "./subtree.ts";
export {
  cleanPlainText,
  cleanText,
  escapeMarks,
  markUntrusted,
  revealName,
  revealText,
} from "./text.ts";
export {
  createUrlGuard,
  type PinnedHost,
  UrlError,
  UrlGuard,
  type UrlGuardOptions,
} from "./urls.ts";
export {
  appendFile,
  type ReplaceOptions,
  replaceFile,
  updateFile,
  type Written,
} from "./write.ts";

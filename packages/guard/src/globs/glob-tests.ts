import { type Glob, matchesGlob } from "./globs.ts";

/**
 * A name or path pattern with more wildcards than this could keep a regular expression busy for long,
 * so it is matched step by step instead.
 */
const mostStars = 2;

/** Whether a path, as names joined by `/` below the globs' own directory, is one they name. */
export type GlobTest = (path: string) => boolean;

/** Compiles globs once. With `whole` a directory that is named stands for everything in it. */
export function toGlobTest(
  globs: readonly Glob[],
  { whole = false }: { readonly whole?: boolean } = {},
): GlobTest {
  const sources = globs.map(toSource);
  const others = globs.filter((_, index) => sources[index] === undefined);
  // What counts at any depth shares the look for where a name begins, which is most of the work.
  const starts = ["^", "(?:^|/)"].flatMap((start) => {
    const alternatives = sources.flatMap((source) => (source?.start === start ? source.rest : []));
    return alternatives.length === 0 ? [] : [`${start}(?:${alternatives.join("|")})`];
  });
  const end = whole ? "(?:/|$)" : "$";
  // Without an alternative it would match everything.
  const expression =
    starts.length === 0 ? undefined : new RegExp(`(?:${starts.join("|")})${end}`, "su");
  const matches = whole ? matchesAround : matchesGlob;
  return (path) => {
    if (expression?.test(path) === true) return true;
    if (others.length === 0) return false;
    const names = path.split("/");
    return others.some((glob) => matches(glob, names));
  };
}

/** Whether a glob names a path or a directory that it is in. */
function matchesAround(glob: Glob, names: readonly string[]): boolean {
  return names.some((_, index) => matchesGlob(glob, names.slice(0, index + 1)));
}

interface Source {
  readonly start: string;
  readonly rest: string;
}

/** A glob as the source of a regular expression; undefined for one that could make it slow. */
function toSource({ segments, anchored }: Glob): Source | undefined {
  const all = anchored ? segments : ["**", ...segments];
  const once = all.filter((segment, index) => segment !== "**" || all[index - 1] !== "**");
  if (once.filter((segment) => segment === "**").length > mostStars) return undefined;
  const floats = once[0] === "**" && once.length > 1;
  const names = floats ? once.slice(1) : once;
  let source = "";
  for (const [index, segment] of names.entries()) {
    const last = index === names.length - 1;
    const name = segment === "**" ? "" : toNameSource(segment);
    if (name === undefined) return undefined;
    // At the end `**` stands for what is inside, so for at least one name.
    if (segment === "**") source += last ? ".+" : "(?:[^/]+/)*";
    else source += last ? name : `${name}/`;
  }
  return { start: floats ? "(?:^|/)" : "^", rest: source };
}

function toNameSource(segment: string): string | undefined {
  if (/[[\\]/.test(segment)) return undefined;
  const pieces = segment.split(/\*+/);
  if (pieces.length - 1 > mostStars) return undefined;
  return pieces.map((piece) => piece.split("?").map(toLiteral).join("[^/]")).join("[^/]*");
}

function toLiteral(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

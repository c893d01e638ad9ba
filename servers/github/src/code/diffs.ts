import { markUntrusted, revealName, revealText } from "@fairlead/guard";
import type { Part } from "../answer/parts.ts";
import type { Share } from "../answer/shares.ts";
import type { ChangedFileAnswer } from "../api/answers.ts";
import { findRest, type PageQuery } from "../api/pages.ts";

const longestPatch = 6_000;

/** What programs write and nobody reads. */
const generated =
  /(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lock|Cargo\.lock|poetry\.lock|uv\.lock|composer\.lock|Gemfile\.lock|go\.sum)$|\.min\.(?:js|css)$|\.map$/;

export interface DiffQuery extends PageQuery {
  readonly share: Share;
  /** Whose words they are, where they have to be marked as such. */
  readonly source: string | undefined;
}

/**
 * The files of a change, one a line. Throws nothing away: paths with something invisible in them show
 * it.
 */
export function formatFiles(files: readonly ChangedFileAnswer[]): string {
  return files.map(toLine).join("\n") || "No files.";
}

/**
 * The same with patches, as far as there is room for them: the others are on pages that begin with
 * the first one left out. Long patches are cut and generated ones left out.
 */
export function formatDiff(
  files: readonly ChangedFileAnswer[],
  { share, source, ...query }: DiffQuery,
): Part {
  const each = Math.max(longestPatch, share.characters / Math.max(files.length, 1));
  // Of a character's three bytes no more than are there: so one patch always fits.
  const longest = Math.floor(Math.min(each, share.characters / 3));
  const patches = files.map(({ filename, patch }) => toPatch(filename, patch, longest));
  const show = (count: number) => {
    const rows = files.map((file, at) =>
      at < count ? `${toLine(file)}\n${patches[at]}\n` : toLine(file),
    );
    const text = rows.join("\n") || "No files.";
    return source === undefined ? text : markUntrusted(text, source, String);
  };
  let fitting = files.length;
  while (fitting > 0 && !share.fits(show(fitting))) fitting -= 1;
  if (fitting === files.length) return take(share, show(fitting));
  if (fitting === 0) {
    const { text } = take(share, show(0));
    return {
      text: `${text}\n[No room for patches: give a smaller per_page, and ask for nothing else at once.]`,
      next_page: undefined,
    };
  }
  const rest = findRest(query, fitting);
  const note = `[Patches of the first ${rest.shown} files only. The next: page ${rest.page} with ${rest.per_page} rows a page.]`;
  return { text: `${take(share, show(rest.shown)).text}\n${note}`, next_page: undefined };
}

function take(share: Share, text: string): { readonly text: string } {
  share.take(text);
  return { text };
}

function toLine(file: ChangedFileAnswer): string {
  const { filename, status, additions, deletions, previous_filename: before } = file;
  const from = before === undefined ? "" : ` (from ${revealName(before)})`;
  return `${status} ${revealName(filename)}${from} +${additions} -${deletions}`;
}

function toPatch(name: string, patch: string | undefined, longest: number): string {
  if (patch === undefined) return "[No patch: binary, or too large for GitHub to show.]";
  if (generated.test(name)) return "[Generated: left out.]";
  const shown = revealText(patch);
  if (shown.length <= longest) return shown;
  const end = Math.max(shown.lastIndexOf("\n", longest), 0);
  return `${shown.slice(0, end)}\n[Cut: ${end} of ${shown.length} characters shown.]`;
}

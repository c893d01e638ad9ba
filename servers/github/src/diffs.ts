import { revealText } from "@fairlead/runtime/guard";
import type { ChangedFileAnswer } from "./answers.ts";

export type ChangedFile = {
  readonly path: string;
  readonly status: string;
  readonly added: number;
  readonly deleted: number;
  readonly from?: string | undefined;
  readonly patch?: string | undefined;
};

const longestPatch = 6_000;

/** Characters patches may have together, in an answer of this size: as JSON they grow. */
export function toPatchRoom(budget: number): number {
  return Math.min(budget, 400_000) * 0.6;
}

/** What programs write and nobody reads. */
const generated =
  /(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lock|Cargo\.lock|poetry\.lock|uv\.lock|composer\.lock|Gemfile\.lock|go\.sum)$|\.min\.(?:js|css)$|\.map$/;

/**
 * The files of a change, with patches as far as there is room for them, none for none. Long and
 * generated ones are cut.
 */
export function toChangedFiles(
  files: readonly ChangedFileAnswer[],
  { room }: { readonly room: number },
): ChangedFile[] {
  let left = room;
  const toRoom = (patch: string) => {
    left -= patch.length;
    return left >= 0 ? patch : "[No room left: ask for fewer files by page and perPage.]";
  };
  return files.map(
    ({ filename, status, additions, deletions, patch, previous_filename: from }) => ({
      path: revealText(filename),
      status,
      added: additions,
      deleted: deletions,
      from: from === undefined ? undefined : revealText(from),
      patch: room > 0 ? toRoom(toPatch(filename, patch)) : undefined,
    }),
  );
}

function toPatch(name: string, patch: string | undefined): string {
  if (patch === undefined) return "[No patch: binary, or too large for GitHub to show.]";
  if (generated.test(name)) return "[Generated: left out.]";
  const shown = revealText(patch);
  if (shown.length <= longestPatch) return shown;
  const end = shown.lastIndexOf("\n", longestPatch);
  return `${shown.slice(0, end)}\n[Cut: ${end} of ${shown.length} characters.]`;
}

/** The same as text. */
export function formatFiles(files: readonly ChangedFile[]): string {
  const lines = files.map(({ path, status, added, deleted, from, patch }) => {
    const head = `${status} ${path}${from === undefined ? "" : ` (from ${from})`} +${added} -${deleted}`;
    return patch === undefined ? head : `${head}\n${patch}\n`;
  });
  return lines.join("\n") || "No files.";
}

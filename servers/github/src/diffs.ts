import { revealText } from "@fairlead/runtime/guard";
import type { ChangedFileAnswer } from "./answers.ts";

export interface ChangedFile {
  readonly path: string;
  readonly status: string;
  readonly added: number;
  readonly deleted: number;
  readonly from?: string | undefined;
  readonly patch?: string | undefined;
}

const longestPatch = 6_000;
/** What programs write and nobody reads. */
const generated =
  /(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lock|Cargo\.lock|poetry\.lock|uv\.lock|composer\.lock|Gemfile\.lock|go\.sum)$|\.min\.(?:js|css)$|\.map$/;

/** The files of a change, with their patches where those are wanted; long and generated ones are cut. */
export function toChangedFiles(
  files: readonly ChangedFileAnswer[],
  { patches }: { readonly patches: boolean },
): ChangedFile[] {
  return files.map(
    ({ filename, status, additions, deletions, patch, previous_filename: from }) => ({
      path: revealText(filename),
      status,
      added: additions,
      deleted: deletions,
      from: from === undefined ? undefined : revealText(from),
      patch: patches ? toPatch(filename, patch) : undefined,
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

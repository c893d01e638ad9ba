import { GitHubError } from "../errors.ts";

export interface Edit {
  readonly old_text: string;
  readonly new_text: string;
}

/**
 * Replaces each old text, which must occur exactly once, by its new one, in the order given. Lines
 * keep the ends the file has. Throws GitHubError, and then nothing is changed.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const windows = text.includes("\r\n") && !/(?<!\r)\n/.test(text);
  const fit = (part: string) => (windows ? part.replace(/\r?\n/g, "\r\n") : part);
  return edits.reduce((current, edit, at) => {
    const old = fit(edit.old_text);
    const first = old === "" ? -1 : current.indexOf(old);
    if (first < 0)
      throw new GitHubError(`The old_text of edit ${at + 1} is not in the file.`, again);
    const times = current.split(old).length - 1;
    if (times > 1 || current.indexOf(old, first + 1) >= 0) {
      throw new GitHubError(
        `The old_text of edit ${at + 1} occurs ${Math.max(times, 2)} times in the file.`,
        "Include more of the lines around it, so that it occurs once.",
      );
    }
    return current.slice(0, first) + fit(edit.new_text) + current.slice(first + old.length);
  }, text);
}

const again =
  "It must match exactly, including indentation. Read the lines again with get_file_contents. Characters it shows as \\u{…} cannot be matched.";

import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { revealName } from "../text/text.ts";
import { isSystemError, PathError } from "./errors.ts";

/**
 * The name an entry has on disk: as asked for or, failing that, in another Unicode form or one that
 * was shown as this.
 */
export async function findName(directory: string, name: string): Promise<string | undefined> {
  try {
    await lstat(join(directory, name));
    return name;
  } catch (error) {
    if (!isSystemError(error, "ENOENT")) throw error;
  }
  const wanted = name.normalize("NFC");
  const shown = name.includes("\\u{");
  // Without letters that have two forms there is nothing to look for.
  if (wanted === name.normalize("NFD") && !shown) return undefined;
  const entries = await readdir(directory);
  const one = shown ? entries.filter((entry) => revealName(entry) === name) : [];
  if (one.length === 1) return one[0];
  const alike = entries.filter((entry) => entry.normalize("NFC") === wanted);
  if (alike.length > 1) {
    throw new PathError(
      `Several entries of '${directory}' are spelt "${wanted}" in different Unicode forms.`,
      "Use the exact name from a listing of the directory.",
    );
  }
  return alike[0];
}

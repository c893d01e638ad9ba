import { type PathGuard, statPath, updateFile } from "@fairlead/runtime/guard";
import { toDiff, toFence } from "./diff.ts";
import { applyEdits, type Edit } from "./edits.ts";
import { decodeText, encodeText } from "./encoding.ts";
import { FileError } from "./errors.ts";
import { hashOf } from "./writer.ts";

export interface EditOptions {
  /** Say what would change, and change nothing. */
  readonly dryRun?: boolean | undefined;
  readonly expectedSha256?: string | undefined;
}

export interface EditResult {
  readonly replacements: number;
  /** Of the new content. */
  readonly sha256: string;
  /** The change as a fenced unified diff. */
  readonly diff: string;
}

const largestEdited = 64 * 1024 * 1024;

/** Replaces stretches of text in a file and keeps everything else as it is, byte for byte. */
export async function editFile(
  guard: PathGuard,
  path: string,
  edits: readonly Edit[],
  { dryRun, expectedSha256 }: EditOptions,
): Promise<EditResult> {
  const { stats } = await statPath(guard, path);
  if (stats.size > largestEdited) {
    throw new FileError(`The file is too large to edit: ${stats.size} bytes.`, "Write it anew.");
  }
  const results: EditResult[] = [];
  await updateFile(guard, path, async (bytes, real) => {
    assertExpected(bytes, expectedSha256, real);
    const before = decodeText(bytes);
    const { text, replacements } = applyEdits(before.text, edits);
    const after = encodeText({ ...before, text });
    const diff = toDiff(
      { path: real, text: before.text, label: "original" },
      { path: real, text, label: "modified" },
    );
    results.push({
      replacements,
      sha256: hashOf(after),
      diff: diff === undefined ? "(too many changes for a diff)" : toFence(diff, "diff"),
    });
    return dryRun === true || text === before.text ? undefined : after;
  });
  const [result] = results;
  if (result === undefined) throw new Error("the edit did not run");
  return result;
}

function assertExpected(bytes: Uint8Array, expected: string | undefined, path: string): void {
  if (expected === undefined) return;
  const found = hashOf(bytes);
  if (found === expected.toLowerCase()) return;
  throw new FileError(
    `'${path}' has changed: its SHA-256 is ${found}. Nothing was written.`,
    "Read the file again and make the edits for its present content.",
  );
}

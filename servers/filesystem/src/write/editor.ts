import { setImmediate } from "node:timers/promises";
import { type PathGuard, revealName, updateFile } from "@fairlead/guard";
import { FileError } from "../errors.ts";
import { decodeText, encodeText } from "../text/editable-text.ts";
import { type LongDiff, toDiff, toFence } from "./diff.ts";
import { applyEdit, type Edit } from "./edits.ts";
import { hashOf } from "./writer.ts";

export interface EditOptions {
  /** Say what would change, and change nothing. */
  readonly dryRun?: boolean | undefined;
  readonly expectedSha256?: string | undefined;
  /** The encoding of the file, where it is known better than its bytes tell. */
  readonly encoding?: string | undefined;
  /** Makes the diff where that takes long; without it there is none then. */
  readonly longDiff?: LongDiff | undefined;
  readonly signal: AbortSignal;
}

export interface EditResult {
  readonly replacements: number;
  /** Of the new content. */
  readonly sha256: string;
  /** The change as a fenced unified diff. */
  readonly diff: string;
}

const largestEdited = 64 * 1024 * 1024;
const mostEdits = 1000;
/** Milliseconds of editing after which other work is let in. */
const slice = 8;

/** Replaces stretches of text in a file and keeps everything else as it is, byte for byte. */
export async function editFile(
  guard: PathGuard,
  path: string,
  edits: readonly Edit[],
  { dryRun, expectedSha256, encoding, longDiff, signal }: EditOptions,
): Promise<EditResult> {
  if (edits.length > mostEdits) {
    throw new FileError(
      `${edits.length} edits were given, and one call makes at most ${mostEdits}.`,
      "Give them in several calls, or write the file anew.",
    );
  }
  const results: EditResult[] = [];
  await updateFile(guard, path, { largest: largestEdited }, async (bytes, real) => {
    assertExpected(bytes, expectedSha256, real);
    const before = decodeText(bytes, encoding);
    const { text, replacements } = await applyEdits(before.text, edits, signal);
    const after = encodeText({ ...before, text });
    const shown = revealName(real);
    const diff = await toDiff(
      { path: shown, text: before.text, label: "original" },
      { path: shown, text, label: "modified" },
      { long: longDiff },
    );
    results.push({
      replacements,
      // Few ask for it.
      get sha256() {
        return hashOf(after);
      },
      diff: diff === undefined ? "(too many changes for a diff)" : toFence(diff, "diff"),
    });
    return dryRun === true || text === before.text ? undefined : after;
  });
  const [result] = results;
  if (result === undefined) throw new Error("the edit did not run");
  return result;
}

/** Applies edits one after the other, each to what the one before left. */
async function applyEdits(text: string, edits: readonly Edit[], signal: AbortSignal) {
  let current = text;
  let replacements = 0;
  let since = performance.now();
  for (const edit of edits) {
    const edited = applyEdit(current, edit);
    current = edited.text;
    replacements += edited.replacements;
    if (performance.now() - since < slice) continue;
    await setImmediate();
    signal.throwIfAborted();
    since = performance.now();
  }
  return { text: current, replacements };
}

function assertExpected(bytes: Uint8Array, expected: string | undefined, path: string): void {
  if (expected === undefined) return;
  const found = hashOf(bytes);
  if (found === expected.toLowerCase()) return;
  throw new FileError(
    `'${path}' has changed: its SHA-256 is ${found}. Nothing was written.`,
    "Read the file again and make the edits for its current content.",
  );
}

import { closeSync } from "node:fs";
import { openHeld, type PathGuard } from "@fairlead/guard";
import { readWhole } from "../text/descriptors.ts";
import { createDecoder, detectEncoding, type Encoding, sampleSize } from "../text/encoding.ts";
import type { Beat, Steps } from "../walk/steps.ts";

/** Files up to this many bytes are read to their end even for a few lines, to count them. */
export const smallFile = 1024 * 1024;

/** The text of a small file, all of it. */
export interface SmallText {
  readonly text: string;
  readonly encoding: Encoding;
}

export interface TextsQuery {
  readonly paths: readonly string[];
  /** Characters after which nothing more is read. */
  readonly characters: number;
}

/** The texts of the first of some files, as far as they are small, simply there and within the limit. */
export function* readTexts(
  guard: PathGuard,
  { paths, characters }: TextsQuery,
  beat: Beat,
): Steps<SmallText[]> {
  const texts: SmallText[] = [];
  let left = characters;
  for (const path of paths) {
    if (beat("reading")) yield;
    const found = left > 0 ? readText(guard, path) : undefined;
    if (found === undefined) break;
    texts.push(found);
    left -= found.text.length;
  }
  return texts;
}

function readText(guard: PathGuard, path: string): SmallText | undefined {
  const file = openHeld(guard, path);
  if (file === undefined) return undefined;
  try {
    // What the system makes up on reading has no size.
    if (file.size === 0 || file.size > smallFile) return undefined;
    const bytes = readWhole(file);
    const encoding = detectEncoding(bytes.subarray(0, sampleSize));
    return { text: createDecoder(encoding).decode(bytes), encoding };
  } finally {
    closeSync(file.descriptor);
  }
}

import { cleanText, createRoom, markUntrusted } from "@fairlead/guard";
import type { Authored } from "../access/trust.ts";
import { GitHubError } from "../errors.ts";
import type { Share } from "./shares.ts";

const longestInList = 2_000;

/** Somebody's words, marked with where they are from; empty where nothing was said. */
export function said(body: string | null | undefined, source: string): string {
  return body ? markUntrusted(body, source) : "";
}

interface ShortOptions {
  readonly source: string;
  /** Where all of it can be read. */
  readonly url: string;
  /** Characters the texts of the list may have together, and how many texts there are. */
  readonly characters: number;
  readonly count: number;
}

/** The same for one of several, of which few may be longer than many. */
export function saidInShort(
  body: string | null | undefined,
  { source, url, characters, count }: ShortOptions,
): string {
  const text = cleanText(body ?? "");
  const fitting = createRoom(Math.floor((characters / count) * 0.8)).fit(text);
  const longest = Math.max(longestInList, fitting);
  if (text.length <= longest) return said(text, source);
  const shown = toWholeCharacters(text.slice(0, longest));
  return `${said(shown, source)}\n[Cut: ${shown.length} of ${text.length} characters shown. All of it: ${url}]`;
}

export interface SayOptions {
  readonly source: string;
  readonly share: Share;
  /** Characters to skip, as an answer before this one said. */
  readonly offset?: number | undefined;
}

/** Somebody's words, as many as there is room for, and where they go on. Throws GitHubError. */
export function sayFrom(
  body: string | null | undefined,
  { source, share, offset = 0 }: SayOptions,
): string {
  const text = cleanText(body ?? "");
  if (offset > 0 && offset >= text.length) {
    throw new GitHubError(
      `body_offset ${offset} is past the end: the text has ${text.length} characters.`,
      "Give a body_offset below that, or leave it out to read from the start.",
    );
  }
  const rest = text.slice(offset);
  let shown = rest.slice(0, share.fit(rest));
  // The marks, and what is written otherwise so that it cannot end them, take room as well.
  while (shown !== "" && !share.take(said(shown, source))) {
    shown = toWholeCharacters(shown.slice(0, Math.floor(shown.length * 0.95)));
  }
  const end = offset + shown.length;
  if (end === text.length && offset === 0) return said(shown, source);
  const next = end < text.length ? ` More: call again with body_offset ${end}.` : "";
  return `${said(shown, source)}\n[Characters ${offset + 1}-${end} of ${text.length}.${next}]`;
}

/** A text that was cut, without the half of a surrogate pair at its end. */
function toWholeCharacters(text: string): string {
  return text.replace(/[\uD800-\uDBFF]$/, "");
}

/** A title or name: one line, nothing invisible. */
export function line(text: string | null | undefined): string {
  return cleanText(text ?? "")
    .replace(/\s+/g, " ")
    .trim();
}

export function authorOf({ user }: Authored): string {
  return user?.login ?? "ghost";
}

interface Label {
  readonly name?: string | null | undefined;
}

export function labelNames(labels: readonly (string | Label)[]): string[] {
  return labels.map((label) => line(typeof label === "string" ? label : label.name));
}

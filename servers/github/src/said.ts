import { cleanText, markUntrusted } from "@fairlead/runtime/guard";
import type { Authored } from "./trust.ts";

const longestInList = 2_000;

/** Somebody's words, marked with where they are from; empty where nothing was said. */
export function said(body: string | null | undefined, source: string): string {
  return body ? markUntrusted(body, source) : "";
}

/** The same for one of many: its beginning. */
export function saidInShort(body: string | null | undefined, source: string): string {
  const text = cleanText(body ?? "");
  if (text.length <= longestInList) return said(text, source);
  return said(`${text.slice(0, longestInList)}\n[Cut: ${text.length} characters.]`, source);
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

import { matchesGlob } from "node:path";
import { toLine } from "./source.ts";
import type { Violation } from "./violation.ts";

/** A wording that must not stand in a file. */
export interface PhraseRule {
  readonly rule: string;
  /** Where it is looked for: in comments of sources, or anywhere in any file. */
  readonly where: "comments" | "anywhere";
  readonly phrase: RegExp;
  readonly except?: readonly string[];
  readonly why: string;
}

/** The places of a text in which a rule's wording stands. */
export function checkPhrases(
  path: string,
  text: string,
  rules: readonly PhraseRule[],
): Violation[] {
  return rules
    .filter(({ except = [] }) => !except.some((glob) => matchesGlob(path, glob)))
    .flatMap(({ rule, phrase, why }) =>
      [...text.matchAll(phrase)].map((match) => ({
        path,
        line: toLine(text, match.index),
        rule,
        message: `\`${match[0].trim()}\`. ${why}`,
      })),
    );
}

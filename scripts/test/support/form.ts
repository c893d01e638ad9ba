import type { Command } from "../../lib/documents/shell.ts";

/** What is wrong with a command; empty if nothing is. */
export type Verdict = string | Promise<string>;

/** A form that commands of documents have, and how they are checked. */
export interface Form {
  readonly name: string;
  readonly match: RegExp;
  check(command: Command): Verdict;
}

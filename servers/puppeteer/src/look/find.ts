import { createContext, Script } from "node:vm";
import type { Room } from "@fairlead/guard";
import { BrowserError, firstLine } from "../errors.ts";
import { type Named, type SnapshotLine, takeSnapshot } from "./snapshot.ts";

const timeoutMs = 1_000;
const mostFound = 50;

export interface Wanted {
  readonly text?: string | undefined;
  readonly regex?: string | undefined;
}

export interface Found {
  readonly lines: readonly string[];
  /** There are more than these. */
  readonly more: boolean;
  readonly exhausted: boolean;
}

/** The lines of a snapshot that hold the text, in any case, or match the expression. */
function findLines(lines: readonly SnapshotLine[], wanted: Wanted): string[] {
  const texts = lines.map(({ text }) => text);
  if (wanted.regex !== undefined) return findMatches(texts, wanted.regex);
  const text = wanted.text?.toLowerCase() ?? "";
  // Asked once more after the page itself: what was taken out of a line is not found in it.
  return lines
    .filter((line) => `${line.text}\n${line.full}`.toLowerCase().includes(text))
    .map((line) => line.text);
}

/** The lines of a page that hold the text, in any case, or match the expression. */
export async function findOnPage(tab: Named, wanted: Wanted): Promise<Found> {
  const { text, regex } = wanted;
  if (!regex && !text) throw new BrowserError("Nothing to find.", "Give text or regex.");
  const sought = regex === undefined ? { text, mostLines: 10 * mostFound } : {};
  const { lines, next, exhausted } = await takeSnapshot(tab, sought);
  return { lines: findLines(lines, wanted), more: next !== undefined, exhausted };
}

/** The first lines that fit, and how many more there are. */
export function formatFound({ lines: found, more, exhausted }: Found, room: Room): string {
  if (found.length === 0) {
    return exhausted
      ? "Nothing found in the part of the page that was searched: it is too large to be searched to its end."
      : "Nothing found.";
  }
  const misfit = found.findIndex((line, index) => index >= mostFound || !room.take(`${line}\n`));
  if (misfit < 0) return found.join("\n");
  const rest = `${more || exhausted ? "at least " : ""}${found.length - misfit}`;
  return [
    ...found.slice(0, misfit),
    `[${rest} more lines match. Search for something more specific, or read puppeteer_snapshot.]`,
  ].join("\n");
}

/** Matches in a script that can be ended: some expressions take longer than the universe. */
function findMatches(texts: readonly string[], regex: string): string[] {
  const given = createContext({ regex, texts: JSON.stringify(texts) });
  const script = new Script(
    "const test = new RegExp(regex, 'i'); JSON.stringify(JSON.parse(texts).map((line) => test.test(line)))",
  );
  try {
    const found: unknown = JSON.parse(String(script.runInContext(given, { timeout: timeoutMs })));
    return Array.isArray(found) ? texts.filter((_, index) => found[index] === true) : [];
  } catch (error) {
    const said = error instanceof Object && "message" in error ? String(error.message) : "";
    throw new BrowserError(
      `The expression cannot be used: ${firstLine(said)}`,
      "Use a simpler one, or text.",
      { cause: error },
    );
  }
}

import type { Room } from "@fairlead/guard";

/** Which lines to read; all of them when nothing is given. 0 counts as not given. */
export interface LineRange {
  readonly head?: number | undefined;
  readonly tail?: number | undefined;
  /** The first line, from 1. */
  readonly offset?: number | undefined;
  /** How many lines. */
  readonly limit?: number | undefined;
  /** The character of the first line to start at, from 1; lines are counted from its line. */
  readonly column?: number | undefined;
  readonly lineNumbers?: boolean | undefined;
  /** The encoding, where it is known better than the bytes tell. */
  readonly encoding?: string | undefined;
}

export interface ReadLimits {
  /** What the text may take up; reading takes its part of it. */
  readonly room: Room;
  readonly signal: AbortSignal;
}

export interface TextRead {
  readonly text: string;
  /** The budget ended the reading, not the range. */
  readonly truncated: boolean;
  /** The line to go on with, where there is more. */
  readonly nextOffset: number | undefined;
  /** The character of that line to go on with, where the budget ended within a line. */
  readonly nextColumn: number | undefined;
  /** What a reader must know about what is missing or not as it seems. */
  readonly note: string | undefined;
}

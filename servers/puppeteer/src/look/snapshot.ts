import { setTimeout as sleep } from "node:timers/promises";
import type { Room } from "@fairlead/guard";
import type { Frame, Page } from "puppeteer-core";
import type { Line, Walked, WalkOptions } from "../page/lines.ts";
import { type Clean, toCleanLine, toWhole } from "../tab/text.ts";
import { gone, type Worlds } from "../tab/worlds.ts";
import { findListening } from "./listeners.ts";

export interface SnapshotOptions {
  /** Only what is below this element. */
  readonly ref?: string | undefined;
  /** Levels; all by default. */
  readonly depth?: number | undefined;
  /** The line to begin with, counted from 0. */
  readonly from?: number | undefined;
  /** Characters; a first line that is longer is shown all the same. */
  readonly limit?: number;
  readonly mostLines?: number;
  /** Only lines that contain this. */
  readonly text?: string | undefined;
  /** With where each line's element is. */
  readonly boxes?: boolean | undefined;
}

/** A page whose elements have names. */
export interface Named {
  readonly page: Page;
  readonly worlds: Worlds;
  readonly clean: Clean;
}

export interface SnapshotLine {
  readonly depth: number;
  readonly text: string;
  /** All there is to find in it, where its text shows only the beginning. */
  readonly full: string;
  /** Its number among all lines. */
  readonly at: number;
}

export interface Snapshot {
  readonly lines: readonly SnapshotLine[];
  /** The number of the line that would follow, if there is more. */
  readonly next: number | undefined;
  /** Lines there are, as far as the page was walked. */
  readonly total: number;
  /** The page is too large to be walked to its end. */
  readonly exhausted: boolean;
}

const nameLimit = 200;
/** Characters of a name or value that our world in a page hands over at most. */
const pageLongest = 2_000;
/** What a page may take before it is told that it is too large; frames a little more. */
const walkMs = 20_000;
const frameMs = 22_000;
const mostLines = 50_000;
const mostCharacters = 8_000_000;

/** A page as a reader has it, one line an element, cut in the page to what is wanted. */
export async function takeSnapshot(
  tab: Named,
  { ref, depth, from = 0, boxes = false, text, ...bounds }: SnapshotOptions = {},
): Promise<Snapshot> {
  const main = tab.page.mainFrame();
  const frame = ref === undefined ? main : tab.worlds.frameOf(ref, main);
  const several = frame.childFrames().length > 0;
  const limits = {
    limit: bounds.limit ?? mostCharacters,
    mostLines: Math.min(bounds.mostLines ?? mostLines, mostLines),
  };
  // With other frames' lines among them only the composed lines have numbers.
  const own = several
    ? { skip: 0, limit: mostCharacters, mostLines: Math.min(from + limits.mostLines, mostLines) }
    : { skip: from, ...limits };
  const { offset, longest } = {
    offset: { x: 0, y: 0 },
    longest: 2 * nameLimit + tab.clean.longest,
  };
  const options: WalkOptions = {
    ...{ ref, depth, text, ...own, longest: text === undefined ? longest : longest + 2_000 },
    milliseconds: walkMs,
    ...(boxes && { boxes: frame === main ? offset : await originOf(frame) }),
  };
  const walked = await walk(tab.worlds, frame, options);
  if (walked === undefined) throw gone(ref ?? "document");
  const nested = several ? await nest(tab.worlds, frame, walked.lines, options) : [];
  const lines = several ? nested.slice(from) : walked.lines;
  const end = Math.min(options.longest, pageLongest);
  const whole = (said = "") => toWhole(said, tab.clean, end);
  const told = lines.map((line, index) => ({
    depth: line.depth,
    text: describeLine(line, tab.clean, end),
    full: text === undefined ? "" : [line.name, line.value, line.url].map(whole).join(" "),
    at: several ? from + index : line.at,
  }));
  const { next, exhausted } = walked;
  if (!several) return { lines: told, next, total: walked.total, exhausted };
  const total = nested.length;
  // Beyond the last line that can be walked to there is nothing to go on to.
  const goesOn = next !== undefined && own.mostLines < mostLines && total > from;
  const ends = exhausted || (next !== undefined && !goesOn);
  return { lines: told, next: goesOn ? total : undefined, total, exhausted: ends };
}

/** The lines as a text that is cut between lines, and where to go on. */
export function formatSnapshot(
  { lines, next, total, exhausted }: Snapshot,
  { limit, room }: { readonly limit: number; readonly room: Room },
): string {
  const shown: string[] = [];
  let size = 0;
  let goesOn = next;
  for (const { depth, text, at } of lines) {
    const line = `${"  ".repeat(Math.min(depth, 40))}- ${text}`;
    size += line.length + 1;
    if ((size > limit && shown.length > 0) || !room.take(`${line}\n`)) {
      goesOn = at;
      break;
    }
    shown.push(line);
  }
  if (goesOn !== undefined) {
    shown.push(
      `[Cut: more lines follow. Go on with puppeteer_snapshot and offset ${goesOn}, or ask for a ref or less depth.]`,
    );
  } else if (exhausted) {
    shown.push(
      "[Cut: the page is too large to be read to its end. Ask for a part by its ref, or use puppeteer_find.]",
    );
  }
  if (shown.length > 0) return shown.join("\n");
  return total === 0 ? "(there is nothing here)" : `[The snapshot has ${total} lines.]`;
}

/** One frame's lines without those that turn out to be mere decoration. */
async function walk(
  worlds: Worlds,
  frame: Frame,
  options: WalkOptions,
): Promise<Walked | undefined> {
  const walked = await worlds.walk(frame, options);
  if (walked === undefined || options.boxes !== undefined) return walked;
  const doubtful = walked.lines.filter((line) => line.doubtful).map(({ ref }) => ref);
  if (doubtful.length === 0) return walked;
  const listening = await findListening(frame, doubtful);
  const lines = walked.lines
    .filter((line) => !line.doubtful || listening.has(line.ref))
    .map((line) => (line.doubtful ? { ...line, flags: [...line.flags, "clickable"] } : line));
  return { ...walked, lines };
}

/** The lines with those of the frames among them in their places. */
async function nest(
  worlds: Worlds,
  frame: Frame,
  lines: readonly Line[],
  options: WalkOptions,
): Promise<Line[]> {
  const read = async (line: Line): Promise<readonly Line[]> => {
    const handle = await worlds.element(line.ref, frame);
    const child = await handle.contentFrame();
    await handle.dispose();
    const room = (options.depth ?? Number.POSITIVE_INFINITY) - line.depth - 1;
    if (child === null || room < 0) return [];
    const boxes = options.boxes && (await originOf(child));
    const { ref: _, depth: __, boxes: ___, ...rest } = options;
    const asked = {
      ...rest,
      ...(Number.isFinite(room) && { depth: room }),
      ...(boxes && { boxes }),
    };
    const walked = await walk(worlds, child, asked);
    if (walked === undefined) throw gone(line.ref);
    return nest(worlds, child, walked.lines, asked);
  };
  const parts = lines.map(async (line) => {
    if (!line.frame) return [line];
    const late = sleep(frameMs, undefined, { ref: false });
    const found = await Promise.race([read(line).catch(() => undefined), late]);
    // A frame that goes away meanwhile, or takes too long, costs only its own lines.
    if (found === undefined) return [{ ...line, flags: [...line.flags, "[frame not read]"] }];
    return [line, ...found.map((one) => ({ ...one, depth: one.depth + line.depth + 1 }))];
  });
  return (await Promise.all(parts)).flat();
}

/** Where a frame's view begins in the view of the page. */
export async function originOf(frame: Frame): Promise<{ x: number; y: number }> {
  const parent = frame.parentFrame();
  if (parent === null) return { x: 0, y: 0 };
  const outer = await originOf(parent);
  const handle = await frame.frameElement();
  if (handle === null) return outer;
  const inner = await handle.evaluate((element) => {
    const { x, y } = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return {
      x: x + element.clientLeft + Number.parseFloat(style.paddingLeft),
      y: y + element.clientTop + Number.parseFloat(style.paddingTop),
    };
  });
  await handle.dispose();
  return { x: outer.x + inner.x, y: outer.y + inner.y };
}

function describeLine(line: Line, clean: Clean, end: number): string {
  const { role, flags, ref, value, url, box } = line;
  const words = [role];
  const said = (text: string) => toCleanLine(toWhole(text, clean, end), clean, nameLimit);
  const name = said(line.name);
  if (name !== "") words.push(JSON.stringify(name));
  if (value !== undefined && value !== "") {
    words.push(`value=${JSON.stringify(said(value))}`);
  }
  words.push(...flags.map((flag) => toCleanLine(flag, clean, nameLimit)));
  if (url !== undefined) words.push(`url=${said(url)}`);
  if (box !== undefined) words.push(`box=${box.join(",")}`);
  return `${words.join(" ")} [${ref}]`;
}

import { BrowserError } from "../errors.ts";
import type { Tab } from "../tab/tab.ts";
import { chooseOption, isClosedOption } from "./options.ts";
import { arriveAt, findPlace, type Place, parseTarget } from "./targets.ts";

export interface Click {
  readonly button: "left" | "right" | "middle";
  /** 2 for a double click. */
  readonly count: number;
}

export interface Drag {
  readonly from: string;
  readonly to: string;
  /** Points to pass on the way. */
  readonly via: readonly string[];
  /** Moves of the mouse between two points. */
  readonly steps: number;
}

export interface MouseAction {
  readonly action: "move" | "press" | "release" | "wheel";
  readonly target?: string | undefined;
  readonly button: Click["button"];
  /** Pixels to turn the wheel. */
  readonly dx: number;
  readonly dy: number;
}

/** Clicks an element or a point; an option of a closed list is chosen, as a click does it there. */
export async function click(tab: Tab, target: string, { button, count }: Click): Promise<void> {
  const named = parseTarget(target);
  if ("selector" in named) {
    const handle = await tab.element(named.selector);
    if (await handle.evaluate(isClosedOption)) return chooseOption(handle);
  }
  const place = await findPlace(tab, target);
  const { x, y } = await arriveAt(tab, place, "offset" in named ? named.offset : undefined);
  await tab.page.mouse.click(x, y, { button, count });
}

export async function hover(tab: Tab, target: string): Promise<void> {
  const { x, y } = await findPlace(tab, target);
  await tab.page.mouse.move(x, y);
}

/** Presses the mouse on one place and releases it on another, moving as a hand does in between. */
export async function drag(tab: Tab, { from, to, via, steps }: Drag): Promise<void> {
  const { mouse } = tab.page;
  const start = await findPlace(tab, from);
  // Where it is already in view this scrolls nothing, so that the first place stays where it is.
  const ends: Place[] = [];
  for (const target of [...via, to]) ends.push(await findPlace(tab, target));
  const begin = "point" in parseTarget(from) ? start : await findPlace(tab, from);
  await mouse.move(begin.x, begin.y);
  await mouse.down();
  try {
    for (const { x, y } of ends) await mouse.move(x, y, { steps });
    const last = ends.at(-1);
    // Some pages take a drop only where something moved over its target before.
    if (last !== undefined) await mouse.move(last.x, last.y);
  } finally {
    await mouse.up();
  }
}

/** One movement of the mouse by itself, such as for drawing or for a box that scrolls. */
export async function useMouse(tab: Tab, wanted: MouseAction): Promise<void> {
  const { page } = tab;
  if (wanted.target !== undefined) await moveTo(tab, wanted.target);
  if (wanted.action === "press") await page.mouse.down({ button: wanted.button });
  if (wanted.action === "release") await page.mouse.up({ button: wanted.button });
  if (wanted.action === "wheel") await page.mouse.wheel({ deltaX: wanted.dx, deltaY: wanted.dy });
  if (wanted.action === "move" && wanted.target === undefined) {
    throw new BrowserError("Nothing to move to.", "Give target, such as 640,360 or e12.");
  }
}

/** In several steps, as pages that draw or drag expect it. */
async function moveTo(tab: Tab, target: string): Promise<void> {
  const { x, y } = await findPlace(tab, target);
  await tab.page.mouse.move(x, y, { steps: 5 });
}

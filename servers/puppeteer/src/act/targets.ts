import { setTimeout as sleep } from "node:timers/promises";
import type { ElementHandle } from "puppeteer-core";
import { BrowserError } from "../errors.ts";
import { originOf } from "../look/snapshot.ts";
import { type Aim, aimAt, type Offset } from "../page/aim.ts";
import type { Tab } from "../tab/tab.ts";
import { toCleanLine, toWhole } from "../tab/text.ts";

/** What a call acts on: a point of the view, or an element and perhaps a point of it. */
export type Target =
  | { readonly point: Offset }
  | { readonly selector: string; readonly offset: Offset | undefined };

/** A point in the view, and the element it was found by. */
export interface Place extends Offset {
  readonly handle?: ElementHandle | undefined;
}

/** How long an element has to come out from under what covers it, such as a menu that closes. */
const coveredMs = 1_000;
/** How long a page has to come to rest under the mouse. */
const settleMs = 500;
const number = String.raw`-?\d+(?:\.\d+)?`;
const pointPattern = new RegExp(String.raw`^\s*(${number})\s*,\s*(${number})\s*$`);
const offsetPattern = new RegExp(String.raw`^(.*[^\s])@(${number}),(${number})$`, "s");

/** Reads `640,360` as a point, `e12` or CSS as an element, and `e12@5,10` as a point of it. */
export function parseTarget(text: string): Target {
  const [, left, top] = pointPattern.exec(text) ?? [];
  if (left !== undefined) return { point: { x: Number(left), y: Number(top) } };
  const [, selector, x, y] = offsetPattern.exec(text) ?? [];
  if (selector === undefined) return { selector: text, offset: undefined };
  return { selector, offset: { x: Number(x), y: Number(y) } };
}

/** Where the mouse has to be for a target; an element is brought into view for it. */
export async function findPlace(tab: Tab, text: string): Promise<Place> {
  const target = parseTarget(text);
  if ("point" in target) return assertInView(tab, target.point);
  return findPlaceOf(tab, text, await tab.element(target.selector), target.offset ?? null);
}

/** As `findPlace`, of an element that is found already and called so. */
export async function findPlaceOf(
  tab: Tab,
  text: string,
  handle: ElementHandle,
  offset: Offset | null = null,
): Promise<Place> {
  await tab.worlds.prepare(handle.frame);
  const until = performance.now() + coveredMs;
  let aim = await handle.evaluate(aimAt, offset);
  while ("problem" in aim && aim.problem === "covered" && performance.now() < until) {
    await sleep(100);
    aim = await handle.evaluate(aimAt, offset);
  }
  if ("problem" in aim) throw toRefusal(tab, text, aim);
  const origin = await originOf(handle.frame);
  const place = { x: origin.x + aim.x, y: origin.y + aim.y };
  await assertUncovered(tab, text, handle, place);
  return { ...place, handle };
}

/**
 * Moves the mouse over a place, and again until the page is at rest under it: another picture or a
 * tip that is shown then may push the element aside for a moment, and a click would hit its neighbor.
 */
export async function arriveAt(tab: Tab, place: Place, offset: Offset | undefined): Promise<Place> {
  const { handle } = place;
  let [x, y] = [place.x, place.y];
  if (handle === undefined) {
    await tab.page.mouse.move(x, y);
    return place;
  }
  const until = performance.now() + settleMs;
  const origin = await originOf(handle.frame);
  for (;;) {
    const arrival = await handle.evaluateHandle(watchArrival, { x: x - origin.x, y: y - origin.y });
    await tab.page.mouse.move(x, y);
    // Where the page has gone away meanwhile there is nothing to wait for.
    const rests = await arrival.evaluate(({ stays }) => stays).catch(() => true);
    await arrival.dispose().catch(() => undefined);
    if (rests || performance.now() > until) return { x, y, handle };
    let aim: Aim;
    do {
      await sleep(20);
      aim = await handle.evaluate(aimAt, offset ?? null).catch((): Aim => ({ problem: "gone" }));
    } while ("problem" in aim && performance.now() < until);
    if (!("problem" in aim)) [x, y] = [origin.x + aim.x, origin.y + aim.y];
  }
}

/** Runs in the page: whether the same element is at the point before and after the mouse comes. */
function watchArrival(_: Element, { x, y }: Offset): { stays: boolean } {
  const arrival = { stays: true };
  const before = document.elementFromPoint(x, y);
  const look = () => {
    arrival.stays = document.elementFromPoint(x, y) === before;
  };
  addEventListener("mousemove", look, { capture: true, once: true });
  return arrival;
}

/** Whether nothing of the pages around a frame lies over the point. */
async function assertUncovered(
  tab: Tab,
  text: string,
  handle: ElementHandle,
  { x, y }: Offset,
): Promise<void> {
  for (let { frame } = handle; ; ) {
    const parent = frame.parentFrame();
    if (parent === null) return;
    const owner = await frame.frameElement();
    if (owner === null) return;
    await tab.worlds.prepare(parent);
    const outer = await originOf(parent);
    const aim = await owner.evaluate(
      (element, left, top) => {
        // Asked of its own tree, which may be a shadow's: others tell only what that stands in.
        const tree = element.getRootNode();
        if (!(tree instanceof Document || tree instanceof ShadowRoot)) return undefined;
        const hit = tree.elementFromPoint(left, top);
        if (hit === null || hit === element) return undefined;
        return `${hit.localName}${hit.id === "" ? "" : `#${hit.id}`}`;
      },
      x - outer.x,
      y - outer.y,
    );
    await owner.dispose();
    if (aim !== undefined) throw toRefusal(tab, text, { problem: "covered", cover: aim });
    frame = parent;
  }
}

async function assertInView(tab: Tab, point: Offset): Promise<Place> {
  const view = await tab.page.evaluate(() => [innerWidth, innerHeight]);
  const [width = 0, height = 0] = view;
  if (point.x >= 0 && point.y >= 0 && point.x < width && point.y < height) return point;
  throw new BrowserError(
    `The point ${point.x},${point.y} is outside the view, which is ${width}x${height} pixels.`,
    "Scroll to it first, or name the element by its ref.",
  );
}

/** From this many characters on the words of what covers something may have been cut. */
const coverEnd = 80;
const problems = {
  gone: ["is not on the page any more", "Take a new puppeteer_snapshot."],
  disabled: ["is disabled", "Call puppeteer_snapshot to see what the page asks for first."],
  details: [
    "is inside a closed <details> element",
    "Click its summary first, then take a new puppeteer_snapshot.",
  ],
  hidden: ["is hidden", "Make it visible first, or take a new puppeteer_snapshot."],
  empty: ["takes no space in the view", "Name one that is shown, or scroll to it."],
  option: ["is an option of a closed list", "Choose it with puppeteer_select."],
} as const;

function toRefusal(tab: Tab, text: string, aim: Extract<Aim, { problem: string }>): BrowserError {
  if (aim.problem === "covered") {
    const cover = toCleanLine(toWhole(aim.cover, tab.clean, coverEnd), tab.clean, 200);
    return new BrowserError(
      `${text} is covered by ${cover}, which would be hit in its place.`,
      "Close or move what covers it, or use that instead. A point such as 640,360 is hit whatever is there.",
    );
  }
  const [words, hint] = problems[aim.problem];
  return new BrowserError(`${text} ${words}.`, hint);
}

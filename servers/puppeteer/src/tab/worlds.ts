import type { ElementHandle, Frame } from "puppeteer-core";
import { BrowserError } from "../errors.ts";
import { createLines, type Walked, type WalkOptions } from "../page/lines.ts";
import { createNames } from "../page/names.ts";
import { createRoles } from "../page/roles.ts";
import { createStates } from "../page/states.ts";
import { createTargets } from "../page/targets.ts";
import { createWalk } from "../page/walk.ts";
import { createWorld, type World } from "../page/world.ts";
import { isElement, toInside } from "./library.ts";

declare global {
  /** Of a frame's isolated world, never of this process. */
  var fairleadWorld: World | undefined;
}

const refPattern = /^e(\d+)$/;
/** Refs of one frame: those of the next begin after them. */
const refsPerFrame = 10_000_000;

/** The functions as text: each needs nothing from outside it, so they run as they are in a page. */
const source = `({ ${Object.entries({
  createRoles,
  createNames,
  createStates,
  createTargets,
  createLines,
  createWalk,
})
  .map(([name, create]) => `${name}: ${create}`)
  .join(",\n")} })`;

export function isRef(selector: string): boolean {
  return refPattern.test(selector);
}

/** Our own world in each frame of a page, and the refs it gives: none is ever given twice. */
export class Worlds {
  readonly #places = new WeakMap<Frame, number>();
  readonly #frames: WeakRef<Frame>[] = [];
  /** How many refs each frame has given out, in all documents it had. */
  readonly #counts: number[] = [];

  /** The lines of one frame; undefined where the element to begin with has gone. */
  async walk(frame: Frame, options: WalkOptions): Promise<Walked | undefined> {
    const place = this.#placeOf(frame);
    const ask = () =>
      toInside(frame)
        .isolatedRealm()
        .evaluate(
          (wanted) => ({
            there: "fairleadWorld" in globalThis,
            walked: globalThis.fairleadWorld?.walk(wanted),
          }),
          options,
        );
    let answer = await ask();
    if (!answer.there) {
      await this.prepare(frame);
      answer = await ask();
    }
    const { walked } = answer;
    if (walked !== undefined) this.#counts[place] = walked.count - place * refsPerFrame;
    return walked;
  }

  /** Puts our world into a frame, if it is not there. */
  async prepare(frame: Frame): Promise<void> {
    const place = this.#placeOf(frame);
    const first = place * refsPerFrame + (this.#counts[place] ?? 0);
    const make = `globalThis.fairleadWorld ??= (${createWorld})(${source}, ${first}); true`;
    await toInside(frame).isolatedRealm().evaluate(make);
  }

  /** The frame that gave this ref; the main one comes first. */
  frameOf(ref: string, main: Frame): Frame {
    const place = Math.floor(Number(refPattern.exec(ref)?.[1] ?? Number.NaN) / refsPerFrame);
    const frame = place === 0 ? main : this.#frames[place]?.deref();
    if (frame !== undefined && !frame.detached) return frame;
    throw gone(ref);
  }

  async element(ref: string, main: Frame): Promise<ElementHandle> {
    const found = await toInside(this.frameOf(ref, main))
      .isolatedRealm()
      .evaluateHandle((wanted) => globalThis.fairleadWorld?.element(wanted), ref);
    if (isElement(found)) return found;
    throw gone(ref);
  }

  #placeOf(frame: Frame): number {
    if (frame.parentFrame() === null) return 0;
    const known = this.#places.get(frame);
    if (known !== undefined) return known;
    const place = Math.max(1, this.#frames.length);
    this.#frames[place] = new WeakRef(frame);
    this.#places.set(frame, place);
    return place;
  }
}

export function gone(ref: string): BrowserError {
  return new BrowserError(
    `There is no ${ref} on this page now.`,
    "Take a new puppeteer_snapshot: refs end when the page changes.",
  );
}

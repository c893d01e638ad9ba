import { setTimeout as sleep } from "node:timers/promises";
import { BrowserError } from "../errors.ts";
import type { Tab } from "./tab.ts";

export interface Wait {
  readonly text?: string | undefined;
  readonly selector?: string | undefined;
  readonly gone?: string | undefined;
  readonly timeMs?: number | undefined;
  readonly signal: AbortSignal;
}

const patienceMs = 15_000;

/** Waits for all that is wanted, or for the time alone where nothing else is. */
export async function waitFor(tab: Tab, wait: Wait): Promise<void> {
  const { text, selector, gone, timeMs, signal } = wait;
  if (text === undefined && selector === undefined && gone === undefined) {
    if (timeMs === undefined)
      throw new BrowserError("Nothing to wait for.", "Give text, selector, gone or time_ms.");
    await sleep(timeMs, undefined, { signal });
    return;
  }
  const timeout = timeMs ?? patienceMs;
  const options = { timeout, signal };
  const shown = (wanted: string) => `document.body?.innerText.includes(${JSON.stringify(wanted)})`;
  if (selector !== undefined) {
    // Throws for text that is not a selector. Waiting would take it for one that matches nothing.
    await tab.page.$(selector);
    await tab.page.waitForSelector(selector, options);
  }
  if (text !== undefined) await tab.page.waitForFunction(shown(text), options);
  if (gone !== undefined) await tab.page.waitForFunction(`!${shown(gone)}`, options);
}

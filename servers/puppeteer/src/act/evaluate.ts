import { setTimeout as sleep } from "node:timers/promises";
import type { CDPSession } from "puppeteer-core";
import { BrowserError, firstLine } from "../errors.ts";
import { formatConsole } from "../tab/console-log.ts";
import type { Tab } from "../tab/tab.ts";

/** Milliseconds that a page has to come to itself once its script was ended. */
const recoveryMs = 2_000;
/** Milliseconds that a script has at least once the dialog it opened was answered. */
const answeredMs = 1_000;

/** Runs a script in the page, never here, and tells its value and what it said. */
export async function evaluateScript(tab: Tab, script: string, timeoutMs: number): Promise<string> {
  const before = tab.console.lastId;
  const value = await tab.read(() => run(tab, script, timeoutMs));
  const said = tab.console.list("debug", before).map(formatConsole).join("\n");
  const shown = JSON.stringify(value, toJson, 2) ?? "undefined";
  return `Execution result:\n${shown}\n\nConsole output:\n${said}`;
}

/** Goes on behind a dialog that the script opens, with nobody to wait for it, until it has ended. */
async function run(tab: Tab, script: string, timeoutMs: number): Promise<unknown> {
  // Made beforehand: a page that never stops takes no new one.
  const control = await tab.page.createCDPSession();
  try {
    const running = start(tab, script);
    if (await isDone(tab, running, timeoutMs)) return await running;
    running.catch(() => {});
    await end(tab, control);
  } finally {
    void control.detach().catch(() => {});
  }
  throw new BrowserError(
    `The script ran for ${timeoutMs / 1_000} seconds and was stopped.`,
    "Do less at once, or give a longer timeout_ms.",
  );
}

function start(tab: Tab, script: string): Promise<unknown> {
  return tab.page.evaluate(script).catch((error: unknown) => {
    if (!isOfPage(error)) throw error;
    // A page can throw anything, and here it comes out as it is.
    const said = error instanceof Error ? error.message : String(error);
    throw new BrowserError(
      `The script failed: ${firstLine(tab.clean(said))}`,
      "Correct the script.",
    );
  });
}

/** Whether the script ends in its time, in which no dialog holds it up. */
async function isDone(tab: Tab, running: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const done = running.then(
    () => true,
    () => true,
  );
  for (let time = timeoutMs; ; time = Math.max(timeoutMs, answeredMs)) {
    const timer = new AbortController();
    const patience = sleep(time, false, { ref: false, signal: timer.signal }).catch(() => false);
    const ended = await Promise.race([done, patience]).finally(() => timer.abort());
    if (ended || tab.dialog === undefined) return ended;
  }
}

/** Ends what runs in a page; a page that goes on all the same is closed. */
async function end(tab: Tab, control: CDPSession): Promise<void> {
  void control.send("Runtime.terminateExecution").catch(() => {});
  const late = sleep(recoveryMs, false, { ref: false });
  const alive = tab.page.evaluate("true").catch(() => true);
  if ((await Promise.race([alive, late])) || tab.dialog !== undefined) return;
  await tab.page.close().catch(() => {});
  throw new BrowserError(
    "The script could not be ended, so its page was closed.",
    "Open the page again with puppeteer_navigate.",
  );
}

/** JSON has no form for the one other kind of value that a page can hand over. */
function toJson(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}

/** Whether the page threw it; puppeteer gives such errors the name they have there. */
function isOfPage(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  return (
    !/ProtocolError|TargetCloseError|TimeoutError/.test(error.name) &&
    !/context was destroyed|Cannot find context|detached/i.test(error.message)
  );
}

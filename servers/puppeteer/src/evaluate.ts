import { setTimeout as sleep } from "node:timers/promises";
import type { CDPSession } from "puppeteer-core";
import { formatConsole } from "./console-log.ts";
import { BrowserError, explained, firstLine } from "./errors.ts";
import type { Tab } from "./tab.ts";

/** Milliseconds that a page has to come to itself once its script was ended. */
const recoveryMs = 2_000;

/** Runs a script in the page, never here, and tells its value and what it said. */
export async function evaluateScript(tab: Tab, script: string, timeoutMs: number): Promise<string> {
  const before = tab.console.lastId;
  // Made beforehand: a page that never stops takes no new one.
  const control = await explained(() => tab.page.createCDPSession());
  try {
    const value = await tab.read(() => run(tab, script, control, timeoutMs));
    const said = tab.console.list("debug", before).map(formatConsole).join("\n");
    const shown = JSON.stringify(value, toJson, 2) ?? "undefined";
    return `Execution result:\n${shown}\n\nConsole output:\n${said}`;
  } finally {
    void control.detach().catch(() => {});
  }
}

async function run(
  tab: Tab,
  script: string,
  control: CDPSession,
  timeoutMs: number,
): Promise<unknown> {
  const late = Symbol("late");
  const timer = new AbortController();
  const running = tab.page.evaluate(script).catch((error: unknown) => {
    if (!isOfPage(error)) throw error;
    // A page can throw anything, and here it comes out as it is.
    const said = error instanceof Error ? error.message : String(error);
    throw new BrowserError(`The script failed: ${firstLine(tab.clean(said))}`, "Mend the script.");
  });
  const patience = sleep(timeoutMs, late, { ref: false, signal: timer.signal });
  patience.catch(() => {});
  const value = await Promise.race([running, patience]).finally(() => timer.abort());
  if (value !== late) return value;
  running.catch(() => {});
  await end(tab, control);
  throw new BrowserError(
    `The script ran for ${timeoutMs / 1_000} seconds and was ended.`,
    "Do less at once, or give a longer timeout_ms.",
  );
}

/** Ends what runs in a page; a page that goes on all the same is closed. */
async function end(tab: Tab, control: CDPSession): Promise<void> {
  void control.send("Runtime.terminateExecution").catch(() => {});
  const late = sleep(recoveryMs, false, { ref: false });
  const alive = tab.page.evaluate("true").catch(() => true);
  if (await Promise.race([alive, late])) return;
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

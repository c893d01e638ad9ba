import { setTimeout as sleep } from "node:timers/promises";
import { formatConsole } from "./console-log.ts";
import { BrowserError, firstLine } from "./errors.ts";
import type { Tab } from "./tab.ts";

const timeoutMs = 30_000;

/** Runs a script in the page, never here, and tells its value and what it said. */
export async function evaluateScript(tab: Tab, script: string): Promise<string> {
  const before = tab.console.lastId;
  const late = Symbol("late");
  const value = await tab.read(() => {
    const timer = sleep(timeoutMs, late, { ref: false });
    return Promise.race([tab.page.evaluate(script), timer]).catch((error: unknown) => {
      if (!isOfPage(error)) throw error;
      // A page can throw anything, and here it comes out as it is.
      const said = error instanceof Error ? error.message : String(error);
      throw new BrowserError(
        `The script failed: ${firstLine(tab.clean(said))}`,
        "Mend the script.",
      );
    });
  });
  if (value === late) {
    await stop(tab);
    throw new BrowserError("The script ran for 30 seconds and was ended.", "Do less at once.");
  }
  const said = tab.console.list("debug", before).map(formatConsole).join("\n");
  const shown = JSON.stringify(value, toJson, 2) ?? "undefined";
  return `Execution result:\n${shown}\n\nConsole output:\n${said}`;
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

async function stop(tab: Tab): Promise<void> {
  const session = await tab.page.createCDPSession();
  await session.send("Runtime.terminateExecution").catch(() => {});
  await session.detach().catch(() => {});
}

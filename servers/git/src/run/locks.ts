import { setTimeout } from "node:timers/promises";
import type { Command, Output } from "./process.ts";

/** Commands that take the lock of the index before they do anything, so that they may be tried again. */
const repeatable: ReadonlySet<string | undefined> = new Set(["add", "commit", "reset", "switch"]);

const patienceMs = 5_000;
const pauseMs = 50;

/** Runs a command, again for a while where somebody else's git holds the index. */
export async function onceUnlocked(
  command: Command,
  execute: (command: Command) => Promise<Output>,
): Promise<Output> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const output = await execute(command);
    const isLocked = output.code !== 0 && /index\.lock': File exists/.test(output.stderr);
    if (!isLocked || !repeatable.has(command.args[0]) || performance.now() > deadline)
      return output;
    await setTimeout(pauseMs, undefined, { signal: command.signal });
  }
}

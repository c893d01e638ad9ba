// Run as a process of its own: swaps a directory and a file for links out until it is killed.
import { renameSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";

const [inside = "", outside = ""] = process.argv.slice(2);

/** The writers it races with replace and remove the same names, so any step may fail. */
function attempt(step: () => void): void {
  try {
    step();
  } catch {
    // The next round tries again.
  }
}

for (let round = 0; ; round++) {
  for (const [name, target] of [
    ["victim", outside],
    ["file.txt", join(outside, "file.txt")],
  ] as const) {
    const victim = join(inside, name);
    const parked = join(inside, `parked-${name}`);
    attempt(() => renameSync(victim, parked));
    attempt(() => symlinkSync(target, victim));
    if (round === 0) process.stdout.write("swapping\n");
    attempt(() => unlinkSync(victim));
    attempt(() => renameSync(parked, victim));
  }
}

import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { toBin } from "../plain.ts";
import type { IsLabel } from "./payload.ts";

/** Tells the words that a server's own code holds from those of its backend. */
export async function readLabels(server: string): Promise<IsLabel> {
  const folder = dirname(toBin(server));
  const labels = new Set<string>();
  for (const name of await readdir(folder)) {
    if (!name.endsWith(".js")) continue;
    const code = await readFile(join(folder, name), "utf8");
    for (const word of code.match(/[\p{L}\p{N}_]{4,}/gu) ?? []) labels.add(word.toLowerCase());
  }
  return (word) => labels.has(word.toLowerCase());
}

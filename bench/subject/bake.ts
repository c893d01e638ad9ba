import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Launch } from "../load/server-process.ts";

type Tools = "one" | "thousand";

const baked = new Map<Tools, string>();
let folder: string | undefined;

/** Writes the surface of a many-tools server to a file, as a build does for a server that ships. */
export async function bakeSurface(tools: Tools): Promise<void> {
  if (baked.has(tools)) return;
  const { toSurface } = await import("@fairlead/runtime");
  const { toManyToolsServer } = await import("./many-tools-server.ts");
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), "fairlead-bench-"));
    process.once("exit", () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  const file = join(folder, `${tools}.json`);
  writeFileSync(file, JSON.stringify(toSurface(toManyToolsServer(tools))));
  baked.set(tools, file);
}

/** How the many-tools server is started, once its surface is baked. */
export function toManyToolsLaunch(tools: Tools, args: readonly string[]): Launch {
  const surface = baked.get(tools);
  if (surface === undefined) throw new Error(`The surface of ${tools} was never baked.`);
  return {
    args: [join(import.meta.dirname, "../dist/subject/many-tools.js"), ...args],
    env: { FAIRLEAD_BENCH_TOOLS: tools, FAIRLEAD_BENCH_SURFACE: surface },
  };
}

import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Finished, run } from "./processes.ts";

/** The official Inspector's command line. */
export interface Inspector {
  /** Runs it to its end, as `mcp-inspector --cli` with these words. */
  run(words: readonly string[]): Promise<Finished>;
  close(): void;
}

/** The Inspector with a home of its own: it keeps a catalog and a client file there. */
export function createInspector(): Inspector {
  const manifest = createRequire(import.meta.url).resolve(
    "@modelcontextprotocol/inspector/package.json",
  );
  const launcher = join(dirname(manifest), "clients", "launcher", "build", "index.js");
  const home = mkdtempSync(join(tmpdir(), "inspector-"));
  const env = {
    HOME: home,
    MCP_CATALOG_PATH: join(home, "catalog.json"),
    MCP_CLIENT_CONFIG_PATH: join(home, "client.json"),
  };
  return {
    run: (words) => run(launcher, ["--cli", ...words], env),
    close: () => rmSync(home, { recursive: true, force: true }),
  };
}

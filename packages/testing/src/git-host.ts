import type { GitHost, GitHostOptions } from "./backends/backend.ts";
import { findEngine } from "./backends/engine.ts";
import { startGitContainer } from "./backends/git-container.ts";
import { startGitProcess } from "./backends/git-process.ts";
import { buildBackendImage } from "./backends/images.ts";

/** A way to serve repositories over smart HTTP, with the mark that the names of its tests get. */
export interface GitHosting {
  readonly suffix: string;
  start(options: GitHostOptions): Promise<GitHost>;
}

/**
 * The web server in a container where an engine answers, else a bridge in this process: behind
 * either is git's own http-backend.
 */
export async function findGitHosting(): Promise<GitHosting> {
  const engine = await findEngine();
  if (engine === undefined) return { suffix: "", start: startGitProcess };
  const image = await buildBackendImage(engine, "git-http");
  return {
    suffix: " (container)",
    start: (options) => startGitContainer(engine, image, options),
  };
}

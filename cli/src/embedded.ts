import type { Server } from "@fairlead/runtime";
import type { PolicyOptions } from "@fairlead/runtime/serve";
import { server as filesystem } from "@fairlead/server-filesystem";
import { server as gdrive } from "@fairlead/server-gdrive";
import { server as git } from "@fairlead/server-git";
import { server as github } from "@fairlead/server-github";
import { server as postgres } from "@fairlead/server-postgres";
import { findBrowser, server as puppeteer } from "@fairlead/server-puppeteer";
import { server as slack } from "@fairlead/server-slack";

/** Every server there is, whether or not it can run on this machine. */
export const servers: readonly Server[] = [
  ...[filesystem, gdrive, git, github, postgres, puppeteer, slack],
];

/** A server with the defaults it is served on: nothing to set up, and nothing it could break. */
export interface Embedded {
  readonly server: Server;
  readonly config: unknown;
  readonly policy: PolicyOptions;
  /** What the page says of it. */
  readonly note?: string;
}

export interface EmbeddedOptions {
  /** What filesystem and git may read. */
  readonly directory: string;
  /** Told which server is left out, and why. */
  log(line: string): void;
}

// Started with the others, it would take its memory from those who never ask it.
const demoNote =
  "It serves a small example shop. The first call starts the embedded database, which takes a few seconds and about 400 MB of memory.";

/** Every server that can run on this machine, on demo data where it would need an account. */
export async function listEmbedded(options: EmbeddedOptions): Promise<readonly Embedded[]> {
  const { directory, log } = options;
  const policy = { readOnly: true };
  const always = [
    { server: filesystem, config: { directories: [directory] }, policy },
    { server: git, config: { repository: [directory] }, policy },
    { server: postgres, config: { demo: true }, policy, note: demoNote },
    // Each on an emulator of its own, so nothing that is written there is anybody's.
    { server: github, config: { demo: true }, policy: {} },
    { server: slack, config: { demo: true }, policy: {} },
    { server: gdrive, config: { demo: true }, policy: {} },
  ];
  try {
    const executablePath = await findBrowser(undefined);
    return [...always, { server: puppeteer, config: { executablePath, sandbox: "auto" }, policy }];
  } catch (error) {
    log(`${puppeteer.title} is left out. ${error instanceof Error ? error.message : error}\n`);
    return always;
  }
}

import type { PolicyOptions, Server } from "@fairlead/runtime";
import { server as filesystem } from "@fairlead/server-filesystem";
import { server as git } from "@fairlead/server-git";
import { server as postgres } from "@fairlead/server-postgres";
import { findBrowser, server as puppeteer } from "@fairlead/server-puppeteer";

/** A server with the defaults it is served on: nothing to set up, and nothing it could break. */
export interface Embedded {
  readonly server: Server;
  readonly config: unknown;
  readonly policy: PolicyOptions;
}

export interface EmbeddedOptions {
  /** What filesystem and git may read. */
  readonly directory: string;
  /** Told which server is left out, and why. */
  log(line: string): void;
}

/** The servers that need no account, and of those the ones that can run on this machine. */
export async function listEmbedded(options: EmbeddedOptions): Promise<readonly Embedded[]> {
  const { directory, log } = options;
  const policy = { readOnly: true };
  const always = [
    { server: filesystem, config: { directories: [directory] }, policy },
    { server: git, config: { repository: [directory] }, policy },
    { server: postgres, config: { demo: true }, policy },
  ];
  try {
    const executablePath = await findBrowser(undefined);
    return [...always, { server: puppeteer, config: { executablePath, sandbox: "auto" }, policy }];
  } catch (error) {
    log(`${puppeteer.title} is left out. ${error instanceof Error ? error.message : error}\n`);
    return always;
  }
}

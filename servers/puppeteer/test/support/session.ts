import { createUrlGuard } from "@fairlead/guard";
import { onTestFinished } from "vitest";
import { BrowserHost } from "../../src/browser/browser-host.ts";
import { Session } from "../../src/session/session.ts";
import { parseSecrets } from "../../src/tab/secrets.ts";
import { browser } from "./browser.ts";

export interface SessionOptions {
  readonly allowHosts?: readonly string[];
  /** The DNS of the test. */
  lookup?(host: string): Promise<readonly string[]>;
  readonly idleMs?: number;
  readonly maxPages?: number;
  /** Whether addresses are checked before they are opened, as the server does, or by the proxy alone. */
  readonly check?: boolean;
}

/** A browser behind its proxy, and one caller's session in it. */
export function startSession({
  idleMs = 60_000,
  maxPages = 50,
  check = false,
  ...names
}: SessionOptions) {
  const guard = createUrlGuard(names);
  const host = new BrowserHost({
    executablePath: browser,
    headed: false,
    sandbox: "auto",
    environment: {},
    selfSignedHosts: [],
    guard,
    warn: () => {},
  });
  const session = new Session({
    host,
    secrets: parseSecrets(""),
    assertReachable: async (url) => check && guard.resolveUrl(url),
    uploads: undefined,
    maxPages,
    idleMs,
  });
  return { host, session };
}

/** As `startSession`, and it ends with the test. */
export function openSession(options: SessionOptions) {
  const started = startSession(options);
  onTestFinished(() => started.session.close());
  return started;
}

import type { PolicyOptions } from "@fairlead/runtime/serve";
import { type ConnectedClient, connect } from "@fairlead/runtime/testing";
import { afterAll, onTestFinished, test } from "vitest";
import { findBrowser } from "../../src/browser/locate.ts";
import { server } from "../../src/index.ts";
import { createSite, type Site } from "./site.ts";

/** Whether this machine has a browser; where it has none, tests that need one say that aloud. */
export const browser = await findBrowser(process.env["PUPPETEER_EXECUTABLE_PATH"]).catch(
  () => undefined,
);

/** The flag that makes a server use it. */
export function toExecutable(): string[] {
  return browser === undefined ? [] : ["--executable-path", browser];
}

/** A test on a real browser. Without one it fails where everything is required, else it says so. */
export function browserTest(name: string, run: () => Promise<void>): void {
  if (browser !== undefined) return void test(name, run);
  if (process.env["FAIRLEAD_REQUIRE"] === "all") {
    test(name, () => {
      throw new Error("There is no Chrome or Chromium, and FAIRLEAD_REQUIRE=all.");
    });
  } else {
    process.stderr.write(`NOT RUN, no Chrome or Chromium was found: ${name}\n`);
    test.skip(name);
  }
}

export interface Visit {
  /** Calls a tool and gives its text; throws what it refuses. */
  call(name: string, args?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Calls a tool that must fail and gives what it says. */
  refused(name: string, args?: Readonly<Record<string, unknown>>): Promise<string>;
}

type Pages = Parameters<typeof createSite>[0];

const common = { executablePath: browser, sandbox: "auto" };

let shared: Promise<ConnectedClient> | undefined;
afterAll(async () => (await shared)?.close());

/** A site, and a client who may visit it; its browser is the file's, and emptied after each test. */
export async function visit(pages: Pages) {
  shared ??= connect(server, { config: { ...common, allowHosts: ["localhost"] } });
  const client = await shared;
  const site = await createSite(pages);
  onTestFinished(async () => {
    await client.callTool("puppeteer_close");
    await site.close();
  });
  return { client, site, ...toVisit(client) };
}

/** As `visit`, with a browser of its own, to which this site alone of all private ones is open. */
export async function visitAlone(
  pages: Pages,
  config: Readonly<Record<string, unknown>> = {},
  policy: PolicyOptions = {},
) {
  const site = await createSite(pages);
  const allowHosts = [`localhost:${site.port}`];
  const client = await connect(server, { policy, config: { ...common, allowHosts, ...config } });
  onTestFinished(async () => {
    await client.close();
    await site.close();
  });
  return { client, site, ...toVisit(client) };
}

/** Calls of our tools by their short names. */
export function toVisit(client: Pick<ConnectedClient, "callTool">): Visit {
  return {
    async call(name, args = {}) {
      const { isError, text } = await client.callTool(`puppeteer_${name}`, args);
      if (isError) throw new Error(text);
      return text;
    },
    async refused(name, args = {}) {
      const { isError, text } = await client.callTool(`puppeteer_${name}`, args);
      if (!isError) throw new Error(`It was not refused: ${text}`);
      return text;
    },
  };
}

/** A site that is private and not allowed: anyone who reaches it has found a way out. */
export async function createCanary(): Promise<Site> {
  const canary = await createSite({ "/": "canary" });
  onTestFinished(() => canary.close());
  return canary;
}

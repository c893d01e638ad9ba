import { readFile } from "node:fs/promises";
import { createPathGuard, createUrlGuard, toInherited, type UrlGuard } from "@fairlead/guard";
import { BrowserHost } from "../browser/browser-host.ts";
import { keepAllowed } from "../browser/certificates.ts";
import { isInherited } from "../browser/environment.ts";
import { BrowserError } from "../errors.ts";
import { parseSecrets } from "../tab/secrets.ts";
import { Session } from "./session.ts";

export interface PuppeteerOptions {
  readonly executablePath?: string | undefined;
  readonly allowHosts: readonly string[];
  readonly selfSignedHosts: readonly string[];
  readonly sandbox: "on" | "auto" | "off";
  readonly secrets?: string | undefined;
  readonly uploadDirs: readonly string[];
  readonly headed: boolean;
  readonly maxPages: number;
  readonly idleMinutes: number;
}

/** What a session takes from the process it is in. */
export interface Surroundings {
  /** Where the browser inherits the harmless part. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  warn(message: string): void;
}

interface Shared {
  readonly guard: UrlGuard;
  readonly host: BrowserHost;
}

/** One browser for everyone a config serves; what tells callers apart is their session. */
const shared = new WeakMap<PuppeteerOptions, Shared>();

/** Makes a caller's session; the browser starts when the first page is opened. */
export async function openSession(
  options: PuppeteerOptions,
  surroundings: Surroundings,
): Promise<Session> {
  const secrets = parseSecrets(options.secrets === undefined ? "" : await read(options.secrets));
  const directories = options.uploadDirs;
  const uploads = directories.length > 0 ? await createPathGuard({ directories }) : undefined;
  const { guard, host } = share(options, surroundings);
  return new Session({
    host,
    secrets,
    uploads,
    assertReachable: (url) => guard.resolveUrl(url),
    maxPages: options.maxPages,
    idleMs: options.idleMinutes * 60_000,
  });
}

function share(options: PuppeteerOptions, surroundings: Surroundings): Shared {
  const known = shared.get(options);
  if (known) return known;
  const guard = createUrlGuard({ allowHosts: options.allowHosts, flag: "--allow-hosts" });
  const { executablePath, headed, sandbox, allowHosts } = options;
  const selfSignedHosts = keepAllowed(options.selfSignedHosts, allowHosts, surroundings.warn);
  const environment = toInherited(surroundings.environment, isInherited);
  const how = {
    executablePath,
    headed,
    sandbox,
    selfSignedHosts,
    guard,
    ...surroundings,
    environment,
  };
  const made = { guard, host: new BrowserHost(how) };
  shared.set(options, made);
  return made;
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new BrowserError(
      "The --secrets file cannot be read.",
      "The operator of this server can say where it is.",
      { cause: error },
    );
  }
}

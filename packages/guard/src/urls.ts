import { lookup as systemLookup } from "node:dns/promises";
import { isIP } from "node:net";
import { findReserved } from "./addresses.ts";
import { HintError } from "./hint-error.ts";

/** A URL or host that may not be reached, in words for the caller. */
export class UrlError extends HintError {
  override readonly name = "UrlError";
}

/** Which private hosts may be reached in spite of the rule. */
export interface UrlGuardOptions {
  /**
   * Hosts that may be private: `host`, `host:port`, `[v6]:port`. Matched by the name a URL has, not
   * by what it resolves to, so that no other name can be pointed at them.
   */
  readonly allowHosts?: readonly string[];
  /** The flag that fills `allowHosts`, named in refusals. */
  readonly flag?: string;
  /** Every address of a name; the system's resolver by default. */
  lookup?(host: string): Promise<readonly string[]>;
}

/** Where to connect: the addresses were checked, and must be used instead of the name. */
export interface PinnedHost {
  readonly host: string;
  readonly port: number;
  /** The first of `addresses`. */
  readonly address: string;
  /** In the order to try them. */
  readonly addresses: readonly string[];
}

interface AllowedHost {
  readonly host: string;
  readonly port: number | undefined;
}

const defaultPorts: Readonly<Record<string, number>> = {
  "http:": 80,
  "ws:": 80,
  "https:": 443,
  "wss:": 443,
};

/**
 * Says where a program may connect on behalf of somebody it does not trust: the public Internet and
 * the hosts allowed by name. A name is resolved once, and the address that was checked is the one to
 * connect to, so a name that changes its mind (DNS rebinding) gains nothing.
 */
export class UrlGuard {
  readonly #allowed: readonly AllowedHost[];
  readonly #flag: string;
  readonly #lookup: (host: string) => Promise<readonly string[]>;

  constructor(options: UrlGuardOptions) {
    this.#allowed = (options.allowHosts ?? []).map(parseAllowedHost);
    this.#flag = options.flag ?? "--allow-hosts";
    this.#lookup = options.lookup ?? lookupAll;
  }

  /** Checks an http(s) or ws(s) URL and resolves its host. */
  async resolveUrl(url: URL): Promise<PinnedHost> {
    const port = defaultPorts[url.protocol];
    if (port === undefined) {
      throw new UrlError(`Refused: ${url.protocol} URLs are not opened.`, "Use http or https.");
    }
    return this.resolve(url.hostname, url.port === "" ? port : Number(url.port));
  }

  /** Resolves a host once and gives the address to connect to; every address must be permitted. */
  async resolve(name: string, port: number): Promise<PinnedHost> {
    const host = toHost(name);
    if (host === undefined) {
      throw new UrlError(`Refused: ${JSON.stringify(name)} is not a host name.`, "Check the URL.");
    }
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new UrlError(`Refused: ${port} is not a port.`, "Check the URL.");
    }
    const addresses = isIP(host) > 0 ? [host] : await this.#resolveName(host);
    if (!this.#isAllowed(host, port)) {
      for (const address of addresses) this.#assertPublic(host, port, address);
    }
    const [address] = addresses;
    if (address === undefined) throw unresolved(host);
    return { host, port, address, addresses };
  }

  async #resolveName(host: string): Promise<readonly string[]> {
    // RFC 6761: these never leave the machine, whatever a resolver says.
    if (host === "localhost" || host.endsWith(".localhost")) return ["127.0.0.1", "::1"];
    try {
      return await this.#lookup(host);
    } catch (error) {
      throw unresolved(host, error);
    }
  }

  #assertPublic(host: string, port: number, address: string): void {
    const what = findReserved(address);
    if (what === undefined) return;
    const leads = address === host ? "" : ` leads to ${address}, which`;
    const named = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
    throw new UrlError(
      `Refused: ${host}${leads} is a ${what} address, not on the public Internet.`,
      `The person who runs this server can open it with ${this.#flag} ${named}.`,
    );
  }

  #isAllowed(host: string, port: number): boolean {
    return this.#allowed.some(
      (allowed) => allowed.host === host && (allowed.port === undefined || allowed.port === port),
    );
  }
}

/** Makes a guard; throws UrlError for an allowed host that is none. */
export function createUrlGuard(options: UrlGuardOptions = {}): UrlGuard {
  return new UrlGuard(options);
}

function parseAllowedHost(entry: string): AllowedHost {
  const bare = isIP(entry) === 6 ? `[${entry}]` : entry;
  const [, name, digits] = /^(\[[^\]]+\]|[^:/@?#[\]]+)(?::(\d{1,5}))?$/.exec(bare.trim()) ?? [];
  const host = name === undefined ? undefined : toHost(name);
  if (host === undefined) {
    throw new UrlError(`${JSON.stringify(entry)} is not a host.`, "Write host or host:port.");
  }
  return { host, port: digits === undefined ? undefined : Number(digits) };
}

/** A host as URLs write it, without brackets and the root's dot; undefined for what is none. */
function toHost(name: string): string | undefined {
  const bracketed = isIP(name) === 6 ? `[${name}]` : name;
  if (/[\s/\\@?#]/.test(bracketed)) return undefined;
  const url = URL.parse(`http://${bracketed}/`);
  if (url?.port !== "" || url.username !== "") return undefined;
  const host = url.hostname.replace(/\.$/, "").replace(/^\[(.*)\]$/, "$1");
  return host === "" ? undefined : host;
}

async function lookupAll(host: string): Promise<readonly string[]> {
  return (await systemLookup(host, { all: true })).map(({ address }) => address);
}

function unresolved(host: string, cause?: unknown): UrlError {
  return new UrlError(`The host ${host} cannot be found.`, "Check the spelling of the URL.", {
    cause,
  });
}

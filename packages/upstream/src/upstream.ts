import { isIP } from "node:net";
import { createUrlGuard, type PinnedHost, UrlError, type UrlGuard } from "@fairlead/guard/urls";
import { findUpstreamError, UpstreamError } from "./error.ts";
import { type Asked, type Exchange, isSafe, toAsked, toExchange, toShown } from "./exchange.ts";
import { findLimit, toPause } from "./limits.ts";
import { toRedirected } from "./redirects.ts";
import { Revalidation } from "./revalidation.ts";
import type { Agents, ProxyEnvironment } from "./send.ts";
import { type Clock, systemClock, Waits } from "./waits.ts";

const defaultTimeoutMs = 30_000;
const defaultMaxWaitMs = 20_000;
const defaultMaxBytes = 32 * 1024 * 1024;
const maxRedirects = 5;
const maxLimits = 4;
const maxFailures = 3;
/** What Node calls a certificate it does not accept, which trying again does not change. */
const distrust = /CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;
const unsent = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "EHOSTUNREACH"];

/** The part of the global `fetch` that API clients call. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Where an API is, and how patient the way to it is. */
export interface UpstreamOptions {
  /** Where the API is; requests to another origin are refused. */
  readonly baseUrl: string;
  /** Further origins of the same API, for uploads or tokens: they may be sent credentials too. */
  readonly origins?: readonly string[];
  /** Names the proxy: HTTPS_PROXY, HTTP_PROXY, NO_PROXY. */
  readonly environment?: ProxyEnvironment;
  /** Milliseconds of silence after which a request has failed; 30,000 by default. */
  readonly timeoutMs?: number;
  /** Milliseconds one request waits where the API asks for it; more is an error. 20,000 by default. */
  readonly maxWaitMs?: number;
  /** Bytes an answer may have; 32 MiB by default. */
  readonly maxBytes?: number;
  /** Further headers in which this API takes credentials. Like the usual ones they stay at its origin. */
  readonly credentialHeaders?: readonly string[];
  /** What shares a rate limit with this URL; everything at its origin by default. */
  limitKey?(url: URL): string;
  /** Whether a POST to this URL only reads, so that it may be sent twice; none does by default. */
  isRead?(url: URL): boolean;
  /** Decides which hosts a redirect may lead to besides the API's own; the public Internet by default. */
  readonly guard?: UrlGuard;
  /** Has the guard decide about the API's own origin too, for one that nobody chose. */
  readonly pinned?: boolean;
  /** Stands in for time, in tests. */
  readonly clock?: Clock;
}

/** The way to one API: a `fetch` for its official client, whose own retries are switched off. */
export interface Upstream {
  readonly fetch: Fetch;
  /** The same, ending with the call it is made for: API clients do not all pass a signal on. */
  during(signal: AbortSignal): Fetch;
  /** Closes the connections that are kept open. */
  close(): void;
}

/**
 * Makes the way to one API. It waits out short rate limits and says how long the others last,
 * repeats what failed and may be repeated, follows redirects without taking credentials along,
 * revalidates by ETag, and takes the credentials of a request out of the error that answers it.
 * Throws TypeError for a base URL that is none.
 */
export function createUpstream(options: UpstreamOptions): Upstream {
  const way = new Way(options);
  const never = new AbortController().signal;
  return {
    fetch: (input, init) => way.fetch(toAsked(input, init), never),
    during: (signal) => (input, init) => way.fetch(toAsked(input, init), signal),
    close: () => way.close(),
  };
}

class Way {
  readonly #options: UpstreamOptions;
  readonly #origins: readonly string[];
  readonly #environment: ProxyEnvironment;
  #agents: Agents | undefined;
  readonly #guard: UrlGuard;
  readonly #clock: Clock;
  readonly #proxied: boolean;
  readonly #revalidation = new Revalidation();
  readonly #waits: Waits;

  constructor(options: UpstreamOptions) {
    const { baseUrl, origins = [], environment = {} } = options;
    this.#options = options;
    this.#origins = [baseUrl, ...origins].map((url) => new URL(url).origin);
    this.#environment = environment;
    this.#guard = options.guard ?? createUrlGuard();
    const { clock = systemClock, maxWaitMs = defaultMaxWaitMs } = options;
    this.#clock = clock;
    this.#waits = new Waits({ clock, maxWaitMs });
    this.#proxied = ["HTTPS_PROXY", "https_proxy"].some((name) => environment[name]);
  }

  async fetch(asked: Asked, call: AbortSignal): Promise<Response> {
    const signal = AbortSignal.any([asked.request.signal, call]);
    const exchange = await toExchange(asked, this.#options.isRead);
    if (!this.#origins.includes(exchange.url.origin)) {
      throw new UpstreamError(
        "refused",
        `${toShown(exchange)} is not at ${this.#origins.join(" or ")}.`,
        "This server sends requests only to the API it was configured for.",
      );
    }
    this.#revalidation.apply(exchange);
    const response = await this.#persist(exchange, signal);
    return this.#revalidation.settle(exchange, response);
  }

  close(): void {
    this.#agents?.close();
  }

  /** Sends until there is an answer to give, waiting as long as the API asks and the caller has. */
  async #persist(exchange: Exchange, signal: AbortSignal): Promise<Response> {
    let limited = 0;
    let failed = 0;
    const key = this.#limitKey(exchange);
    const waits = this.#waits.open(exchange.url.host, signal);
    for (;;) {
      await waits.awaitLimit(key);
      const { response, text, error } = await this.#attempt(exchange, signal);
      if (response && response.status < 400) return response;
      const now = this.#clock.now();
      const asked = response && findLimit(response, text, limited, now);
      if (asked !== undefined) {
        this.#waits.limit(key, asked);
        limited += 1;
        if (limited < maxLimits) continue;
      }
      failed += 1;
      const again = response ? isPassing(response, exchange) : mayRepeat(exchange, error);
      if (asked === undefined && again && failed <= maxFailures) {
        const pause = toPause(failed, response?.headers, now);
        if (waits.fits(pause)) {
          await waits.wait(pause);
          continue;
        }
        if (response?.headers.has("retry-after")) throw toLater(exchange, response.status, pause);
      }
      if (response) return toScrubbed(exchange, response, text);
      throw toFailure(exchange, error);
    }
  }

  /** One try: its answer, with the text of one that reports an error, or what the network said. */
  async #attempt(exchange: Exchange, signal: AbortSignal): Promise<Attempt> {
    try {
      const response = await this.#follow(exchange, signal);
      return { response, text: response.status < 400 ? "" : await response.text() };
    } catch (error) {
      signal.throwIfAborted();
      if (findUpstreamError(error)) throw error;
      return { text: "", error };
    }
  }

  #limitKey({ url }: Exchange): string {
    return this.#options.limitKey?.(url) ?? url.origin;
  }

  async #follow(first: Exchange, signal: AbortSignal): Promise<Response> {
    const { timeoutMs = defaultTimeoutMs, maxBytes = defaultMaxBytes } = this.#options;
    const { credentialHeaders } = this.#options;
    // Node's HTTP takes as long to load as a small server does: it waits for the first request.
    const { Agents, send } = await import("./send.ts");
    this.#agents ??= new Agents(this.#environment);
    let exchange = first;
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const pinned = await this.#pin(exchange);
      const common = { agents: this.#agents, signal, timeoutMs, maxBytes };
      const response = await send(exchange, { ...common, pinned });
      const next = toRedirected(exchange, response, credentialHeaders);
      if (next === undefined) return response;
      await response.body?.cancel();
      exchange = next;
    }
    throw new UpstreamError(
      "refused",
      `${toShown(first)} redirects more than ${maxRedirects} times.`,
      "This is a fault of the API.",
    );
  }

  /** The checked addresses of a host that only a redirect named; nothing for the API itself. */
  async #pin({ method, url, body }: Exchange): Promise<PinnedHost | undefined> {
    const own = this.#origins.includes(url.origin);
    if (own && this.#options.pinned !== true) return undefined;
    if (!own && (!isSafe(method) || body !== undefined)) {
      throw new UpstreamError(
        "refused",
        `Refused: a redirect that takes a ${method} to ${url.origin}.`,
        "Only reads follow a redirect to another host, since what a write sends is for the API alone.",
      );
    }
    if (!own && url.protocol !== "https:") {
      throw new UpstreamError(
        "refused",
        `Refused: a redirect to ${url.origin}.`,
        "Only https addresses are followed.",
      );
    }
    const bare = url.hostname.replace(/^\[|\]$/g, "");
    // A proxy resolves names itself, often those that nobody else can; addresses are checked here.
    const local = bare === "localhost" || bare.endsWith(".localhost");
    if (this.#proxied && isIP(bare) === 0 && !local) return undefined;
    try {
      return await this.#guard.resolveUrl(url);
    } catch (error) {
      if (!(error instanceof UrlError)) throw error;
      throw new UpstreamError(
        "refused",
        own ? error.message : `A redirect was not followed. ${error.message}`,
        "This is a fault of the API or of a proxy on the way.",
        { cause: error },
      );
    }
  }
}

interface Attempt {
  readonly response?: Response;
  readonly text: string;
  readonly error?: unknown;
}

/** A gateway's errors pass; a request that may have been carried out is not sent again for them. */
function isPassing({ status }: Response, exchange: Exchange): boolean {
  return status >= 502 && status <= 504 && exchange.repeatable;
}

function mayRepeat(exchange: Exchange, error: unknown): boolean {
  const code = toCode(error) ?? "";
  if (distrust.test(code)) return false;
  return exchange.repeatable || unsent.includes(code);
}

function toCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/** What failed and asks for more patience than one request has. */
function toLater(exchange: Exchange, status: number, ms: number): UpstreamError {
  const seconds = Math.ceil(ms / 1_000);
  return new UpstreamError(
    "limited",
    `${toShown(exchange)} failed (${status}), and the API asks to be left alone for another ${seconds} seconds.`,
    `Try again in ${seconds} seconds; asking sooner does not help.`,
  );
}

function toFailure(exchange: Exchange, error: unknown): UpstreamError {
  const code = toCode(error);
  return new UpstreamError(
    "unreachable",
    `${toShown(exchange)} failed${code === undefined ? "" : ` (${code})`}: the API could not be reached.`,
    distrust.test(code ?? "")
      ? "The person who runs this server can name the authority of its certificate: a PEM file in NODE_EXTRA_CA_CERTS."
      : "Try again later; the person who runs this server can check its network and its proxy settings.",
    { cause: error },
  );
}

/** An error's answer without the credentials it may repeat. */
function toScrubbed(exchange: Exchange, response: Response, text: string): Response {
  const credentials = (exchange.headers.get("authorization") ?? "")
    .split(/\s+/)
    .filter((word) => word.length >= 8);
  const clean = credentials.reduce((rest, word) => rest.replaceAll(word, "[redacted]"), text);
  const { status, statusText, headers, url } = response;
  const answer = new Response(clean, { status, statusText, headers });
  Object.defineProperty(answer, "url", { value: url });
  return answer;
}

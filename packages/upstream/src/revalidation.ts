import type { Exchange } from "./exchange.ts";

const maxEntries = 500;
const maxBytes = 16 * 1024 * 1024;
const maxEntryBytes = 1024 * 1024;

interface Entry {
  readonly etag: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * Keeps answers that carry an ETag and asks again with If-None-Match (RFC 9110 13.1.2): a 304 costs
 * GitHub's clients nothing of their rate limit. Every answer is checked with the API before it is
 * used again. The least recently used go first.
 */
export class Revalidation {
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  /** Adds the validator of what is kept to a request, unless it brings its own condition. */
  apply(exchange: Exchange): void {
    if (!isConditionless(exchange)) return;
    const entry = this.#entries.get(toKey(exchange));
    if (entry) exchange.headers.set("if-none-match", entry.etag);
  }

  /** The answer to use: the kept one for its 304, else the one that came, which is kept if it may be. */
  async settle(exchange: Exchange, response: Response): Promise<Response> {
    const key = toKey(exchange);
    const kept = this.#entries.get(key);
    if (response.status === 304 && kept?.etag === exchange.headers.get("if-none-match")) {
      this.#entries.delete(key);
      this.#entries.set(key, kept);
      return toResponse(kept, exchange);
    }
    const etag = response.headers.get("etag");
    if (!isPlain(exchange) || response.status !== 200 || etag === null) return response;
    if (!/\bjson\b/.test(response.headers.get("content-type") ?? "")) return response;
    const entry = {
      etag,
      status: response.status,
      headers: response.headers,
      body: new Uint8Array(await response.arrayBuffer()),
    };
    this.#keep(key, entry);
    return toResponse(entry, exchange);
  }

  #keep(key: string, entry: Entry): void {
    this.#drop(key);
    if (entry.body.length > maxEntryBytes) return;
    this.#entries.set(key, entry);
    this.#bytes += entry.body.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= maxBytes && this.#entries.size <= maxEntries) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#entries.get(key)?.body.length ?? 0;
    this.#entries.delete(key);
  }
}

function toResponse({ status, headers, body }: Entry, { url }: Exchange): Response {
  const response = new Response(body, { status, headers: new Headers(headers) });
  // Links to further pages are read together with the address they came from.
  Object.defineProperty(response, "url", { value: url.href });
  return response;
}

function isConditionless(exchange: Exchange): boolean {
  const own = ["if-none-match", "if-match", "if-modified-since", "range"];
  return isPlain(exchange) && !own.some((name) => exchange.headers.has(name));
}

/** A read that its address says all about. */
function isPlain({ method, body }: Exchange): boolean {
  return method === "GET" && body === undefined;
}

/** Answers differ by who asks and in which form. */
function toKey({ url, headers }: Exchange): string {
  return [url.href, headers.get("accept"), headers.get("authorization")].join("\n");
}

import http from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";
import { PassThrough, pipeline, Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { PinnedHost } from "@fairlead/guard/urls";
import { UpstreamError } from "./error.ts";
import { type Exchange, toShown } from "./exchange.ts";

/** Connections kept to one host. */
const maxSockets = 16;
const bodyless = [204, 205, 304];

/** The variables Node reads a proxy from. */
export interface ProxyEnvironment {
  readonly [name: string]: string | undefined;
}

/** The connections of one Upstream, through the proxy of its environment where that names one. */
export class Agents {
  readonly #kept: AgentPair;
  /**
   * For what may not be sent twice: a kept connection may be closed by the other side just as it is
   * used again, and nobody could tell whether the request had arrived.
   */
  readonly #fresh: AgentPair;

  constructor(environment: ProxyEnvironment) {
    const options = { maxSockets, proxyEnv: { ...environment } };
    this.#kept = toPair({ ...options, keepAlive: true });
    this.#fresh = toPair({ ...options, keepAlive: false });
  }

  request({ url, repeatable }: Exchange, options: https.RequestOptions): http.ClientRequest {
    const pair = repeatable ? this.#kept : this.#fresh;
    return url.protocol === "https:"
      ? https.request(url, { ...options, agent: pair.https })
      : http.request(url, { ...options, agent: pair.http });
  }

  close(): void {
    for (const { http, https } of [this.#kept, this.#fresh]) {
      http.destroy();
      https.destroy();
    }
  }
}

interface AgentPair {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

function toPair(options: http.AgentOptions): AgentPair {
  return { http: new http.Agent(options), https: new https.Agent(options) };
}

export interface SendOptions {
  readonly agents: Agents;
  readonly signal: AbortSignal;
  /** Milliseconds the other side may be silent. */
  readonly timeoutMs: number;
  /** Bytes an answer may have once it is decompressed. */
  readonly maxBytes: number;
  /** The addresses that were checked, for a host nobody configured. */
  readonly pinned?: PinnedHost | undefined;
}

/** Sends one request and follows nothing. Throws UpstreamError, or what the signal was aborted with. */
export async function send(exchange: Exchange, options: SendOptions): Promise<Response> {
  const { agents, signal, timeoutMs, pinned } = options;
  signal.throwIfAborted();
  const headers = new Headers(exchange.headers);
  headers.set("accept-encoding", "gzip, deflate, br");
  if (exchange.body) headers.set("content-length", String(exchange.body.length));
  return new Promise((resolve, reject) => {
    const request = agents.request(exchange, {
      method: exchange.method,
      headers: Object.fromEntries(headers),
      signal,
      timeout: timeoutMs,
      ...(pinned && { lookup: toLookup(pinned) }),
    });
    request.on("timeout", () =>
      request.destroy(
        new UpstreamError(
          "timeout",
          `${toShown(exchange)} was not answered within ${timeoutMs / 1_000} seconds.`,
          "Ask for less, or try again.",
        ),
      ),
    );
    request.on("error", (error) => reject(signal.aborted ? signal.reason : error));
    request.on("response", (message) => resolve(toResponse(exchange, message, options)));
    request.end(exchange.body);
  });
}

function toResponse(
  exchange: Exchange,
  message: http.IncomingMessage,
  { maxBytes, signal }: SendOptions,
): Response {
  const headers = new Headers();
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const status = message.statusCode ?? 502;
  const statusText = message.statusMessage ?? "";
  if (bodyless.includes(status) || exchange.method === "HEAD") {
    message.resume();
    return named(new Response(null, { status, statusText, headers }), exchange);
  }
  const decoder = toDecoder(headers.get("content-encoding"));
  if (decoder) for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  // The reader of the body is told what went wrong; without one nobody needs to know.
  const nobody = () => {};
  const body = pipeline(message, decoder ?? new PassThrough(), toLimit(exchange, maxBytes), nobody);
  body.on("error", nobody);
  const abort = () => body.destroy(toError(signal.reason));
  signal.addEventListener("abort", abort, { once: true });
  // A call may send many requests: what each held goes with its body, not with the call.
  body.once("close", () => signal.removeEventListener("abort", abort));
  return named(new Response(toStream(body), { status, statusText, headers }), exchange);
}

/**
 * A body as fetch gives it. Not Readable.toWeb: what arrives after its reader has gone would end the
 * process (Node 22, 24). Nor ReadableStream.from: where nothing was read it does not end its source,
 * which would keep the connection.
 */
function toStream(body: Transform): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks: AsyncIterator<Uint8Array<ArrayBuffer>> = body[Symbol.asyncIterator]();
  const source = {
    async pull(controller: ReadableStreamDefaultController) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => void body.destroy(),
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}

/** API clients report where an answer came from. */
function named(response: Response, { url }: Exchange): Response {
  Object.defineProperty(response, "url", { value: url.href });
  return response;
}

function toDecoder(encoding: string | null) {
  if (encoding === "gzip" || encoding === "x-gzip") return createGunzip();
  if (encoding === "deflate") return createInflate();
  return encoding === "br" ? createBrotliDecompress() : undefined;
}

/** Ends an answer that grows past the limit, also one that grows by being decompressed. */
function toLimit(exchange: Exchange, maxBytes: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      seen += chunk.length;
      if (seen <= maxBytes) return done(null, chunk);
      done(
        new UpstreamError(
          "too-large",
          `${toShown(exchange)} answers with more than ${maxBytes.toLocaleString("en-US")} bytes.`,
          "Ask for a smaller part.",
        ),
      );
    },
  });
}

/** Gives the addresses that were checked for this host; a proxy's own name is looked up as usual. */
function toLookup({ host, addresses }: PinnedHost): LookupFunction {
  return (hostname, options, done) => {
    const entries = addresses.map((address) => ({
      address,
      family: address.includes(":") ? 6 : 4,
    }));
    const [first] = entries;
    if (hostname !== host || first === undefined) {
      done(new Error(`${hostname} was not checked.`), "");
    } else if (options.all) done(null, entries);
    else done(null, first.address, first.family);
  };
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

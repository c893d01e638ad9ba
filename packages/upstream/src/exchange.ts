/** A request as it goes over the wire: the body is whole, so that it can be sent again. */
export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  /** As in the fetch standard: `manual` hands a redirect to the caller, `error` fails by it. */
  readonly redirect: Request["redirect"];
  /** Whether it may be sent twice, since the second time changes nothing more (RFC 9110 9.2.2). */
  readonly repeatable: boolean;
}

/** What `fetch` was given. */
export interface Asked {
  readonly request: Request;
  /** The body of a GET, which the fetch standard refuses and some APIs ask for. */
  readonly body?: Uint8Array<ArrayBuffer>;
}

/** Takes what `fetch` takes, and bytes as the body of any method. */
export function toAsked(input: string | URL | Request, init: RequestInit = {}): Asked {
  const { body, ...rest } = init;
  const refused = /^(?:GET|HEAD)$/i.test(init.method ?? "GET") && body instanceof Uint8Array;
  if (!refused) return { request: new Request(input, init) };
  return { request: new Request(input, rest), body: new Uint8Array(body) };
}

/**
 * Reads what `fetch` was given; the caller's own `Request` is left as it is. `isRead` tells which
 * POSTs only read.
 */
export async function toExchange(
  { request, body: given }: Asked,
  isRead: (url: URL) => boolean = () => false,
): Promise<Exchange> {
  const body =
    given ?? (request.body === null ? undefined : new Uint8Array(await request.arrayBuffer()));
  const { method, redirect } = request;
  const url = new URL(request.url);
  const headers = new Headers(request.headers);
  const repeatable = isIdempotent(method, headers) || (method === "POST" && isRead(url));
  return { method, url, headers, body, redirect, repeatable };
}

/** A part of an upload may not be repeated: how much of it arrived is for its sender to ask. */
function isIdempotent(method: string, headers: Headers): boolean {
  if (method === "PUT") return !headers.has("content-range");
  return isSafe(method) || method === "DELETE";
}

/** Methods that change nothing (RFC 9110 9.2.1). */
export function isSafe(method: string): boolean {
  return ["GET", "HEAD", "OPTIONS"].includes(method);
}

/** An address for messages: the query may hold what nobody else should read. */
export function toShown({ method, url }: Exchange): string {
  return `${method} ${url.origin}${url.pathname}`;
}

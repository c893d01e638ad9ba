import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { connect, isIP, type LookupFunction } from "node:net";
import type { Duplex } from "node:stream";
import {
  BoundedMap,
  findReserved,
  type PinnedHost,
  UrlError,
  type UrlGuard,
} from "@fairlead/guard";

/** What Chrome asks on its own account, whatever it was told; no page is on these hosts. */
const chatter = new Set([
  "accounts.chromium.invalid",
  "clients1.google.com",
  "clients2.google.com",
  "clients4.google.com",
  "clientservices.googleapis.com",
  "content-autofill.googleapis.com",
  "edgedl.me.gvt1.com",
  "optimizationguide-pa.googleapis.com",
  "redirector.gvt1.com",
  "safebrowsing.googleapis.com",
  "safebrowsingohttpgateway.googleapis.com",
  "update.googleapis.com",
]);

/** Headers that concern one connection, not the message (RFC 9110, 7.6.1). */
const perHop = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const connectMs = 15_000;
const mostFailures = 200;

export interface FilteringProxy {
  readonly port: number;
  /** Why this host (`name:port`) was not reached the last time, if it was not. */
  failure(host: string): UrlError | undefined;
  close(): Promise<void>;
}

/**
 * A forward proxy on loopback that is the browser's only way out: every hop, redirects, frames,
 * workers and WebSockets included, asks it. It resolves a name once, has the guard judge the
 * address, and connects to that very address.
 */
export async function createFilteringProxy(guard: UrlGuard): Promise<FilteringProxy> {
  // A caller's connections are used onward for that caller alone: a server may know who it is by
  // the connection (NTLM), and callers share no connection to this proxy.
  const agents = new WeakMap<Duplex, Agent>();
  const failures = new BoundedMap<string, UrlError>(mostFailures);
  const open = new Set<Duplex>();
  let ownPort = 0;

  async function pin(host: string, port: number) {
    if (chatter.has(host)) throw new UrlError(`${host} is not asked.`, "It serves no pages.");
    try {
      const pinned = await guard.resolve(host, port);
      // Else the proxy would be a way to itself where any port of localhost is allowed.
      if (pinned.port === ownPort && pinned.addresses.some(isLoopback)) {
        throw new UrlError(`Refused: port ${port} is the browser's own.`, "Use another port.");
      }
      return pinned;
    } catch (error) {
      if (error instanceof UrlError) failures.set(`${host}:${port}`, error);
      throw error;
    }
  }

  async function forward(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const url = URL.parse(from.url ?? "");
    if (url?.protocol !== "http:") return refuse(to, 400, "This proxy takes http URLs only.");
    const port = url.port === "" ? 80 : Number(url.port);
    const pinned = await pin(url.hostname, port);
    const onward = request({
      agent: agents.get(from.socket),
      ...toTarget(pinned),
      method: from.method,
      path: `${url.pathname}${url.search}`,
      headers: [...toEndToEnd(from.rawHeaders, "host"), "Host", url.host],
      setHost: false,
    });
    onward.on("response", (answer) => {
      failures.delete(`${url.hostname}:${port}`);
      to.writeHead(answer.statusCode ?? 502, toEndToEnd(answer.rawHeaders));
      answer.pipe(to);
      answer.on("error", () => to.destroy());
    });
    onward.on("error", (error) => {
      const failure = toFailure(`${url.hostname}:${port}`, error);
      failures.set(`${url.hostname}:${port}`, failure);
      refuse(to, 502, failure.message);
    });
    to.on("close", () => onward.destroy());
    from.pipe(onward);
  }

  async function tunnel(target: string, client: Duplex, head: Buffer): Promise<void> {
    const url = URL.parse(`http://${target}`);
    const [, digits] = /:(\d{1,5})$/.exec(target) ?? [];
    if (!url || digits === undefined) throw new UrlError("No target.", "Name host and port.");
    const server = connect(toTarget(await pin(url.hostname, Number(digits))));
    let connected = false;
    server.setTimeout(connectMs, () => server.destroy());
    server.on("connect", () => {
      connected = true;
      server.setTimeout(0);
      failures.delete(target);
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      if (head.length > 0) server.write(head);
      server.pipe(client);
      client.pipe(server);
    });
    server.on("error", (error) => {
      if (!connected) failures.set(target, toFailure(target, error));
      client.destroy();
    });
    // Each ends with the other, so closing the proxy need not know this one.
    server.on("close", () => client.destroy());
    client.on("close", () => server.destroy());
  }

  const proxy = createServer((from, to) => {
    forward(from, to).catch((error: unknown) => refuse(to, 403, toReason(error)));
  });
  proxy.on("connect", (from: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on("error", () => client.destroy());
    tunnel(from.url ?? "", client, head).catch((error: unknown) => {
      client.end(`HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n${toReason(error)}`);
    });
  });
  // A WebSocket comes as a tunnel; an upgrade sent to the proxy itself is nobody's honest request.
  proxy.on("upgrade", (_, client) => client.destroy());
  proxy.on("connection", (client) => {
    const agent = new Agent({ keepAlive: true });
    agents.set(client, agent);
    open.add(client);
    client.on("close", () => {
      agent.destroy();
      open.delete(client);
    });
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const address = proxy.address();
  if (address === null || typeof address === "string") throw new TypeError("No port was given.");
  ownPort = address.port;
  return {
    port: ownPort,
    failure: (host) => failures.get(host),
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => proxy.close(() => resolve()));
    },
  };
}

function refuse(to: ServerResponse, status: number, reason: string): void {
  if (to.headersSent) return void to.destroy();
  to.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
  });
  to.end(reason);
}

function toFailure(host: string, error: Error): UrlError {
  const code = "code" in error ? String(error.code) : error.message;
  return new UrlError(
    `${host} cannot be reached: ${code}.`,
    "Check that the server runs, and check the port.",
  );
}

function toReason(error: unknown): string {
  return error instanceof UrlError ? error.message : "The request failed.";
}

function isLoopback(address: string): boolean {
  return findReserved(address) === "loopback";
}

/** Where to connect, by the addresses that were judged and no others. */
function toTarget({ host, port, addresses }: PinnedHost) {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  const lookup: LookupFunction = (_, __, give) => give(null, found);
  return { host, port, lookup, autoSelectFamily: true };
}

/** Names and values in turn, without what belongs to one connection. */
function toEndToEnd(raw: readonly string[], ...without: readonly string[]): string[] {
  const pairs = raw.flatMap((name, at) =>
    at % 2 === 0 ? [[name, raw[at + 1] ?? ""] as const] : [],
  );
  const named = pairs
    .filter(([name]) => name.toLowerCase() === "connection")
    .flatMap(([, value]) => value.toLowerCase().split(/\s*,\s*/));
  const dropped = new Set([...perHop, ...named, ...without]);
  return pairs.filter(([name]) => !dropped.has(name.toLowerCase())).flat();
}

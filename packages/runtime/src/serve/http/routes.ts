import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isPromise } from "../../call/promise.ts";
import { dropRest, say } from "./refusal.ts";

/** One HTTP request on its way to an answer. */
export interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Without its query. */
  readonly path: string;
  /** Without its question mark; empty for none. */
  readonly query: string;
  /** The host it was sent to, as its Host header has it. */
  readonly host: string;
  /** Answers with a text and drops what still comes of the request; headers set before are kept. */
  answer(status: number, text: string): void;
}

/** Answers a visit, now or later. */
export type Handler = (visit: Visit) => void;

/** What stands at a path. */
export interface Route {
  /** By HTTP method; any other is answered with 405. */
  readonly methods: ReadonlyMap<string, Handler>;
  /**
   * Answers probes, which come by address: then neither Host nor Origin is checked, and nothing may be
   * told that is not everybody's.
   */
  readonly probe?: boolean;
  /** Any page may read what it answers, so Origin is not checked; Host is. */
  readonly anyOrigin?: boolean;
}

/**
 * The route of a page or document, made anew for the address it is asked for at.
 *
 * @example
 * ```ts
 * import { type Endpoint, page, serveHttp } from "@fairlead/runtime/serve";
 *
 * export function serve(endpoint: Endpoint) {
 *   const endpoints = new Map([["/mcp", endpoint]]);
 *   const welcome = page("text/plain", (origin) => `MCP is served at ${origin}/mcp.`);
 *   const routes = new Map([["/", welcome]]);
 *   return serveHttp({ host: "127.0.0.1", port: 0, maxCalls: 64, endpoints, routes });
 * }
 * ```
 */
export function page(contentType: string, render: (origin: string) => string): Route {
  const get: Handler = ({ response, host, answer }) => {
    response.setHeader("content-type", contentType);
    answer(200, render(`http://${host}`));
  };
  return { methods: new Map([["GET", get]]) };
}

const readByAll = new Map([
  ["access-control-allow-origin", "*"],
  ["access-control-allow-methods", "GET"],
  ["access-control-allow-headers", "Content-Type, If-None-Match"],
  ["access-control-expose-headers", "ETag"],
]);

/** Tells a browser what it may ask for. */
const allow: Handler = ({ request, response }) => {
  response.setHeaders(readByAll);
  end(request, response, 204);
};

/** As `page`, of a document that everybody may read and keep for an hour. */
export function publicPage(contentType: string, render: (origin: string) => string): Route {
  const get: Handler = ({ request, response, host, answer }) => {
    const text = render(`http://${host}`);
    const tag = `"${createHash("sha256").update(text).digest("base64url")}"`;
    response.setHeaders(readByAll);
    response.setHeader("etag", tag);
    response.setHeader("cache-control", "public, max-age=3600");
    if (isKept(request.headers["if-none-match"], tag)) return end(request, response, 304);
    response.setHeader("content-type", contentType);
    return answer(200, text);
  };
  const methods = new Map([
    ["GET", get],
    ["HEAD", get],
    ["OPTIONS", allow],
  ]);
  return { methods, anyOrigin: true };
}

/** The route of a document that everybody may read and that is elsewhere. */
export function redirect(location: string): Route {
  const go: Handler = ({ request, response }) => {
    response.setHeaders(readByAll);
    response.setHeader("location", location);
    end(request, response, 302);
  };
  const methods = new Map([
    ["GET", go],
    ["HEAD", go],
    ["OPTIONS", allow],
  ]);
  return { methods, anyOrigin: true };
}

/** Whether the client says that it has this version already. */
function isKept(header: string | undefined, tag: string): boolean {
  const kept = header?.split(",").map((one) => one.trim().replace(/^W\//, "")) ?? [];
  return kept.includes(tag) || kept.includes("*");
}

function end(request: IncomingMessage, response: ServerResponse, status: number): void {
  response.writeHead(status).end();
  dropRest(request);
}

type Finding = readonly [status: number, word: string];

/** The route of a probe: a status and a word for it. */
export function probe(look: () => Finding | Promise<Finding>): Route {
  const get: Handler = ({ answer }) => {
    const found = look();
    if (!isPromise(found)) return answer(...found);
    return void found.then((late) => answer(...late));
  };
  return {
    methods: new Map([
      ["GET", get],
      ["HEAD", get],
    ]),
    probe: true,
  };
}

/** A visit as HTTP brings it. */
export function toVisit(request: IncomingMessage, response: ServerResponse): Visit {
  const url = request.url ?? "/";
  const query = url.indexOf("?");
  return {
    request,
    response,
    path: query < 0 ? url : url.slice(0, query),
    query: query < 0 ? "" : url.slice(query + 1),
    host: request.headers.host ?? "",
    answer: (status, text) => {
      say(response, status, text);
      dropRest(request);
    },
  };
}

import type { IncomingMessage, ServerResponse } from "node:http";

const corsHeaders = [
  ...["content-type", "accept", "authorization", "dpop", "last-event-id", "traceparent"],
  ...["mcp-protocol-version", "mcp-session-id", "mcp-method", "mcp-name"],
];

/** Tells a listed origin what it may send and read. */
export function addCors(request: IncomingMessage, response: ServerResponse, origin: string): void {
  const asked = request.headers["access-control-request-headers"]?.toLowerCase().split(/\s*,\s*/);
  const params = asked?.filter((name) => /^mcp-param-[\w-]+$/.test(name)) ?? [];
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("vary", "origin");
  response.setHeader("access-control-allow-methods", "POST, GET, DELETE");
  response.setHeader("access-control-allow-headers", [...corsHeaders, ...params].join(", "));
  response.setHeader("access-control-expose-headers", "mcp-session-id, www-authenticate");
  response.setHeader("access-control-max-age", "600");
}

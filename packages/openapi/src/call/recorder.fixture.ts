import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import type { Arguments, Operation } from "../request/operation.ts";
import { type ApiOptions, type CallOptions, createApi } from "./api.ts";
import { serve } from "./server.fixture.ts";

/** A request as it came over the wire. */
export interface Recorded {
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Respond = (response: ServerResponse, request: Recorded) => void;

/** A server that writes down what it is asked, and answers `{}` unless told otherwise. */
export async function createRecorder(
  respond: Respond = (response) => {
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  },
) {
  const requests: Recorded[] = [];
  const url = await serve(async (request, response) => {
    const body = (await buffer(request)).toString("utf8");
    const recorded = { line: `${request.method} ${request.url}`, headers: request.headers, body };
    requests.push(recorded);
    respond(response, recorded);
  });
  return { url, requests };
}

/** Calls operations of an API at a recorder. */
export function open(options: Partial<ApiOptions>) {
  const api = createApi({ api: { servers: [], schemes: {} }, ...options });
  onTestFinished(() => api.close());
  return (operation: Partial<Operation>, args: Arguments = {}, call: Partial<CallOptions> = {}) =>
    api.call({ method: "POST", path: "/x", ...operation }, args, {
      signal: new AbortController().signal,
      budget: 10_000,
      ...call,
    });
}

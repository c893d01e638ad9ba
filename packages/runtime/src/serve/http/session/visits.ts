import type { ServerResponse } from "node:http";
import { errorCode, toErrorFrame } from "../../../protocol/json-rpc.ts";
import type { Visit } from "../routes.ts";
import type { Session } from "./session.ts";

/** As the official SDK answers, by which clients know that they have to initialize again. */
const lost = toErrorFrame(undefined, {
  code: errorCode.sessionNotFound,
  message: "Session not found. Send initialize without Mcp-Session-Id to open a new one.",
  data: undefined,
});

/** Why a session is not found, for the operator. */
export const lostReason = "The session is unknown, has ended, or is not the caller's.";

/** Answers a request that names such a session, in the same words whatever the reason and the verb. */
export function sayLost(response: ServerResponse): void {
  const length = Buffer.byteLength(lost);
  response
    .writeHead(404, { "content-type": "application/json", "content-length": length })
    .end(lost);
}

/** Why a GET is refused. */
export type Deny = (status: number, reason: string) => void;

/** Connects a client to the session's stream, or to one that it lost, from its last event on. */
export function listen(
  session: Session,
  { request, response }: Visit,
  { draining, deny }: { readonly draining: boolean; readonly deny: Deny },
): void {
  const { accept, "last-event-id": lastEvent } = request.headers;
  if (accept?.includes("text/event-stream") !== true) {
    return deny(406, "Accept must hold text/event-stream.");
  }
  if (draining) {
    response.setHeader("retry-after", "1");
    return deny(503, "This server is shutting down.");
  }
  if (lastEvent === undefined) {
    const { general } = session;
    if (!general.connected) return general.connect(response, general.written, { last: false });
    return deny(409, "The session's stream is open. To take it over, send its Last-Event-ID.");
  }
  const found = session.findEvent(String(lastEvent));
  if (found === undefined) return deny(400, "No event of this session has this Last-Event-ID.");
  const { stream, number } = found;
  // By the rules of event streams 204 ends the asking: everything was said.
  if (stream.ended && number === stream.last) return void response.writeHead(204).end();
  return stream.connect(response, number, { last: false });
}

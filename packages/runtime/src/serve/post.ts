import type { IncomingMessage, ServerResponse } from "node:http";
import type { Endpoint } from "../protocol/endpoint.ts";
import { errorCode, isJson, ProtocolError } from "../protocol/json-rpc.ts";
import type { HttpPeer } from "./http-peer.ts";
import { tooLarge } from "./oversize.ts";
import { Pieces } from "./pieces.ts";
import { dropRest, say } from "./refusal.ts";
import type { Slots } from "./slots.ts";

export interface Post {
  readonly endpoint: Endpoint;
  readonly peer: HttpPeer;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly slots: Slots;
  /** Bytes its body may have. */
  readonly maxBytes: number;
}

/** Reads the body of a POST and answers the message in it, where there is a slot for one more call. */
export function receivePost(post: Post): void {
  const { peer, request, response, slots, maxBytes } = post;
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return refuseSize(post);
  const body = new Pieces();
  let held = 0;
  const release = () => {
    slots.release(held);
    held = 0;
  };
  // A call counts until it ends: a 2025 client that hangs up leaves it running.
  let call: Promise<void> | boolean = false;
  // Each comes once, and `once` would pay for taking it off again.
  response.on("close", () => {
    peer.hangUp();
    release();
    if (call === true) slots.leave(peer.principal);
    else if (call !== false) void call.then(() => slots.leave(peer.principal));
  });
  request.on("data", (chunk: Buffer) => {
    if (response.headersSent) return;
    held += chunk.length;
    if (!slots.hold(chunk.length)) refuseNow(post, "Too much is being sent at once");
    else if (body.length + chunk.length > maxBytes) refuseSize(post);
    else return body.add(chunk);
    body.take();
    release();
  });
  request.on("end", () => {
    if (response.headersSent) return;
    const text = body.take().toString();
    release();
    call = answer(post, text);
  });
}

/** Whether a slot was taken; a promise where the call is not over yet. */
function answer(post: Post, body: string): Promise<void> | boolean {
  const { endpoint, peer, slots } = post;
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    const error = new ProtocolError(errorCode.parse, "The body is not JSON.", 400);
    peer.finish(endpoint.refuse(error, peer));
    return false;
  }
  // What wants no answer takes no slot: a call that is in the way can always be cancelled.
  const counts = !isJson(message) || "id" in message;
  const full = counts ? slots.take(peer.principal) : undefined;
  if (full !== undefined) {
    refuseNow(post, full);
    return false;
  }
  const answered = endpoint.handle(message, peer);
  if (typeof answered !== "object") {
    peer.finish(answered);
    return counts;
  }
  const finished = answered.then((frame) => peer.finish(frame));
  return counts && finished;
}

function refuseSize({ endpoint, peer, request, maxBytes }: Post): void {
  peer.finish(endpoint.refuse(tooLarge(maxBytes), peer));
  dropRest(request);
}

function refuseNow({ request, response }: Post, reason: string): void {
  response.setHeader("retry-after", "1");
  say(response, 429, `${reason}. Try again in a moment.`);
  dropRest(request);
}

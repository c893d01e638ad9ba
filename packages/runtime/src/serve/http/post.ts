import type { IncomingMessage, ServerResponse } from "node:http";
import type { Endpoint } from "../../protocol/endpoint.ts";
import { errorCode, ProtocolError } from "../../protocol/json-rpc.ts";
import { tooLarge } from "../oversize.ts";
import { Pieces } from "../pieces.ts";
import type { HttpPeer } from "./http-peer.ts";
import { dropRest, say } from "./refusal.ts";
import { lostReason, sayLost } from "./session/visits.ts";
import type { Slots } from "./slots.ts";

export interface Post {
  readonly endpoint: Endpoint;
  readonly peer: HttpPeer;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly slots: Slots;
  /** Bytes its body may have. */
  readonly maxBytes: number;
  /** Is told why it is refused, and with which status. */
  tell(status: number, reason: string): void;
}

/** Reads the body of a POST and answers the message in it, where there is a slot for one more call. */
export function receivePost(post: Post): void {
  const { peer, request, response, slots, maxBytes } = post;
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return refuseSize(post);
  const body = new Pieces();
  const account = new Account(peer, slots);
  // Each comes once, and `once` would pay for taking it off again.
  response.on("close", toClose(account));
  request.on("data", (chunk: Buffer) => {
    if (response.headersSent) return;
    if (!account.hold(chunk.length)) refuseNow(post, "Too much is being sent at once");
    else if (body.length + chunk.length > maxBytes) refuseSize(post);
    else return body.add(chunk);
    body.take();
    account.release();
  });
  request.on("end", () => {
    if (response.headersSent) return;
    const text = body.take().toString();
    account.release();
    account.taken = answer(post, text);
  });
}

/** What one POST holds. It lasts as long as the connection, and an open stream's is long: it knows no more. */
class Account {
  taken: Taken = none;
  readonly #peer: HttpPeer;
  readonly #slots: Slots;
  #held = 0;

  constructor(peer: HttpPeer, slots: Slots) {
    this.#peer = peer;
    this.#slots = slots;
  }

  hold(bytes: number): boolean {
    this.#held += bytes;
    return this.#slots.hold(this.#peer.principal, bytes);
  }

  release(): void {
    if (this.#held > 0) this.#slots.release(this.#peer.principal, this.#held);
    this.#held = 0;
  }

  /** A call counts until it ends: a 2025 client that hangs up leaves it running. */
  close(): void {
    this.#peer.hangUp();
    this.release();
    const { count, ended } = this.taken;
    if (count === 0) return;
    if (ended === undefined) this.#slots.leave(this.#peer.principal, count);
    else void ended.then(() => this.#slots.leave(this.#peer.principal, count));
  }
}

function toClose(account: Account): () => void {
  return () => account.close();
}

/** The slots that a message took, and when its calls are over, where they are not yet. */
interface Taken {
  readonly count: number;
  readonly ended?: Promise<void>;
}

const none: Taken = { count: 0 };

function answer(post: Post, body: string): Taken {
  const { endpoint, peer, slots } = post;
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    const error = new ProtocolError(errorCode.parse, "The body is not JSON.", 400);
    peer.finish(endpoint.refuse(error, peer));
    return none;
  }
  if (!peer.join(message)) {
    post.tell(404, lostReason);
    sayLost(post.response);
    return none;
  }
  const count = endpoint.countCalls(message, peer);
  const full = count === 0 ? undefined : slots.take(peer.principal, count);
  if (full !== undefined) {
    refuseNow(post, full);
    return none;
  }
  const answered = endpoint.handle(message, peer);
  if (typeof answered !== "object") {
    peer.finish(answered);
    return { count };
  }
  peer.wait();
  return { count, ended: answered.then((frame) => peer.finish(frame)) };
}

function refuseSize({ endpoint, peer, request, maxBytes, tell }: Post): void {
  const error = tooLarge(maxBytes);
  tell(error.status, error.message);
  peer.finish(endpoint.refuse(error, peer));
  dropRest(request);
}

function refuseNow({ request, response, tell }: Post, reason: string): void {
  tell(429, `${reason}.`);
  response.setHeader("retry-after", "1");
  say(response, 429, `${reason}. Try again in a moment.`);
  dropRest(request);
}

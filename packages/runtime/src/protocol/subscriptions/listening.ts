import type { Principal } from "@fairlead/define";
import type { Notice } from "@fairlead/store";
import { CallAborted } from "../../call/call.ts";
import { type Json, type RequestId, toNotificationFrame } from "../json-rpc.ts";
import type { Cancellable, Peer } from "../peer.ts";
import { type Filter, writeFilter } from "./filter.ts";
import { type Exchange, type Outlet, Subscriber } from "./subscriber.ts";

/** Who keeps account of what is open. */
export interface ListeningHost {
  readonly serverInfo: Json;
  /** Whether a principal may be told of it. */
  mayHear(principal: Principal, notice: Notice): boolean;
  release(listening: Listening, principal: Principal): void;
}

/** Something that is told of until it is stopped. */
export interface Following {
  /** Tells once more what was told last. */
  repeat(): void;
  stop(): void;
}

/** How a request is answered that stays open. */
export interface ToAnswer {
  resolve(result: string): void;
  reject(error: unknown): void;
}

const subscriptionKey = "io.modelcontextprotocol/subscriptionId";

/**
 * One `subscriptions/listen` of 2026-07-28 (basic/patterns/subscriptions): a request that stays open
 * until its client cancels it or the server ends it. It holds on to nothing of the request but its id.
 */
export class Listening implements Cancellable, Outlet {
  readonly subscriber: Subscriber;
  readonly #id: RequestId;
  readonly #peer: Peer;
  readonly #host: ListeningHost;
  readonly #follows: Following[] = [];
  #answer: ToAnswer | undefined;
  #released = false;

  constructor(
    { id, peer }: { readonly id: RequestId; readonly peer: Peer },
    exchange: Exchange,
    host: ListeningHost,
  ) {
    this.#id = id;
    this.#peer = peer;
    this.#host = host;
    this.subscriber = new Subscriber(exchange, peer.principal, this);
  }

  /** Says what will be told, and tells it; the answer is given when all is over. */
  open(honoured: Filter, answer: ToAnswer): void {
    this.#peer.open(this.#id, this);
    this.#answer = answer;
    const notifications = writeFilter(honoured);
    this.tell({ method: "notifications/subscriptions/acknowledged", params: { notifications } });
    if (Object.keys(notifications).length === 0) this.end();
    for (const { repeat } of this.#follows) repeat();
  }

  /** Has it told of something else for as long as it is open, and of its state when it opens. */
  follow(following: Following): void {
    if (this.#released) following.stop();
    else this.#follows.push(following);
  }

  /** What changes before it is acknowledged needs no word: nobody has read it yet. */
  tell(notice: Notice): void {
    const { method, params } = notice;
    if (this.#answer === undefined || !this.#host.mayHear(this.#peer.principal, notice)) return;
    const _meta = { [subscriptionKey]: this.#id };
    const { stream = this.#peer } = this.#peer;
    stream.send(toNotificationFrame(method, { _meta, ...params }));
  }

  /** Its client can listen again to the rest. */
  lost(): void {
    this.end();
  }

  cancel(reason: string): void {
    this.#answer?.reject(new CallAborted("cancelled", reason));
    this.release();
  }

  /** Ends it in order, with an answer. */
  end(): void {
    if (this.#answer === undefined) return;
    const _meta = {
      [subscriptionKey]: this.#id,
      "io.modelcontextprotocol/serverInfo": this.#host.serverInfo,
    };
    this.#answer.resolve(JSON.stringify({ resultType: "complete", _meta }));
    this.release();
  }

  release(): void {
    if (this.#answer !== undefined) this.#peer.end(this.#id);
    this.#answer = undefined;
    this.#released = true;
    for (const { stop } of this.#follows.splice(0)) stop();
    this.subscriber.close();
    this.#host.release(this, this.#peer.principal);
  }
}

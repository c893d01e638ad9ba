import type { Readable } from "node:stream";
import type { ClientCapabilities, LogLevel, Principal } from "@fairlead/define";
import { fillFromEnd } from "../call/deadlines.ts";
import type { Endpoint } from "../protocol/endpoint.ts";
import {
  errorCode,
  isJson,
  type Json,
  ProtocolError,
  type RequestId,
} from "../protocol/json-rpc.ts";
import type { Cancellable, Peer, Stream } from "../protocol/peer.ts";
import { type Question, Questions } from "../protocol/questions.ts";
import type { LegacyRevision } from "../protocol/revisions.ts";
import { FrameReader } from "./frames.ts";
import { Outbox } from "./outbox.ts";
import { defaultMaxMessageBytes, tooLarge } from "./oversize.ts";

/**
 * Milliseconds between the last progress of a call and its answer. A client that reads both at once
 * forgets the call before it has handled the progress: of 300 last reports the official clients lost
 * all that came in one write with the answer, nine in ten that came a turn before it, 1 at 5 ms.
 */
const progressLeadMs = 10;

export interface StdioOptions {
  readonly input: Readable;
  readonly output: Output;
  /** Requests that may be in flight at once. */
  readonly maxCalls: number;
  /** Bytes of one message; 16 MB by default. */
  readonly maxMessageBytes?: number;
}

/** Where answers go. */
export interface Output {
  write(text: string): void;
  /** Whether so much waits for a reader that no more should be asked of us for now. */
  readonly full: boolean;
  /** Calls back once, when what waited has been read. */
  onceRead(callback: () => void): void;
}

/** A conversation over stdio. */
export interface StdioService {
  /** Resolves when the client has closed its end and everything it asked is answered. */
  readonly ended: Promise<void>;
  /** Writes what is ready now, for a process that is about to leave. */
  flush(): void;
}

/**
 * Speaks newline-delimited JSON with one client. Everything that became ready in a tick leaves in
 * one write.
 */
export function serveStdio(endpoint: Endpoint, options: StdioOptions): StdioService {
  const { maxMessageBytes = defaultMaxMessageBytes, input, output } = options;
  const outbox = new Outbox((text) => {
    output.write(text);
    // A host that asks and does not read would have us keep all it asked for.
    if (!output.full || input.isPaused()) return;
    input.pause();
    outbox.hold();
    output.onceRead(() => {
      input.resume();
      outbox.release();
    });
  });
  const peer = new StdioPeer(outbox, options.maxCalls);
  const frames = new FrameReader(maxMessageBytes, {
    onFrame: (text) => receive(endpoint, peer, outbox, text),
    onOversize: (id) => outbox.add(endpoint.refuse(tooLarge(maxMessageBytes), peer, id)),
  });
  const ended = new Promise<void>((resolve) => {
    input.on("data", (chunk: Buffer) => frames.push(chunk));
    const finish = () => {
      frames.end();
      peer.leave();
      void endpoint.idle().then(() => {
        outbox.flush();
        resolve();
      });
    };
    input.once("end", finish);
    input.once("error", finish);
  });
  return { ended, flush: () => outbox.flush() };
}

function receive(endpoint: Endpoint, peer: StdioPeer, outbox: Outbox, text: string): void {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    if (text.trim() === "") return;
    outbox.add(
      endpoint.refuse(new ProtocolError(errorCode.parse, "The line is not JSON.", 400), peer),
    );
    return;
  }
  const answer = endpoint.handle(message, peer);
  if (typeof answer === "string") peer.answer(message, answer);
  else if (answer !== undefined) void answer.then((frame) => peer.answer(message, frame));
}

class StdioPeer implements Peer {
  readonly principal: Principal = { id: "local" };
  revision: LegacyRevision | undefined;
  logLevel: LogLevel | undefined;
  client: Peer["client"];
  clientCapabilities: ClientCapabilities = {};
  status = 200;
  readonly #outbox: Outbox;
  readonly #maxCalls: number;
  // Arrays for the reason given in call/deadlines.ts; they are short, since calls are capped.
  readonly #ids: RequestId[] = [];
  readonly #requests: Cancellable[] = [];
  /** When each call last reported progress, of those that did. */
  readonly #reported = new Map<unknown, number>();
  readonly #questions = new Questions();
  /** Requests that stay open. */
  readonly #open = new Map<RequestId, Cancellable>();
  /** Who wants to know when the client leaves. */
  readonly #left: (() => void)[] = [];
  #gone = false;

  constructor(outbox: Outbox, maxCalls: number) {
    this.#outbox = outbox;
    this.#maxCalls = maxCalls;
  }

  send(frame: string, progressOf?: RequestId): void {
    if (progressOf !== undefined) this.#reported.set(progressOf, performance.now());
    this.#outbox.add(frame);
  }

  readonly ask = (question: Question): Promise<Json> =>
    this.#questions.ask("", question, (frame) => this.#outbox.add(frame));

  readonly stream: Stream = {
    connected: true,
    // Most of it are hints, which may be many: who reads again knows all that they said.
    send: (frame) => this.#outbox.addOnce(frame),
    onClose: (callback) => {
      if (this.#gone) callback();
      else this.#left.push(callback);
    },
  };

  settle(id: RequestId, answer: Json): void {
    this.#questions.settle("", id, answer);
  }

  /** The client has closed its end: nothing it was asked will be answered. */
  leave(): void {
    this.#gone = true;
    this.#questions.close(new Error("The client left before it answered."));
    for (const callback of this.#left.splice(0)) callback();
    for (const request of [...this.#open.values()]) request.cancel("The client has left.");
  }

  /** Sends the frame that answers a message, if there is one. */
  answer(message: unknown, frame: string | undefined): void {
    const waitMs = this.#reported.size === 0 ? undefined : this.#takeWait(message);
    if (frame === undefined) return;
    if (waitMs === undefined) this.#outbox.add(frame);
    else this.#outbox.addLater(frame, waitMs);
  }

  begin(id: RequestId, request: Cancellable): void {
    this.#assertNew(id);
    if (this.#ids.length >= this.#maxCalls) {
      throw new ProtocolError(
        errorCode.busy,
        `${this.#maxCalls} calls are in flight; wait for one to end.`,
      );
    }
    this.#ids.push(id);
    this.#requests.push(request);
  }

  open(id: RequestId, request: Cancellable): void {
    this.#assertNew(id);
    this.#open.set(id, request);
  }

  end(id: RequestId): void {
    const index = this.#ids.indexOf(id);
    if (index < 0) return void this.#open.delete(id);
    fillFromEnd(this.#ids, index);
    fillFromEnd(this.#requests, index);
  }

  cancel(id: RequestId, reason: string): void {
    const request = this.#requests[this.#ids.indexOf(id)] ?? this.#open.get(id);
    request?.cancel(reason);
  }

  #assertNew(id: RequestId): void {
    if (!this.#ids.includes(id) && !this.#open.has(id)) return;
    throw new ProtocolError(
      errorCode.invalidRequest,
      `id ${JSON.stringify(id)} belongs to a request still in flight.`,
    );
  }

  /**
   * Milliseconds that the answer to a message, or to a batch, still has to wait; undefined where
   * nothing was reported of it.
   */
  #takeWait(message: unknown): number | undefined {
    const messages: readonly unknown[] = Array.isArray(message) ? message : [message];
    let last: number | undefined;
    for (const each of messages) {
      const id = isJson(each) ? each["id"] : undefined;
      const reported = this.#reported.get(id);
      this.#reported.delete(id);
      if (reported !== undefined) last = Math.max(last ?? reported, reported);
    }
    return last === undefined ? undefined : Math.ceil(last + progressLeadMs - performance.now());
  }
}

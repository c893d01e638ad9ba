import type { Readable } from "node:stream";
import { fillFromEnd } from "../call/deadlines.ts";
import type { LogLevel, Principal } from "../define/context.ts";
import type { ClientCapabilities } from "../define/metadata.ts";
import type { Endpoint } from "../protocol/endpoint.ts";
import { errorCode, ProtocolError, type RequestId } from "../protocol/json-rpc.ts";
import type { Cancellable, Peer } from "../protocol/peer.ts";
import type { LegacyRevision } from "../protocol/revisions.ts";

const newline = 0x0a;
const defaultMaxMessageBytes = 16 * 1024 * 1024;

export interface StdioOptions {
  readonly input: Readable;
  write(text: string): void;
  /** Requests that may be in flight at once. */
  readonly maxCalls: number;
  readonly maxMessageBytes?: number;
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
  const outbox = new Outbox(options.write);
  const peer = new StdioPeer(outbox, options.maxCalls);
  const frames = new FrameReader(
    options.maxMessageBytes ?? defaultMaxMessageBytes,
    (text) => receive(endpoint, peer, outbox, text),
    (limit) =>
      outbox.add(
        endpoint.refuse(`A message holds at most ${limit} bytes.`, peer, errorCode.invalidRequest),
      ),
  );
  const ended = new Promise<void>((resolve) => {
    options.input.on("data", (chunk: Buffer) => frames.push(chunk));
    const finish = () => {
      frames.end();
      void endpoint.idle().then(() => {
        outbox.flush();
        resolve();
      });
    };
    options.input.once("end", finish);
    options.input.once("error", finish);
  });
  return { ended, flush: () => outbox.flush() };
}

function receive(endpoint: Endpoint, peer: StdioPeer, outbox: Outbox, text: string): void {
  if (text.trim() === "") return;
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    outbox.add(endpoint.refuse("The line is not JSON.", peer));
    return;
  }
  const answer = endpoint.handle(message, peer);
  if (typeof answer === "string") outbox.add(answer);
  else if (answer !== undefined) {
    void answer.then((frame) => {
      if (frame !== undefined) outbox.add(frame);
    });
  }
}

/** Cuts a byte stream into lines; a line over the limit is dropped and reported once. */
class FrameReader {
  readonly #limit: number;
  readonly #onFrame: (text: string) => void;
  readonly #onOversize: (limit: number) => void;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #skipping = false;

  constructor(limit: number, onFrame: (text: string) => void, onOversize: (limit: number) => void) {
    this.#limit = limit;
    this.#onFrame = onFrame;
    this.#onOversize = onOversize;
  }

  push(chunk: Buffer): void {
    const end = chunk.lastIndexOf(newline);
    if (end < 0) {
      this.#hold(chunk);
      return;
    }
    const first = chunk.indexOf(newline);
    if (this.#skipping || this.#heldBytes > 0) {
      this.#hold(chunk.subarray(0, first));
      this.#release();
      if (first < end) this.#split(chunk.toString("utf8", first + 1, end));
    } else {
      this.#split(chunk.toString("utf8", 0, end));
    }
    if (end + 1 < chunk.length) this.#hold(chunk.subarray(end + 1));
  }

  /** A last line without its newline still counts. */
  end(): void {
    if (this.#heldBytes > 0) this.#release();
  }

  #split(text: string): void {
    let start = 0;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", start)) {
      this.#onFrame(text.slice(start, at));
      start = at + 1;
    }
    this.#onFrame(text.slice(start));
  }

  #hold(part: Buffer): void {
    if (this.#skipping || part.length === 0) return;
    this.#heldBytes += part.length;
    if (this.#heldBytes > this.#limit) {
      this.#skipping = true;
      this.#held = [];
      this.#heldBytes = 0;
      this.#onOversize(this.#limit);
    } else {
      this.#held.push(part);
    }
  }

  #release(): void {
    if (this.#skipping) this.#skipping = false;
    else this.#onFrame(Buffer.concat(this.#held).toString("utf8"));
    this.#held = [];
    this.#heldBytes = 0;
  }
}

/** Collects the frames of a tick into one write: a system call costs more than the frame. */
class Outbox {
  readonly #write: (text: string) => void;
  #pending = "";
  #scheduled = false;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  add(frame: string): void {
    this.#pending += `${frame}\n`;
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.flush());
  }

  flush(): void {
    this.#scheduled = false;
    const text = this.#pending;
    this.#pending = "";
    if (text !== "") this.#write(text);
  }
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

  constructor(outbox: Outbox, maxCalls: number) {
    this.#outbox = outbox;
    this.#maxCalls = maxCalls;
  }

  send(frame: string): void {
    this.#outbox.add(frame);
  }

  begin(id: RequestId, request: Cancellable): void {
    if (this.#ids.includes(id)) {
      throw new ProtocolError(
        errorCode.invalidRequest,
        `id ${JSON.stringify(id)} belongs to a request still in flight.`,
      );
    }
    if (this.#ids.length >= this.#maxCalls) {
      throw new ProtocolError(
        errorCode.busy,
        `${this.#maxCalls} calls are in flight; wait for one to end.`,
      );
    }
    this.#ids.push(id);
    this.#requests.push(request);
  }

  end(id: RequestId): void {
    const index = this.#ids.indexOf(id);
    if (index < 0) return;
    fillFromEnd(this.#ids, index);
    fillFromEnd(this.#requests, index);
  }

  cancel(id: RequestId, reason: string): void {
    this.#requests[this.#ids.indexOf(id)]?.cancel(reason);
  }
}

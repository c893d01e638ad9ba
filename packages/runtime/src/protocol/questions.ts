import {
  isJson,
  type Json,
  type RequestId,
  toNotificationFrame,
  toRequestFrame,
} from "./json-rpc.ts";

/** Why the client did not give what it was asked for: its own error, code and all. */
export class PeerError extends Error {
  override readonly name = "PeerError";
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** A request of ours to a client. */
export interface Question {
  readonly method: string;
  readonly params: Json;
  /** Ends the waiting, and tells the client so; a call that asks gives its own. */
  readonly signal: AbortSignal;
}

interface Waiting {
  resolve(result: Json): void;
  reject(error: Error): void;
}

/**
 * What clients were asked and have not answered yet. Where several clients share one table, `scope`
 * tells them apart, so that nobody answers for another.
 */
export class Questions {
  readonly #waiting = new Map<string, Waiting>();
  #asked = 0;

  /** The client's result; rejects with PeerError for its error, and with the signal's reason. */
  ask(
    scope: string,
    { method, params, signal }: Question,
    send: (frame: string) => void,
  ): Promise<Json> {
    signal.throwIfAborted();
    this.#asked += 1;
    // Text, so that in a log it is not taken for the id of one of the client's own requests.
    const id = `ask-${this.#asked}`;
    const key = toKey(scope, id);
    const { promise, resolve, reject } = Promise.withResolvers<Json>();
    const abort = () => {
      reject(signal.reason);
      const reason = "The call that asked this has ended.";
      send(toNotificationFrame("notifications/cancelled", { requestId: id, reason }));
    };
    this.#waiting.set(key, { resolve, reject });
    signal.addEventListener("abort", abort, { once: true });
    send(toRequestFrame(id, method, params));
    return promise.finally(() => {
      this.#waiting.delete(key);
      signal.removeEventListener("abort", abort);
    });
  }

  /** Takes a client's answer; one that nobody waits for, or no longer, is dropped. */
  settle(scope: string, id: RequestId, { result, error }: Json): void {
    const waiting = this.#waiting.get(toKey(scope, id));
    if (waiting === undefined) return;
    if (isJson(result)) return waiting.resolve(result);
    const { code, message, data } = isJson(error) ? error : {};
    waiting.reject(
      typeof code === "number" && typeof message === "string"
        ? new PeerError(code, message, data)
        : new PeerError(-32603, "The client's answer has neither a result nor an error."),
    );
  }

  /** Nobody will answer any more: all that wait are told. */
  close(reason: Error): void {
    for (const { reject } of [...this.#waiting.values()]) reject(reason);
  }
}

function toKey(scope: string, id: RequestId): string {
  return `${scope}\0${id}`;
}

import type { Connection, Submittable } from "pg";

/**
 * Statements of our own that return nothing, each in a message of its own, sent at once. The driver
 * wants a query for each answer: `onReady` makes the next one, which has nothing left to send.
 */
export class Saying implements Submittable {
  /** The first of them is done, or what went before where there are none. */
  readonly done: Promise<void>;
  readonly #texts: readonly string[];
  readonly #onReady: () => void;
  readonly #settle: { resolve(): void; reject(error: Error): void };

  constructor(texts: readonly string[], onReady: () => void = () => {}) {
    const { promise, ...settle } = Promise.withResolvers<void>();
    this.done = promise;
    this.#settle = settle;
    this.#texts = texts;
    this.#onReady = onReady;
  }

  submit(connection: Connection): void {
    connection.stream.cork();
    for (const text of this.#texts) connection.query(text);
    connection.stream.uncork();
  }

  handleCommandComplete(): void {}

  handleError(error: Error): void {
    this.#settle.reject(error);
  }

  handleReadyForQuery(): void {
    this.#onReady();
    this.#settle.resolve();
  }
}

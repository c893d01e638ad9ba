/** A call that the load makes over and over, and a text that is in every right answer. */
export interface LoadCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly marker: string;
}

/** What makes one call after the other, and is bound to get the right answer to each. */
export interface Caller {
  readonly kind: "stateless" | "session";
  /** Whether it is one of the official clients. */
  readonly official: boolean;
  /** The sessions that were answered with 404, in the order they were lost. */
  readonly lost: readonly string[];
  /** Makes one call; throws what came instead of its answer. */
  call(): Promise<void>;
  close(): Promise<void>;
}

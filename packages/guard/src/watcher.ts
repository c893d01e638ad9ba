/** What a watch of a resource works with. */
export interface Watcher {
  /** Says that there may be something new to read; those who listen are told, though not too often. */
  changed(): void;
  /** Ends the watch, and what depends on it: the operator's log has the error. */
  failed(error: unknown): void;
  /** Aborted when nobody listens any more, or the server shuts down. */
  readonly signal: AbortSignal;
}

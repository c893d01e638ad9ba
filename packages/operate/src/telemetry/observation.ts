/** A request as it arrives, before anything in it has been checked. */
export interface Exchange {
  readonly id: string | number;
  readonly method: string;
  readonly params: unknown;
  /** HTTP request headers; absent on stdio. */
  readonly headers?: { readonly [name: string]: string | readonly string[] | undefined };
}

/** Why a request failed. */
export interface Fault {
  /** A JSON-RPC code as text, `tool_error` for a result with `isError`, or `cancelled`. */
  readonly type: string;
  /** The JSON-RPC code, if the answer carries one. */
  readonly code?: number;
  /** What the client was told, without secrets. */
  readonly message?: string;
}

/** One request that is being watched. */
export interface Observation {
  /** W3C `traceparent` of the span that was opened for the request; undefined without one. */
  readonly traceparent: string | undefined;
  /** Runs the work so that what it calls finds the span. */
  run<T>(work: () => T): T;
  /** Takes the protocol revision, once the envelope has been checked. */
  accept(revision: string): void;
  /** Takes the end of the request, with the fault if it failed. */
  end(fault?: Fault): void;
}

/** Begins to watch a request. */
export type Observe = (exchange: Exchange) => Observation;

/** What happens over HTTP besides requests that are answered. */
export interface Traffic {
  /** A request was refused with this HTTP status before a message in it was answered. */
  refused(status: number): void;
  /** A 2025 client opened a session. Gives what is called once, when the session ends. */
  session(revision: string): () => void;
  /** A client began to listen to an event stream. Gives what is called once, when it ends. */
  stream(): () => void;
}

/** Watches with several at once. The first is the outermost; its `traceparent` wins. */
export function combine(all: readonly Observe[]): Observe | undefined {
  const [first, ...others] = all;
  const rest = others.length === 0 ? undefined : combine(others);
  if (first === undefined || rest === undefined) return first;
  return (exchange) => new Both(first(exchange), rest(exchange));
}

class Both implements Observation {
  readonly #outer: Observation;
  readonly #inner: Observation;

  constructor(outer: Observation, inner: Observation) {
    this.#outer = outer;
    this.#inner = inner;
  }

  get traceparent(): string | undefined {
    return this.#outer.traceparent ?? this.#inner.traceparent;
  }

  run<T>(work: () => T): T {
    return this.#outer.run(() => this.#inner.run(work));
  }

  accept(revision: string): void {
    this.#outer.accept(revision);
    this.#inner.accept(revision);
  }

  end(fault?: Fault): void {
    this.#inner.end(fault);
    this.#outer.end(fault);
  }
}

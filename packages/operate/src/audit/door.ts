import type { Principal } from "@fairlead/define";
import type { RefusedBy } from "./members.ts";

/** Milliseconds for which further refusals of a kind are only counted. */
const windowMs = 60_000;
/** Kinds of refusals that have lines of their own in a window. Further ones are counted together. */
const maxKinds = 256;

/** An HTTP request that was refused before a message in it was read. */
export interface DoorRefusal {
  readonly status: number;
  /** What the client was told. */
  readonly reason: string;
  readonly by: RefusedBy;
  /** Where it came from, as the socket has it: behind a proxy, the address of the proxy. */
  readonly address?: string | undefined;
  /** Who sent it, where that is known. */
  readonly principal?: Principal | undefined;
}

/** What a line says of refusals. */
export interface DoorLine extends Omit<DoorRefusal, "reason"> {
  readonly reason?: string;
  /** So many more came since. */
  readonly count?: number;
  readonly since?: string;
}

interface Kind {
  readonly first: DoorLine;
  readonly since: string;
  count: number;
}

/**
 * Writes down what is refused at the door of the server, in a number of lines that no flood can raise: the
 * first of each status and sender in a minute, and then how many more came.
 */
export class Door {
  readonly #write: (line: DoorLine) => void;
  readonly #kinds = new Map<string, Kind>();
  #timer: NodeJS.Timeout | undefined;

  constructor(write: (line: DoorLine) => void) {
    this.#write = write;
  }

  refused({ status, reason, by, address, principal }: DoorRefusal): void {
    const sender = principal === undefined ? `@${address}` : `${principal.tenant}:${principal.id}`;
    let key = `${status} ${by} ${sender}`;
    const isOneOfMany = !this.#kinds.has(key) && this.#kinds.size >= maxKinds;
    if (isOneOfMany) key = `${status} ${by}`;
    const known = this.#kinds.get(key);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    const who = isOneOfMany ? {} : principal === undefined ? { address } : { address, principal };
    this.#kinds.set(key, {
      first: { status, by, ...who },
      since: new Date().toISOString(),
      count: 0,
    });
    this.#write({ status, by, reason, address, principal });
    this.#timer ??= setTimeout(() => this.flush(), windowMs).unref();
  }

  /** Writes how many more came, and begins anew. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { first, since, count } of this.#kinds.values()) {
      if (count > 0) this.#write({ ...first, count, since });
    }
    this.#kinds.clear();
  }
}

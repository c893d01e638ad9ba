import type {
  Account,
  Connection,
  Environment,
  ListKind,
  Principal,
  Server,
} from "@fairlead/define";
import { assertContext } from "./call.ts";

const idleMs = 15 * 60_000;
const cap = 100;

/** Tells the operator of a problem, and at which turn of a connection's life it arose. */
type Report = (problem: unknown, where: "connect" | "close") => void;

interface Held {
  readonly opening: Promise<Connection<unknown>>;
  usedAt: number;
  /** How many watches need it, however long nobody calls. */
  watches: number;
}

/** Tells of a list that changed for a principal. */
export type Changed = (list: ListKind, principal: Principal) => void;

/**
 * Opens what a server's tools work on: at the first call, once for callers that arrive together,
 * for the process or for each principal. A failed opening is forgotten, so the next call tries
 * again; a principal's connection is closed after 15 idle minutes or when there are over 100.
 */
export class Connections {
  readonly #server: Server;
  readonly #config: unknown;
  readonly #report: Report;
  readonly #environment: Environment;
  readonly #changed: Changed;
  readonly #toAccount: ((principal: Principal) => Account) | undefined;
  readonly #held = new Map<string, Held>();
  readonly #shutdown = new AbortController();
  #ready: unknown;
  #sweeper: NodeJS.Timeout | undefined;

  constructor(
    server: Server,
    config: unknown,
    report: Report,
    environment: Environment = {},
    changed: Changed = () => {},
    toAccount?: (principal: Principal) => Account,
  ) {
    this.#toAccount = toAccount;
    this.#environment = environment;
    this.#changed = changed;
    this.#server = server;
    this.#config = config;
    this.#report = report;
  }

  /** The context itself when it is open already, so that a call need not wait a turn for it. */
  context(principal: Principal): unknown {
    if (this.#ready !== undefined) return this.#ready;
    return this.#open(principal);
  }

  /** The context, which stays open until the signal is aborted. */
  async hold(principal: Principal, signal: AbortSignal): Promise<unknown> {
    const context = await this.#open(principal);
    const held = this.#held.get(this.keyOf(principal));
    if (held === undefined || signal.aborted) return context;
    held.watches += 1;
    const release = () => {
      held.watches -= 1;
      held.usedAt = performance.now();
    };
    signal.addEventListener("abort", release, { once: true });
    return context;
  }

  /** Principals with the same key have one connection. */
  keyOf(principal: Principal): string {
    return this.#isPerPrincipal ? principal.id : "";
  }

  /** A connection with somebody's account is never another's, whatever the server says. */
  get #isPerPrincipal(): boolean {
    return this.#server.connectPer === "principal" || this.#toAccount !== undefined;
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    this.#shutdown.abort();
    this.#ready = undefined;
    await Promise.all([...this.#held.keys()].map((key) => this.#release(key)));
  }

  async #open(principal: Principal): Promise<unknown> {
    const key = this.keyOf(principal);
    let held = this.#held.get(key);
    if (held === undefined) {
      held = { opening: this.#connect(principal), usedAt: 0, watches: 0 };
      this.#held.set(key, held);
      held.opening.catch(() => this.#held.delete(key));
    }
    held.usedAt = performance.now();
    const { context } = await held.opening;
    if (!this.#isPerPrincipal) this.#ready = context;
    else this.#trim();
    return context;
  }

  async #connect(principal: Principal): Promise<Connection<unknown>> {
    const connection = await this.#server.connect(this.#config, {
      principal,
      ...(this.#toAccount && { account: this.#toAccount(principal) }),
      signal: this.#shutdown.signal,
      environment: this.#environment,
      warn: (message) => this.#report(message, "connect"),
      changed: (list) => this.#changed(list, principal),
    });
    try {
      assertContext(connection.context);
    } catch (error) {
      await connection.close?.();
      throw error;
    }
    return connection;
  }

  #trim(): void {
    this.#sweeper ??= setInterval(() => this.#sweep(), 60_000).unref();
    if (this.#held.size <= cap) return;
    const idle = [...this.#held].filter(([, { watches }]) => watches === 0);
    const [oldest] = idle.sort(([, a], [, b]) => a.usedAt - b.usedAt);
    if (oldest) void this.#release(oldest[0]);
  }

  #sweep(): void {
    const limit = performance.now() - idleMs;
    for (const [key, { usedAt, watches }] of this.#held) {
      if (usedAt < limit && watches === 0) void this.#release(key);
    }
  }

  async #release(key: string): Promise<void> {
    const held = this.#held.get(key);
    this.#held.delete(key);
    try {
      const connection = await held?.opening;
      await connection?.close?.();
    } catch (error) {
      this.#report(error, "close");
    }
  }
}

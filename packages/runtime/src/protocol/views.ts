import type { Principal } from "../define/context.ts";
import type { Server } from "../define/server.ts";

/** Milliseconds the first list waits to learn what the caller can use. */
const patienceMs = 1_000;
/** Callers whose view is remembered; the oldest is asked about again. */
const cap = 1_000;

/** The tools that are of no use to a caller, by name, each with the reason. */
export type Unusable = ReadonlyMap<string, string>;

const nothing: Unusable = new Map();

/**
 * What each caller's list leaves out. The server is asked once per caller, before the first list;
 * what it says holds from then on, so that a list does not change under its reader. Asking that
 * fails, or takes over a second, leaves nothing out.
 */
export class Views {
  readonly #server: Server;
  readonly #open: (principal: Principal) => unknown;
  readonly #views = new Map<string, Promise<Unusable>>();

  constructor(server: Server, open: (principal: Principal) => unknown) {
    this.#server = server;
    this.#open = open;
  }

  of(principal: Principal): Promise<Unusable> {
    const key = this.#server.connectPer === "principal" ? principal.id : "";
    let view = this.#views.get(key);
    if (view === undefined) {
      view = this.#ask(principal);
      this.#views.set(key, view);
      if (this.#views.size > cap) {
        for (const oldest of this.#views.keys()) {
          this.#views.delete(oldest);
          break;
        }
      }
    }
    return view;
  }

  async #ask(principal: Principal): Promise<Unusable> {
    const giveUp = new AbortController();
    const { promise: late, resolve } = Promise.withResolvers<Unusable>();
    const timer = setTimeout(() => {
      resolve(nothing);
      giveUp.abort();
    }, patienceMs);
    try {
      return await Promise.race([this.#find(principal, giveUp.signal), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #find(principal: Principal, signal: AbortSignal): Promise<Unusable> {
    try {
      const context = await this.#open(principal);
      return (await this.#server.findUnusableTools?.(context, signal)) ?? nothing;
    } catch {
      // The call that needs what is missing here will say so.
      return nothing;
    }
  }
}

import { randomBytes } from "node:crypto";
import type { Middleware, Principal, ToolCall } from "@fairlead/define";
import { promised } from "@fairlead/define/start";
import type { Charge, Held, LimitStore, Taken } from "@fairlead/store";
import type { Rules } from "../rules/rules.ts";
import { type Counter, leaseMs, toKey } from "./counters.ts";
import { toLimitError, toUncountedError } from "./limit-error.ts";
import { isPaid } from "./paid.ts";

export interface LimiterOptions {
  readonly store: LimitStore;
  /** Milliseconds since 1970; the clock of the machine by default. */
  now?(): number;
  /** Is told when the store could not be reached. */
  warn(message: string): void;
}

/** What one call holds until it ends. */
interface Holding {
  readonly held: readonly Held[];
  readonly signal: AbortSignal;
}

/** Counts calls against the limits of their callers' rules, and refuses those that exceed one. */
export class Limiter {
  readonly #policy: { readonly rules: Rules };
  readonly #store: LimitStore;
  readonly #now: () => number;
  readonly #warn: LimiterOptions["warn"];
  /** Names this process among all that share the store. */
  readonly #process = randomBytes(9).toString("base64url");
  readonly #holding = new Set<Holding>();
  /** By the counters of a tool under a rule, and by caller. */
  readonly #charges = new WeakMap<readonly Counter[], WeakMap<Principal, readonly Charge[]>>();
  #calls = 0;
  #renewal: NodeJS.Timeout | undefined;
  #unreachable = false;

  constructor(policy: { readonly rules: Rules }, { store, warn, now = Date.now }: LimiterOptions) {
    this.#policy = policy;
    this.#store = store;
    this.#now = now;
    this.#warn = warn;
  }

  /** The middleware around a call. Throws LimitError for a call that has to wait. */
  readonly middleware: Middleware = (call, next) => {
    const { rules } = this.#policy;
    let counters = rules.of(call.principal).counters.get(call.tool) ?? [];
    // A slot it has to take again: nobody held it while the user was asked.
    if (isPaid(call)) counters = counters.filter(({ rule }) => rule.kind === "slots");
    if (counters.length === 0) return next();
    // Who may not call it shall not use up what others share.
    call.assertPermitted();
    const cost = rules.costs.get(call.tool) ?? 1;
    const charges = this.#chargesOf(counters, call, cost);
    const lease = charges.some(({ rule }) => rule.kind === "slots") ? this.#toLease() : "";
    const { uncounted } = rules;
    const step = { call, next, counters, charges, cost, lease, uncounted };
    return promised(() => this.#walk(step));
  };

  /** What a call of a tool takes. Each caller has it made once, as long as the rules stay. */
  #chargesOf(counters: readonly Counter[], call: ToolCall, cost: number): readonly Charge[] {
    const { principal, tool } = call;
    let known = this.#charges.get(counters);
    if (known === undefined) {
      known = new WeakMap();
      this.#charges.set(counters, known);
    }
    let charges = known.get(principal);
    if (charges === undefined) {
      charges = counters.map((counter) => {
        return { key: toKey(counter, principal, tool), cost, rule: counter.rule };
      });
      known.set(principal, charges);
    }
    return charges;
  }

  /** Renews the slots of calls that still run. The slots of other calls expire by themselves. */
  async renew(): Promise<void> {
    const held: Held[] = [];
    for (const holding of this.#holding) {
      // A tool that ignores its signal may never end: its slot is free a lease later.
      if (holding.signal.aborted) this.#holding.delete(holding);
      else held.push(...holding.held);
    }
    this.#rest();
    try {
      if (held.length > 0) await this.#store.renew(held, this.#now());
    } catch (error) {
      this.#tell(error);
    }
  }

  close(): void {
    this.#holding.clear();
    this.#rest();
  }

  #toLease(): string {
    this.#calls += 1;
    return `${this.#process}-${this.#calls}`;
  }

  #walk(step: Step): unknown {
    const { charges, lease } = step;
    const now = this.#now();
    let taking: Taken | Promise<Taken>;
    try {
      taking = this.#store.take(charges, lease, now);
    } catch (error) {
      return this.#goUncounted(step, error);
    }
    if ("ok" in taking) return this.#go(step, taking, now);
    return taking.then(
      (taken) => this.#go(step, taken, now),
      (error: unknown) => this.#goUncounted(step, error),
    );
  }

  #go({ call, next, counters, charges, cost, lease }: Step, taken: Taken, now: number): unknown {
    this.#unreachable = false;
    if (!taken.ok) {
      const counter = counters[taken.refused];
      if (counter === undefined) throw new RangeError(`No charge has place ${taken.refused}.`);
      throw toLimitError(counter, { tool: call.tool, cost, caller: call.principal }, taken, now);
    }
    return lease === "" ? next() : this.#hold(call, next, toHeld(charges, lease));
  }

  #goUncounted({ next, uncounted }: Step, error: unknown): unknown {
    this.#tell(error);
    if (uncounted === "allow") return next();
    throw toUncountedError();
  }

  async #hold(call: ToolCall, next: Step["next"], held: readonly Held[]): Promise<unknown> {
    const holding = { held, signal: call.signal };
    this.#holding.add(holding);
    this.#renewal ??= setInterval(() => void this.renew(), leaseMs / 3).unref();
    try {
      return await next();
    } finally {
      this.#holding.delete(holding);
      this.#leave(held);
    }
  }

  /**
   * Gives back the slots of a call that has ended. A slot that cannot be given back expires with
   * its lease.
   */
  #leave(held: readonly Held[]): void {
    try {
      const left = this.#store.leave(held);
      if (left !== undefined) left.catch((error: unknown) => this.#tell(error));
    } catch (error) {
      this.#tell(error);
    }
  }

  #rest(): void {
    if (this.#holding.size > 0) return;
    clearInterval(this.#renewal);
    this.#renewal = undefined;
  }

  /** Warns once for each outage of the store. */
  #tell(error: unknown): void {
    if (this.#unreachable) return;
    this.#unreachable = true;
    const reason = error instanceof Error ? error.message : String(error);
    this.#warn(`The limits cannot be counted: ${reason}`);
  }
}

interface Step {
  readonly call: ToolCall;
  readonly next: () => Promise<unknown>;
  readonly counters: readonly Counter[];
  readonly charges: readonly Charge[];
  readonly cost: number;
  /** Names the call in the store; empty where it takes no slot. */
  readonly lease: string;
  readonly uncounted: Rules["uncounted"];
}

function toHeld(charges: readonly Charge[], lease: string): readonly Held[] {
  const held: Held[] = [];
  for (const { key, rule } of charges) {
    if (rule.kind === "slots") held.push({ key, lease, leaseMs });
  }
  return held;
}

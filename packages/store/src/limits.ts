import type { CalendarWindow } from "./windows.ts";

/**
 * A rate after the Generic Cell Rate Algorithm (ITU-T I.371): `burst` may come at once, and what came
 * is forgotten at `perSecond`. In any t seconds at most `burst + perSecond * t` passes.
 */
export interface RateRule {
  readonly kind: "rate";
  readonly perSecond: number;
  readonly burst: number;
}

/** So much in each day or month of the calendar in UTC. */
export interface QuotaRule {
  readonly kind: "quota";
  readonly limit: number;
  readonly window: CalendarWindow;
}

/** So many calls at once. One that nobody renews is over after `leaseMs`: its process was killed. */
export interface SlotRule {
  readonly kind: "slots";
  readonly limit: number;
  readonly leaseMs: number;
}

/** What a call takes of one limit. */
export interface Charge {
  /** Whose limit: the same key always has the same kind of rule, and its figures may change. */
  readonly key: string;
  /** How much it takes, more than 0. Of slots it takes one, whatever this says. */
  readonly cost: number;
  readonly rule: RateRule | QuotaRule | SlotRule;
}

/** Whether a call may go on, and if not, which limit it has to wait for longest. */
export type Taken =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** The place of that limit among the charges. */
      readonly refused: number;
      /**
       * Milliseconds until the limit has room for this cost, if nobody else takes it; Infinity for a cost
       * that the rule never has room for, and for slots `slotRetryMs`, as nobody knows.
       */
      readonly retryAfterMs: number;
      /** How much of it is left now: whole tokens, units of a quota, free slots. */
      readonly remaining: number;
    };

/** What adding up fractions of tokens may be wrong by. */
export const tolerance = 1e-9;

/** Milliseconds for which a quota is kept after its span, for a clock that is set back. */
export const spanGraceMs = 86_400_000;

/** Milliseconds after which somebody who found all slots taken may look again. */
export const slotRetryMs = 1_000;

/**
 * Where limits are counted. All that a call takes it takes in one step or not at all, so that a call
 * that is refused by one limit costs nothing of the others, and of many at once no more pass than may.
 * A store that cannot be reached rejects; whether the call may go on then is not the store's to say.
 */
export interface LimitStore {
  /**
   * Takes all charges of a call, whose keys differ, or nothing. `lease` names the call among all calls of
   * all processes, for the slots it takes. `now` is in milliseconds since 1970; it may jump backwards,
   * which gives nobody more and locks nobody out. A store that several processes share may use a clock
   * of its own instead.
   *
   * @example
   * const rule = { kind: "rate", perSecond: 2, burst: 10 } as const;
   * await store.take([{ key: "principal:alice", cost: 1, rule }], "7f3a-1", Date.now());
   */
  take(charges: readonly Charge[], lease: string, now: number): Taken | Promise<Taken>;
  /** Keeps the slots of running calls for `leaseMs` more. One that is over already stays so. */
  renew(held: readonly Held[], now: number): void | Promise<void>;
  /** Gives the slots of a call back. A slot that it does not have (any more) is ignored. */
  leave(held: readonly Held[]): void | Promise<void>;
}

/** A slot that a call has. */
export interface Held {
  readonly key: string;
  readonly lease: string;
  readonly leaseMs: number;
}

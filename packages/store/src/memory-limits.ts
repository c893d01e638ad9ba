import {
  type Charge,
  type Held,
  type LimitStore,
  type QuotaRule,
  type RateRule,
  type SlotRule,
  slotRetryMs,
  spanGraceMs,
  type Taken,
  tolerance,
} from "./limits.ts";
import { type CalendarWindow, type Span, toSpan } from "./windows.ts";

/** Entries that are kept before the first look for those that say nothing any more. */
const firstSweep = 1_024;

/** What came, and how much of it was not forgotten yet at a moment. */
interface Level {
  level: number;
  at: number;
  /** When nothing is left of it, by the rule that it was last used with. */
  emptyAt: number;
}

/** What was spent of a quota in a span, and in the one that was counted before it. */
interface Spent {
  readonly id: string;
  spent: number;
  readonly endsAt: number;
  readonly before: Spent | undefined;
}

/** What one charge finds. */
interface Finding {
  readonly retryAfterMs: number;
  readonly remaining: number;
}

const passed: Taken = { ok: true };

/** Counts limits in the memory of this process: another process counts for itself, and a new one from 0. */
export class MemoryLimits implements LimitStore {
  readonly #levels = new Map<string, Level>();
  readonly #spent = new Map<string, Spent>();
  /** When each lease of a key is over. */
  readonly #slots = new Map<string, Map<string, number>>();
  /** Those that were asked for last, most likely those of the next call. */
  readonly #spans: Record<CalendarWindow, Span> = {
    day: toSpan("day", 0),
    month: toSpan("month", 0),
  };
  #sweepAt = firstSweep;
  readonly #steady: (() => number) | undefined;

  /**
   * `steady` gives milliseconds that pass as time does though the machine's clock is set, for what does not
   * depend on the calendar: rates and slots. Without it, they follow the `now` of each call.
   */
  constructor(steady?: () => number) {
    this.#steady = steady;
  }

  /** Keys that are kept. */
  get size(): number {
    return this.#levels.size + this.#spent.size + this.#slots.size;
  }

  take(charges: readonly Charge[], lease: string, now: number): Taken {
    let refused = -1;
    let worst: Finding | undefined;
    for (let index = 0; index < charges.length; index += 1) {
      const charge = charges[index];
      const found = charge && this.#look(charge, now);
      if (found === undefined || (worst && worst.retryAfterMs >= found.retryAfterMs)) continue;
      worst = found;
      refused = index;
    }
    if (worst !== undefined) return { ok: false, refused, ...worst };
    for (const charge of charges) this.#put(charge, lease, now);
    if (this.size > this.#sweepAt) this.#sweep(now);
    return passed;
  }

  renew(held: readonly Held[], time: number): void {
    const now = this.#steady?.() ?? time;
    for (const { key, lease, leaseMs } of held) {
      const leases = this.#slots.get(key);
      if ((leases?.get(lease) ?? 0) > now) leases?.set(lease, now + leaseMs);
    }
  }

  leave(held: readonly Held[]): void {
    for (const { key, lease } of held) {
      const leases = this.#slots.get(key);
      leases?.delete(lease);
      if (leases?.size === 0) this.#slots.delete(key);
    }
  }

  /** What a charge has to wait for; undefined where there is room for it. */
  #look({ key, cost, rule }: Charge, time: number): Finding | undefined {
    if (rule.kind === "quota") return this.#lookAtQuota(key, cost, rule, time);
    const now = this.#steady?.() ?? time;
    if (rule.kind === "rate") return this.#lookAtRate(key, cost, rule, now);
    return this.#lookAtSlots(key, rule, now);
  }

  #lookAtRate(
    key: string,
    cost: number,
    { perSecond, burst }: RateRule,
    now: number,
  ): Finding | undefined {
    const level = this.#levelOf(key, perSecond, now);
    const over = level + cost - burst;
    if (over <= tolerance) return undefined;
    const remaining = Math.max(0, Math.floor(burst - level + tolerance));
    if (cost > burst + tolerance) return { retryAfterMs: Number.POSITIVE_INFINITY, remaining };
    return { retryAfterMs: Math.ceil((over / perSecond) * 1_000), remaining };
  }

  #lookAtQuota(key: string, cost: number, rule: QuotaRule, now: number): Finding | undefined {
    const { id, endsAt } = this.#spanOf(rule.window, now);
    const left = rule.limit - (this.#spentOf(key, id)?.spent ?? 0);
    if (cost <= left + tolerance) return undefined;
    const retryAfterMs = cost > rule.limit ? Number.POSITIVE_INFINITY : endsAt - now;
    return { retryAfterMs, remaining: Math.max(0, left) };
  }

  #lookAtSlots(key: string, { limit, leaseMs }: SlotRule, now: number): Finding | undefined {
    const leases = this.#slots.get(key);
    if (leases === undefined || leases.size < limit) {
      return limit > 0 ? undefined : { retryAfterMs: Number.POSITIVE_INFINITY, remaining: 0 };
    }
    for (const [lease, until] of leases) {
      if (until <= now) leases.delete(lease);
      // The clock was set back.
      else if (until > now + leaseMs) leases.set(lease, now + leaseMs);
    }
    if (leases.size < limit) return undefined;
    return { retryAfterMs: slotRetryMs, remaining: 0 };
  }

  #put({ key, cost, rule }: Charge, lease: string, time: number): void {
    const now = this.#steady?.() ?? time;
    if (rule.kind === "rate") {
      const level = this.#levelOf(key, rule.perSecond, now) + cost;
      const emptyAt = now + (level / rule.perSecond) * 1_000;
      const kept = this.#levels.get(key);
      if (kept === undefined) this.#levels.set(key, { level, at: now, emptyAt });
      else [kept.level, kept.at, kept.emptyAt] = [level, now, emptyAt];
    } else if (rule.kind === "quota") {
      this.#spend(key, this.#spanOf(rule.window, time), cost);
    } else {
      const leases = this.#slots.get(key) ?? new Map<string, number>();
      this.#slots.set(key, leases.set(lease, now + rule.leaseMs));
    }
  }

  /** A clock that is set back may ask for the span before the last. */
  #spentOf(key: string, id: string): Spent | undefined {
    const last = this.#spent.get(key);
    if (last === undefined || last.id === id) return last;
    return last.before?.id === id ? last.before : undefined;
  }

  #spend(key: string, { id, endsAt }: Span, cost: number): void {
    const found = this.#spentOf(key, id);
    if (found !== undefined) {
      found.spent += cost;
      return;
    }
    const last = this.#spent.get(key);
    const before = last && { ...last, before: undefined };
    this.#spent.set(key, { id, spent: cost, endsAt, before });
  }

  #spanOf(window: CalendarWindow, now: number): Span {
    const last = this.#spans[window];
    if (now >= last.startsAt && now < last.endsAt) return last;
    const span = toSpan(window, now);
    this.#spans[window] = span;
    return span;
  }

  /** What is not forgotten yet; of a clock that was set back nothing is, and it goes on from there. */
  #levelOf(key: string, perSecond: number, now: number): number {
    const kept = this.#levels.get(key);
    if (kept === undefined) return 0;
    if (now < kept.at) kept.at = now;
    return Math.max(0, kept.level - ((now - kept.at) * perSecond) / 1_000);
  }

  /** Forgets what says nothing any more. Comes each time that twice as much is kept as was left. */
  #sweep(now: number): void {
    const steady = this.#steady?.() ?? now;
    for (const [key, { emptyAt }] of this.#levels) if (emptyAt <= steady) this.#levels.delete(key);
    for (const [key, { endsAt }] of this.#spent) {
      if (endsAt + spanGraceMs <= now) this.#spent.delete(key);
    }
    this.#sweepAt = Math.max(firstSweep, 2 * this.size);
  }
}

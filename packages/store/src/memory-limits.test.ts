import { expect, test } from "vitest";
import type { Charge, QuotaRule, RateRule, SlotRule } from "./limits.ts";
import { MemoryLimits } from "./memory-limits.ts";

const noon = Date.parse("2026-11-30T12:00:00Z");
const rate = (perSecond: number, burst: number): RateRule => ({ kind: "rate", perSecond, burst });
const quota = (limit: number, window: QuotaRule["window"]): QuotaRule => ({
  kind: "quota",
  limit,
  window,
});
const slots = (limit: number): SlotRule => ({ kind: "slots", limit, leaseMs: 60_000 });

/** One limit under one key, as somebody who takes of it sees it. */
function limitOf(rule: Charge["rule"], store = new MemoryLimits(), key = "k") {
  return (now: number, cost = 1, lease = "") => store.take([{ key, cost, rule }], lease, now);
}

/** The same numbers in every run (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test("of 200 calls at once on a limit of 10 exactly 10 pass, whatever the rate", () => {
  for (const perSecond of [0.01, 1, 3, 7, 1_000, 30_000]) {
    const take = limitOf(rate(perSecond, 10));
    const passed = Array.from({ length: 200 }, () => take(noon)).filter(({ ok }) => ok);
    expect(passed).toHaveLength(10);
  }
});

test("a rate says how long to wait, and that is exactly how long it takes", () => {
  const take = limitOf(rate(2, 10));
  expect(take(noon, 10)).toEqual({ ok: true });
  const refused = take(noon, 5);
  expect(refused).toEqual({ ok: false, refused: 0, retryAfterMs: 2_500, remaining: 0 });
  expect(take(noon + 2_499, 5).ok).toBe(false);
  expect(take(noon + 2_500, 5).ok).toBe(true);
});

test("property: in any t seconds at most burst + rate * t passes, and who waits as told gets in", () => {
  const random = createRandom(14);
  let worst = Number.NEGATIVE_INFINITY;
  for (let run = 0; run < 300; run += 1) {
    const rule = rate(random() * 50 + 0.1, Math.ceil(random() * 20));
    const take = limitOf(rule);
    const passed: { readonly at: number; readonly cost: number }[] = [];
    let now = noon;
    for (let step = 0; step < 60; step += 1) {
      now += Math.floor(random() * 400);
      const cost = 1 + Math.floor(random() * rule.burst);
      let taken = take(now, cost);
      if (!taken.ok && random() < 0.3) {
        expect(taken.remaining).toBeLessThan(cost);
        expect(take(now + taken.retryAfterMs - 2, cost).ok).toBe(false);
        now += taken.retryAfterMs;
        taken = take(now, cost);
        expect(taken.ok).toBe(true);
      }
      if (taken.ok) passed.push({ at: now, cost });
    }
    for (const [first, { at: from }] of passed.entries()) {
      let sum = 0;
      for (const { at, cost } of passed.slice(first)) {
        sum += cost;
        const most = rule.burst + (rule.perSecond * (at - from)) / 1_000;
        worst = Math.max(worst, sum - most);
      }
    }
  }
  // Once at least somebody took all there was.
  expect(worst).toBeGreaterThan(-0.1);
  expect(worst).toBeLessThan(1e-6);
});

test("a clock that jumps backwards gives nobody more, and locks nobody out", () => {
  const take = limitOf(rate(1, 10));
  expect(take(noon, 10).ok).toBe(true);
  const hourBefore = noon - 3_600_000;
  expect(take(hourBefore)).toMatchObject({ ok: false, retryAfterMs: 1_000 });
  expect(take(hourBefore + 1_000).ok).toBe(true);
  expect(take(hourBefore + 1_000).ok).toBe(false);

  const ofDay = limitOf(quota(3, "day"));
  const morning = Date.parse("2026-12-01T00:00:01Z");
  expect(ofDay(morning - 2_000, 3).ok).toBe(true);
  expect(ofDay(morning, 2).ok).toBe(true);
  expect(ofDay(morning - 2_000).ok).toBe(false);
  expect(ofDay(morning).ok).toBe(true);
  expect(ofDay(morning).ok).toBe(false);

  const atOnce = limitOf(slots(1));
  expect(atOnce(noon, 1, "killed").ok).toBe(true);
  expect(atOnce(hourBefore, 1, "a").ok).toBe(false);
  expect(atOnce(hourBefore + 60_000, 1, "b").ok).toBe(true);
});

test("a cost that no bucket holds is never let in, and says so", () => {
  const take = limitOf(rate(100, 10));
  const never = { ok: false, refused: 0, retryAfterMs: Number.POSITIVE_INFINITY, remaining: 10 };
  expect(take(noon, 11)).toEqual(never);
  expect(limitOf(quota(10, "day"))(noon, 11)).toEqual(never);
  expect(limitOf(slots(0))(noon)).toMatchObject({ ok: false, remaining: 0 });
});

test("a quota ends with its day or month in UTC", () => {
  const ofMonth = limitOf(quota(2, "month"));
  const end = Date.parse("2026-12-01T00:00:00Z");
  expect(ofMonth(noon, 2).ok).toBe(true);
  expect(ofMonth(end - 1)).toEqual({ ok: false, refused: 0, retryAfterMs: 1, remaining: 0 });
  expect(ofMonth(end, 2).ok).toBe(true);
  expect(ofMonth(Date.parse("2026-12-31T23:59:59Z")).ok).toBe(false);
  expect(ofMonth(Date.parse("2027-01-01T00:00:00Z")).ok).toBe(true);
});

test("figures may change while they are counted", () => {
  const store = new MemoryLimits();
  expect(limitOf(rate(1, 10), store)(noon, 10).ok).toBe(true);
  expect(limitOf(rate(1, 12), store)(noon, 2).ok).toBe(true);
  expect(limitOf(rate(1, 5), store)(noon)).toMatchObject({ retryAfterMs: 8_000, remaining: 0 });
  expect(limitOf(quota(5, "day"), store, "q")(noon, 5).ok).toBe(true);
  expect(limitOf(quota(3, "day"), store, "q")(noon)).toMatchObject({ ok: false, remaining: 0 });
});

test("a call takes all of its charges or none, and is told of the one it waits for longest", () => {
  const store = new MemoryLimits();
  const charges = [
    { key: "fast", cost: 1, rule: rate(1, 1) },
    { key: "slow", cost: 1, rule: rate(0.1, 2) },
    { key: "slots", cost: 1, rule: slots(3) },
    { key: "day", cost: 1, rule: quota(10, "day") },
  ];
  expect(store.take(charges, "1", noon)).toEqual({ ok: true });
  for (let call = 2; call < 50; call += 1) {
    expect(store.take(charges, String(call), noon)).toMatchObject({ ok: false, refused: 0 });
  }
  expect(store.take(charges, "50", noon + 1_000)).toEqual({ ok: true });
  expect(store.take(charges, "51", noon + 1_000)).toEqual({
    ...{ ok: false, refused: 1, retryAfterMs: 9_000, remaining: 0 },
  });
  const [, , slot, day] = charges;
  const rest = slot && day ? [slot, { ...day, cost: 8 }] : [];
  expect(store.take(rest, "52", noon + 1_000)).toEqual({ ok: true });
  expect(store.take(rest.slice(0, 1), "53", noon + 1_000)).toMatchObject({ ok: false });
});

test("a slot comes back when its call leaves, and a lease later if its holder was killed", () => {
  const store = new MemoryLimits();
  const take = limitOf(slots(2), store);
  expect(take(noon, 1, "a").ok).toBe(true);
  expect(take(noon, 1, "killed").ok).toBe(true);
  expect(take(noon, 1, "c")).toMatchObject({ ok: false, retryAfterMs: 1_000, remaining: 0 });
  const a = { key: "k", lease: "a", leaseMs: 60_000 };
  store.leave([a]);
  store.leave([a]);
  expect(take(noon, 1, "c").ok).toBe(true);
  expect(take(noon, 1, "d").ok).toBe(false);

  store.renew([{ ...a, lease: "c" }], noon + 50_000);
  expect(take(noon + 59_999, 1, "d").ok).toBe(false);
  expect(take(noon + 60_000, 1, "d").ok).toBe(true);
  expect(take(noon + 60_000, 1, "e").ok).toBe(false);
  // One that is over does not come back.
  store.renew(
    [
      { ...a, lease: "killed" },
      { ...a, lease: "d" },
    ],
    noon + 60_000,
  );
  expect(take(noon + 109_999, 1, "e").ok).toBe(false);
  expect(take(noon + 110_000, 1, "e").ok).toBe(true);
  expect(store.size).toBe(1);
  store.leave([
    { ...a, lease: "d" },
    { ...a, lease: "e" },
  ]);
  expect(store.size).toBe(0);
});

test("forgets what says nothing any more, and only that", () => {
  const store = new MemoryLimits();
  const kept = limitOf(quota(1, "month"), store, "month");
  expect(kept(noon).ok).toBe(true);
  const slow = limitOf(rate(0.001, 1), store, "slow");
  expect(slow(noon).ok).toBe(true);
  for (let id = 0; id < 10_000; id += 1) limitOf(rate(100, 1), store, `p${id}`)(noon + id * 20);
  expect(kept(noon + 200_000).ok).toBe(false);
  expect(slow(noon + 200_000).ok).toBe(false);
  expect(store.size).toBeLessThan(2_100);
});

import { deepEqual, equal } from "node:assert/strict";
import type { Charge, LimitStore, Taken } from "../limits.ts";
import type { Case } from "./case.ts";

/** Opens one that goes by the time it is given. */
type Open = () => LimitStore | Promise<LimitStore>;

const begin = Date.parse("2026-11-30T23:59:00Z");
const rate = (cost = 1, key = "r"): Charge => ({
  key,
  cost,
  rule: { kind: "rate", perSecond: 2, burst: 3 },
});
const quota = (cost = 1, limit = 5): Charge => ({
  key: "q",
  cost,
  rule: { kind: "quota", limit, window: "month" },
});
const slot = (limit = 2): Charge => ({
  key: "s",
  cost: 1,
  rule: { kind: "slots", limit, leaseMs: 1_000 },
});
const ok: Taken = { ok: true };
const no = (retryAfterMs: number, remaining = 0, refused = 0): Taken => ({
  ...{ ok: false, refused, retryAfterMs, remaining },
});

/** What a LimitStore has to do. */
export const limitCases: readonly Case<Open>[] = [
  {
    name: "a rate lets the burst pass, and then as much as comes back",
    async run(open) {
      const store = await open();
      for (let n = 0; n < 3; n += 1) deepEqual(await store.take([rate()], "l", begin), ok);
      deepEqual(await store.take([rate()], "l", begin), no(500));
      deepEqual(await store.take([rate()], "l", begin + 499), no(1));
      deepEqual(await store.take([rate()], "l", begin + 500), ok);
      deepEqual(await store.take([rate(2)], "l", begin + 1_000), no(500, 1));
      deepEqual(await store.take([rate(1, "else")], "l", begin), ok);
      deepEqual(await store.take([rate(4)], "l", begin + 60_000), no(Number.POSITIVE_INFINITY, 3));
    },
  },
  {
    name: "a clock that is set back gives nobody more and locks nobody out",
    async run(open) {
      const store = await open();
      deepEqual(await store.take([rate(3)], "l", begin), ok);
      deepEqual(await store.take([rate()], "l", begin - 3_600_000), no(500));
      deepEqual(await store.take([rate()], "l", begin - 3_600_000 + 500), ok);
      deepEqual(await store.take([slot(1)], "l", begin), ok);
      deepEqual(await store.take([slot(1)], "m", begin - 3_600_000), no(1_000));
      deepEqual(await store.take([slot(1)], "m", begin - 3_600_000 + 1_001), ok);
    },
  },
  {
    name: "a quota is good for its month in UTC",
    async run(open) {
      const store = await open();
      deepEqual(await store.take([quota(4)], "l", begin), ok);
      deepEqual(await store.take([quota(2)], "l", begin), no(60_000, 1));
      deepEqual(await store.take([quota(6)], "l", begin), no(Number.POSITIVE_INFINITY, 1));
      deepEqual(await store.take([quota(1)], "l", begin), ok);
      deepEqual(await store.take([quota(5)], "l", begin + 60_000), ok);
    },
  },
  {
    name: "a slot is free when its call has left, or its lease is over",
    async run(open) {
      const store = await open();
      const held = { key: "s", lease: "a", leaseMs: 1_000 };
      for (const lease of ["a", "b"]) deepEqual(await store.take([slot()], lease, begin), ok);
      deepEqual(await store.take([slot()], "c", begin), no(1_000));
      await store.leave([held, { ...held, lease: "unknown" }]);
      deepEqual(await store.take([slot()], "c", begin), ok);
      await store.renew([{ ...held, lease: "c" }], begin + 900);
      await store.renew([held], begin + 900);
      deepEqual(await store.take([slot(1)], "d", begin + 1_500), no(1_000));
      deepEqual(await store.take([slot()], "d", begin + 1_500), ok);
      const none = { ...slot(0), key: "none" };
      deepEqual(await store.take([none], "e", begin), no(Number.POSITIVE_INFINITY));
    },
  },
  {
    name: "a call takes all or nothing, and is told of what takes longest",
    async run(open) {
      const store = await open();
      deepEqual(await store.take([rate(3)], "l", begin), ok);
      deepEqual(await store.take([slot(), quota(), rate()], "l", begin), no(500, 0, 2));
      deepEqual(await store.take([rate(), quota(9), slot()], "l", begin), {
        ...no(Number.POSITIVE_INFINITY, 5, 1),
      });
      deepEqual(await store.take([quota(5), slot(1)], "l", begin), ok);
    },
  },
  {
    name: "of many calls at once no more pass than may",
    async run(open) {
      const store = await open();
      const taken = await Promise.all(
        Array.from({ length: 40 }, async (_, n) => store.take([rate(), slot(9)], `l${n}`, begin)),
      );
      equal(taken.filter((one) => one.ok).length, 3);
    },
  },
];

import { expect, test } from "vitest";
import { toSpan } from "./windows.ts";

test.for([
  ["day", "2026-11-30T00:00:00.000Z", "2026-11-30", "2026-12-01T00:00:00.000Z"],
  ["day", "2026-12-31T23:59:59.999Z", "2026-12-31", "2027-01-01T00:00:00.000Z"],
  ["day", "2028-02-28T12:00:00.000Z", "2028-02-28", "2028-02-29T00:00:00.000Z"],
  ["month", "2026-11-30T23:59:59.999Z", "2026-11", "2026-12-01T00:00:00.000Z"],
  ["month", "2026-12-01T00:00:00.000Z", "2026-12", "2027-01-01T00:00:00.000Z"],
  ["month", "2028-02-29T12:00:00.000Z", "2028-02", "2028-03-01T00:00:00.000Z"],
  ["month", "2026-01-31T12:00:00.000Z", "2026-01", "2026-02-01T00:00:00.000Z"],
] as const)("the %s of %s is %s and ends at %s", ([window, now, id, endsAt]) => {
  const span = toSpan(window, Date.parse(now));
  expect([span.id, new Date(span.endsAt).toISOString()]).toEqual([id, endsAt]);
  expect(toSpan(window, span.startsAt)).toEqual(span);
  expect(toSpan(window, span.startsAt - 1).endsAt).toBe(span.startsAt);
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Door, type DoorLine } from "../src/audit/door.ts";

let lines: DoorLine[] = [];
beforeEach(() => {
  lines = [];
  vi.useFakeTimers({ now: Date.parse("2026-11-30T12:00:00Z") });
});
afterEach(() => void vi.useRealTimers());

const open = () => new Door((line) => void lines.push(line));
const stranger = (address: string) =>
  ({ status: 401, by: "authentication", reason: "No.", address }) as const;

test("the first of a kind has a line at once, and the others of its minute one together", () => {
  const door = open();
  for (let n = 0; n < 1_000; n += 1) door.refused(stranger("203.0.113.7"));
  expect(lines).toEqual([{ ...stranger("203.0.113.7"), principal: undefined }]);
  vi.advanceTimersByTime(60_000);
  const { reason: _, ...counted } = stranger("203.0.113.7");
  expect(lines.slice(1)).toEqual([{ ...counted, count: 999, since: "2026-11-30T12:00:00.000Z" }]);
  vi.advanceTimersByTime(600_000);
  expect(lines).toHaveLength(2);
  door.refused(stranger("203.0.113.7"));
  expect(lines).toHaveLength(3);
});

test("senders are told apart, a principal in each tenant", () => {
  const door = open();
  const limited = { status: 429, by: "limit", reason: "Slow.", address: "203.0.113.7" } as const;
  for (const principal of [{ id: "a" }, { id: "b" }, { id: "a", tenant: "acme" }, { id: "a" }]) {
    door.refused({ ...limited, principal });
  }
  door.refused(stranger("203.0.113.7"));
  door.refused(stranger("203.0.113.8"));
  expect(lines).toHaveLength(5);
  door.flush();
  expect(lines.slice(5)).toMatchObject([{ principal: { id: "a" }, count: 1 }]);
});

test("a flood from everywhere has so many lines and no more", () => {
  const door = open();
  for (let n = 0; n < 100_000; n += 1) door.refused(stranger(`address ${n}`));
  door.refused({ ...stranger("x"), status: 403 });
  expect(lines).toHaveLength(258);
  door.flush();
  expect(lines.slice(258)).toEqual([
    { status: 401, by: "authentication", count: 99_743, since: "2026-11-30T12:00:00.000Z" },
  ]);
});

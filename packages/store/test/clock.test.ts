// What the stores in memory do when somebody sets the machine's clock while the process runs.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MemoryLimits, MemoryStates, MemoryTaskStore } from "../src/index.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const begin = Date.parse("2026-11-30T12:00:00Z");

beforeEach(() => void vi.useFakeTimers({ now: begin }));
afterEach(() => void vi.useRealTimers());

/** Sets the clock; no time passes. */
const set = (byMs: number) => void vi.setSystemTime(Date.now() + byMs);
const ending = { status: "completed", message: undefined, result: "{}", isError: false } as const;

describe.for([
  ["an hour ahead", hour],
  ["an hour back", -hour],
  ["a day ahead", day],
  ["a day back", -day],
] as const)("a clock that is set %s", ([, jump]) => {
  test("ends no task that runs, and forgets no result early or late", () => {
    const tasks = new MemoryTaskStore();
    for (const id of ["runs", "ends"]) {
      tasks.create({ id, owner: "ada", createdAt: Date.now(), ttlMs: hour });
      tasks.claim(id, { worker: "w", until: Date.now() + minute });
    }
    tasks.finish("ends", "w", ending, hour);
    set(jump);
    tasks.sweep(Date.now());
    expect(tasks.find("ada", "runs")?.status).toBe("working");
    expect(tasks.find("ada", "ends")?.status).toBe("completed");
    vi.advanceTimersByTime(minute + 1);
    tasks.sweep(Date.now());
    expect(tasks.find("ada", "runs")?.status).toBe("failed");
    vi.advanceTimersByTime(hour);
    expect(tasks.find("ada", "ends")).toBeUndefined();
  });

  test("gives nobody more of a rate or a slot, and locks nobody out", () => {
    const limits = new MemoryLimits(() => performance.now());
    const rate = { kind: "rate", perSecond: 1, burst: 1 } as const;
    const slots = { kind: "slots", limit: 1, leaseMs: minute } as const;
    const take = (lease: string) => {
      const charges = [
        { key: "r", cost: 1, rule: rate },
        { key: "s", cost: 1, rule: slots },
      ];
      return limits.take(charges, lease, Date.now()).ok;
    };
    const held = [{ key: "s", lease: "a", leaseMs: minute }];
    expect(take("a")).toBe(true);
    set(jump);
    limits.renew(held, Date.now());
    expect(take("b")).toBe(false);
    vi.advanceTimersByTime(1_000);
    // There is a token again, and the slot is not free.
    expect(take("b")).toBe(false);
    limits.leave(held);
    expect(take("b")).toBe(true);
  });

  test("and then corrected lets no used state be used again", () => {
    const states = new MemoryStates();
    const until = Date.now() + 10 * minute;
    expect(states.take("n", until, "ada")).toBe(true);
    set(jump);
    expect(states.take("other", Date.now() + 10 * minute, "ada")).toBe(true);
    set(-jump);
    expect(states.take("n", until, "ada")).toBe(false);
  });
});

test("a used state stays used as long as a clock that was set back calls it valid", () => {
  const states = new MemoryStates();
  const until = Date.now() + 10 * minute;
  expect(states.take("n", until, "ada")).toBe(true);
  set(-hour);
  vi.advanceTimersByTime(11 * minute);
  expect(states.take("n", until, "ada")).toBe(false);
  vi.advanceTimersByTime(hour);
  expect(states.take("n", until, "ada")).toBe(true);
});

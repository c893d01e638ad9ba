import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createReadiness } from "./readiness.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("asks once for all who ask at once, and again when the outcome is old", async () => {
  const check = vi.fn(async () => undefined);
  const ready = createReadiness(check, { keepMs: 3_000 });
  expect(await Promise.all(Array.from({ length: 100 }, ready))).toEqual(
    Array.from({ length: 100 }, () => undefined),
  );
  await vi.advanceTimersByTimeAsync(2_999);
  await ready();
  expect(check).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  await ready();
  expect(check).toHaveBeenCalledTimes(2);
});

test("says backend when the check throws, at once too, and tells of each change once", async () => {
  let problem: Error | undefined = new Error("down");
  const changed = vi.fn();
  const check = () => {
    if (problem !== undefined) throw problem;
    return Promise.resolve();
  };
  const ready = createReadiness(check, { keepMs: 1_000, changed });
  for (let n = 0; n < 3; n += 1) {
    expect(await ready()).toBe("backend");
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(changed.mock.calls).toEqual([["backend", problem]]);
  problem = undefined;
  expect(await ready()).toBeUndefined();
  expect(changed).toHaveBeenLastCalledWith(undefined, undefined);
});

test("says timeout after its time, aborts the check, and begins no other while that hangs", async () => {
  const signals: AbortSignal[] = [];
  let end: () => void = () => undefined;
  const check = (signal: AbortSignal) => {
    signals.push(signal);
    return new Promise<void>((resolve) => {
      end = resolve;
    });
  };
  const ready = createReadiness(check, { timeoutMs: 1_500, keepMs: 1_000 });
  const asked = [ready(), ready()];
  await vi.advanceTimersByTimeAsync(1_500);
  expect(await Promise.all(asked)).toEqual(["timeout", "timeout"]);
  expect(signals[0]?.aborted).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await ready()).toBe("timeout");
  expect(signals).toHaveLength(1);
  end();
  await vi.advanceTimersByTimeAsync(0);
  const again = ready();
  expect(signals).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(0);
  expect(signals).toHaveLength(2);
  end();
  expect(await again).toBeUndefined();
});

test("a check that fails after its time changes nothing", async () => {
  const changed = vi.fn();
  const ready = createReadiness(
    (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(new Error("cut")));
      }),
    { timeoutMs: 1_500, changed },
  );
  const asked = ready();
  await vi.advanceTimersByTimeAsync(1_500);
  expect(await asked).toBe("timeout");
  expect(changed).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

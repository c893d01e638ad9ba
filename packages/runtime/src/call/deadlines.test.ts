import { toBudget } from "@fairlead/guard/text";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Call, CallAborted, type CallFacts } from "./call.ts";
import { Deadlines } from "./deadlines.ts";

function createCall(notify: CallFacts["notify"] = () => {}, progressToken?: string): Call {
  const facts = {
    principal: { id: "test" },
    clientInfo: undefined,
    clientCapabilities: {},
    progressToken,
    logLevel: undefined,
    method: "tools/call",
    params: {},
    revision: "2026-07-28",
    modern: true,
    ask: undefined,
    notify,
  };
  const createAsker = () => Promise.reject(new Error("Nobody asks."));
  return new Call(facts, { budget: toBudget(100), redact: (value) => value, createAsker });
}

beforeEach(
  () => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] }),
);
afterEach(() => void vi.useRealTimers());

test("a call is aborted when its time is up, and not before", () => {
  const deadlines = new Deadlines();
  const short = createCall();
  const long = createCall();
  const signal = long.signal;
  deadlines.add(short, 1_000);
  deadlines.add(long, 5_000);
  vi.advanceTimersByTime(999);
  expect(short.aborted).toBeUndefined();
  vi.advanceTimersByTime(300);
  expect(short.aborted).toMatchObject({ why: "timeout", message: "Timed out after 1 s." });
  expect(long.aborted).toBeUndefined();
  vi.advanceTimersByTime(5_000);
  expect(signal.aborted).toBe(true);
  expect(signal.reason).toBe(long.aborted);
});

test("one that has ended is left alone, and no timer runs without calls", () => {
  const deadlines = new Deadlines();
  const call = createCall();
  deadlines.add(call, 1_000);
  deadlines.delete(call);
  vi.advanceTimersByTime(2_000);
  expect(call.aborted).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
});

test("a call without a deadline still hears of the shutdown", () => {
  const deadlines = new Deadlines();
  const call = createCall();
  deadlines.add(call, Number.POSITIVE_INFINITY);
  vi.advanceTimersByTime(100_000);
  expect(call.aborted).toBeUndefined();
  deadlines.abortAll(new CallAborted("shutdown", "The server is shutting down."));
  expect(call.aborted).toMatchObject({ why: "shutdown" });
});

test("the first reason to abort is the one that counts", () => {
  const call = createCall();
  call.cancel("changed my mind");
  call.abort(new CallAborted("timeout", "late"));
  expect(call.aborted).toMatchObject({ why: "cancelled", message: "changed my mind" });
  expect(call.signal.aborted).toBe(true);
});

describe("a call that says nothing", () => {
  const start = () => {
    const told: unknown[] = [];
    const call = createCall((_, params) => void told.push(params), "mine");
    const deadlines = new Deadlines();
    deadlines.add(call, 60_000);
    return { call, deadlines, told };
  };

  test("gives a sign of life every 5 s, and none before", () => {
    const { call, told } = start();
    vi.advanceTimersByTime(4_900);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(11_000);
    expect(told).toMatchObject([
      { progressToken: "mine", progress: 0.001, message: "Running for 5 s." },
      { progress: 0.002, message: "Running for 10 s." },
      { progress: 0.003, message: "Running for 15 s." },
    ]);
    call.end();
    vi.advanceTimersByTime(10_000);
    expect(told).toHaveLength(3);
  });

  test("is heard later all the same, and is silent while the tool itself reports", () => {
    const { call, told } = start();
    vi.advanceTimersByTime(5_300);
    call.report(1, 4);
    vi.advanceTimersByTime(5_000);
    call.report(2, 4);
    vi.advanceTimersByTime(5_000);
    expect(told).toMatchObject([{ progress: 0.001 }, { progress: 1, total: 4 }, { progress: 2 }]);
    vi.advanceTimersByTime(5_000);
    expect(told.at(-1)).toMatchObject({ progress: 2.001, message: "Running for 20 s." });
    call.report(3, 4);
    expect(told.at(-1)).toMatchObject({ progress: 3 });
  });

  test("tells nobody who gave no token, and starts anew for the next call after a pause", () => {
    const told: unknown[] = [];
    const deadlines = new Deadlines();
    const quiet = createCall((_, params) => void told.push(params));
    deadlines.add(quiet, 60_000);
    vi.advanceTimersByTime(12_000);
    deadlines.delete(quiet);
    vi.advanceTimersByTime(20_000);
    deadlines.add(
      createCall((_, params) => void told.push(params), "late"),
      60_000,
    );
    vi.advanceTimersByTime(4_900);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(500);
    expect(told).toHaveLength(1);
  });
});

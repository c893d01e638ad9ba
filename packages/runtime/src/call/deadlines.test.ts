import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { toBudget } from "../guard/text/room.ts";
import { Call, CallAborted } from "./call.ts";
import { Deadlines } from "./deadlines.ts";

function createCall(): Call {
  const facts = {
    principal: { id: "test" },
    clientInfo: undefined,
    clientCapabilities: {},
    progressToken: undefined,
    logLevel: undefined,
    method: "tools/call",
    params: {},
    revision: "2026-07-28",
    modern: true,
    ask: undefined,
    notify: () => {},
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

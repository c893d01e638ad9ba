import { describe, expect, it } from "vitest";
import { toMoment } from "./dates.ts";

const at = (...parts: [number, number, number, number?, number?, number?]) =>
  `@${new Date(...parts).getTime() / 1000} +0000`;

describe("a date", () => {
  it.for([
    ["2026-11-10", at(2026, 10, 10), at(2026, 10, 10, 23, 59, 59)],
    ["2026/11/10", at(2026, 10, 10), at(2026, 10, 10, 23, 59, 59)],
    ["2026-11", at(2026, 10, 1), at(2026, 10, 30, 23, 59, 59)],
    ["2024-02", at(2024, 1, 1), at(2024, 1, 29, 23, 59, 59)],
    ["2026", at(2026, 0, 1), at(2026, 11, 31, 23, 59, 59)],
    ["10 November 2026", "10 november 2026 00:00:00", "10 november 2026 23:59:59"],
    ["Nov 10th, 2026", "nov 10th 2026 00:00:00", "nov 10th 2026 23:59:59"],
    ["yesterday", "yesterday 00:00:00", "yesterday 23:59:59"],
    ["last friday", "last friday 00:00:00", "last friday 23:59:59"],
  ] as const)("%s is all of it", ([text, first, last]) => {
    expect(toMoment(text, "first")).toBe(first);
    expect(toMoment(text, "last")).toBe(last);
  });

  it.for([
    ["2026-11-10T12:00:00Z", "@1794312000 +0000"],
    ["2026-11-10 12:00:00.5 +0000", "@1794312000 +0000"],
    ["2026-11-10T13:00+01:00", "@1794312000 +0000"],
    ["1970-01-01T00:00:09Z", "@9 +0000"],
    ["1960-01-01T00:00:00Z", "@0 +0000"],
    ["2026-11-10T12:00", at(2026, 10, 10, 12)],
    ["1794312000", "@1794312000 +0000"],
    ["2 weeks ago", "2 weeks ago"],
    ["2.weeks.ago", "2 weeks ago"],
    ["last week", "last week"],
    ["yesterday 14:30", "yesterday 14:30"],
    ["Tue, 10 Nov 2026 12:00:00 +0000", "tue 10 nov 2026 12:00:00 +0000"],
    ["now", "now"],
  ] as const)("%s is a moment", ([text, moment]) => {
    expect([toMoment(text, "first"), toMoment(text, "last")]).toEqual([moment, moment]);
  });

  it.for([
    "garbage",
    "",
    "2026-13-01",
    "2026-02-30",
    "2026-02-30T12:00:00Z",
    "2026-11-10T25:00:00Z",
    "11/10/2026",
    "tomorrow",
    "3",
    "ago",
    "2 fortnights ago",
    "since 2026-11-10",
  ])("%s is refused", (text) => {
    expect(() => toMoment(text, "first")).toThrow("is not a date");
  });
});

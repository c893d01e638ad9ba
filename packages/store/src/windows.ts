/** A span of the calendar in UTC, which a quota is good for. */
export type CalendarWindow = "day" | "month";

/** One such span. */
export interface Span {
  /** Its name, which no other has: `2026-11-30` or `2026-11`. */
  readonly id: string;
  /** When it begins, and when the next one does: milliseconds since 1970. */
  readonly startsAt: number;
  readonly endsAt: number;
}

/**
 * The span of the calendar in UTC that a moment (milliseconds since 1970) is in. UTC has no daylight
 * saving time, so every day has 24 hours.
 *
 * @example
 * toSpan("month", Date.parse("2026-11-30T12:00:00Z")).id; // "2026-11"
 */
export function toSpan(window: CalendarWindow, now: number): Span {
  const date = new Date(now);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return window === "month"
    ? {
        id: date.toISOString().slice(0, "2026-11".length),
        startsAt: Date.UTC(year, month),
        endsAt: Date.UTC(year, month + 1),
      }
    : {
        id: date.toISOString().slice(0, "2026-11-30".length),
        startsAt: Date.UTC(year, month, day),
        endsAt: Date.UTC(year, month, day + 1),
      };
}

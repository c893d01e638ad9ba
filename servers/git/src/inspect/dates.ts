import { GitError } from "../errors.ts";

/** Words git knows in a date: those that say when by themselves, and those that only help. */
const telling =
  /^(?:now|today|yesterday|noon|midnight|tea|(?:sec|second|min|minute|hour|day|week|month|year)s?|mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$/;
const helping =
  /^(?:ago|last|at|on|the|am|pm|utc|gmt|z|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,4}(?:st|nd|rd|th)?)$/;
const clock = /^\d{1,2}:\d{2}(?::\d{2})?$/;
const zone = /^[+-]\d{2}:?\d{2}$/;
/** Words after which a moment is meant and not a day. */
const momentary =
  /^(?:now|ago|noon|midnight|tea|am|pm|sec|min|second|minute|hour|day|week|month|year)s?$/;

/**
 * A date as git takes it without guessing: a day, month or year stands for its first moment or its
 * last. Git itself takes any words, and where it does not understand them, now.
 */
export function toMoment(text: string, edge: "first" | "last"): string {
  const given = text.trim();
  const [, year, month, day] = /^(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?$/.exec(given) ?? [];
  if (year !== undefined) return toEdge([year, month, day].map(toNumber), edge) ?? refuse(text);
  if (/^@?\d{9,11}$/.test(given)) return toSeconds(Number(given.replace("@", "")) * 1000);
  const iso =
    /^(\d{4})-(\d{2})-(\d{2})[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?$/i;
  const stamp = iso.exec(given);
  if (stamp !== null) {
    const known = toEdge(stamp.slice(1, 4).map(toNumber), "first");
    const plain = given.replace(" ", "T").replace(",", ".").replace(/\s+/g, "");
    const time = Date.parse(plain.replace(/([+-]\d{2})(\d{2})$/, "$1:$2"));
    return known === undefined || Number.isNaN(time) ? refuse(text) : toSeconds(time);
  }
  return toWords(given, edge) ?? refuse(text);
}

/** A date in words, with the first or last time of the day where they name a day and no time. */
function toWords(text: string, edge: "first" | "last"): string | undefined {
  const words = text
    .toLowerCase()
    .split(/[\s,]+/)
    .flatMap((word) => (zone.test(word) || clock.test(word) ? [word] : word.split(/[._-]+/)))
    .filter((word) => word !== "");
  const fits =
    (...patterns: RegExp[]) =>
    (word: string) =>
      patterns.some((one) => one.test(word));
  if (!words.every(fits(telling, helping, clock, zone))) return undefined;
  if (!words.some(fits(telling))) return undefined;
  const isMoment = words.some(fits(momentary, clock));
  return isMoment
    ? words.join(" ")
    : `${words.join(" ")} ${edge === "first" ? "00:00:00" : "23:59:59"}`;
}

/** The first or last second of a year, month or day, as the server's clock has it. */
function toEdge(
  [year = 0, month, day]: readonly (number | undefined)[],
  edge: "first" | "last",
): string | undefined {
  const start = new Date(year, (month ?? 1) - 1, day ?? 1);
  // A day that is not in the calendar would be one of the next month.
  if (start.getMonth() !== (month ?? 1) - 1 || start.getDate() !== (day ?? 1)) return undefined;
  if (edge === "first") return toSeconds(start.getTime());
  const end =
    month === undefined
      ? new Date(year + 1, 0, 1)
      : day === undefined
        ? new Date(year, month, 1)
        : new Date(year, month - 1, day + 1);
  return toSeconds(end.getTime() - 1000);
}

/** Git takes fewer than nine digits for seconds only with a zone, and counts none before 1970. */
function toSeconds(time: number): string {
  return `@${Math.max(Math.floor(time / 1000), 0)} +0000`;
}

function toNumber(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}

function refuse(text: string): never {
  throw new GitError(
    `${JSON.stringify(text)} is not a date.`,
    'Use a day such as 2026-11-01, a time such as 2026-11-01T12:00:00Z, or words such as "2 weeks ago".',
  );
}

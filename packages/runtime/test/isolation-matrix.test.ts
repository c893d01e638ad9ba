import { afterEach, describe, expect, test, vi } from "vitest";
import { type Door, type HttpDoor, openHttp, openStdio } from "./fixture/doors.ts";
import {
  events,
  type Handles,
  listCursors,
  listenings,
  server,
  sessions,
  states,
  subscriptions,
  taskCursors,
  tasks,
  toolCursors,
} from "./fixture/handles.ts";

/** A handle as it is used, and one that never was: what is answered is the same, byte for byte. */
type Pair = readonly [used: string, unknown: string];

interface Kind {
  /** Minutes after which it is as unknown; or why its owner may use it as long as they like. */
  readonly expires: number | string;
  /** Used twice it works again, or is refused as an unknown one is. */
  readonly replayed: "works" | "refused";
  /** What it becomes when it is changed; each of its characters, one at a time, by default. */
  tamper?(handle: string): readonly Pair[];
  /** What another principal uses; the handle as it is, by default. */
  steal?(handle: string): readonly Pair[];
}

/** How it is given over a transport; or why there it is not. */
interface Row extends Kind {
  readonly http: (door: HttpDoor) => Handles;
  /** Each process has one client here, so the other principal is that of another process. */
  readonly stdio: ((door: Door) => Handles) | string;
}

const everywhere = (of: (door: Door) => Handles) => ({ http: of, stdio: of });
const anew = "it names a place in what is read anew each time, and its key ends with the process";
const connected = "it lasts as long as its connection";
const [nobody, noStream] = ["A".repeat(32), "A".repeat(22)];
const inSession = (handle: string, session: string) => handle.replace(/^\S+/, session);
const flipSession = (handle: string): readonly Pair[] =>
  flipEach(handle.split(" ")[0] ?? "").map((session) => [
    inSession(handle, session),
    inSession(handle, nobody),
  ]);

const rows: Readonly<Record<string, Row>> = {
  "a session": {
    http: sessions,
    stdio: "the process is one, and has no name",
    expires: 32,
    replayed: "works",
  },
  "an event of a stream": {
    http: events,
    stdio: "a pipe loses nothing, so there is nothing to ask for again",
    expires: 32,
    replayed: "works",
    tamper(handle) {
      const [, session, stream = "", number] = /^(\S+) (.*)_(\d+)$/.exec(handle) ?? [];
      const none = `${session} ${noStream}_1`;
      // A place before it is one of the same stream, which is its client's.
      const places = ["99", "-1", "1e0", "0x1", "", `${number}_1`, `${number}.5`];
      return [
        ...flipSession(handle),
        ...flipEach(stream).map((other): Pair => [`${session} ${other}_${number}`, none]),
        ...places.map((place): Pair => [`${session} ${stream}_${place}`, none]),
      ];
    },
    steal: (handle) => [
      [handle, inSession(handle, nobody)],
      [inSession(handle, "mine"), `mine ${noStream}_1`],
    ],
  },
  "a subscription of 2025-11-25": {
    http: subscriptions,
    stdio: "it is named by its resource, on a pipe that is one client's",
    expires: 32,
    replayed: "works",
    tamper: flipSession,
    steal: (handle) => [
      [handle, inSession(handle, nobody)],
      [inSession(handle, "mine"), "mine x://of/ada/none"],
    ],
  },
  "a subscription of 2026-07-28": {
    ...everywhere(listenings),
    expires: connected,
    replayed: "works",
    tamper: (id) => [`${id}0`, `-${id}`, `${id}_`, "", "__proto__"].map((each) => [each, "8"]),
  },
  "the cursor of a list": { ...everywhere(listCursors), expires: anew, replayed: "works" },
  "the cursor of a tool": { ...everywhere(toolCursors), expires: anew, replayed: "works" },
  "the cursor of tasks": { ...everywhere(taskCursors), expires: anew, replayed: "works" },
  "a requestState of a write": {
    ...everywhere((door) => states(door, "pay")),
    expires: 11,
    replayed: "refused",
  },
  "a requestState of a read": {
    ...everywhere((door) => states(door, "look")),
    expires: 11,
    replayed: "works",
  },
  "a task of 2026-07-28": {
    ...everywhere((door) => tasks(door, "modern")),
    expires: 70,
    replayed: "works",
  },
  "a task of 2025-11-25": {
    ...everywhere((door) => tasks(door, "legacy")),
    expires: 70,
    replayed: "works",
  },
};

/** The rows with what opens them, for each transport that has them. */
const matrix = Object.entries(rows).flatMap(([name, { http, stdio, ...kind }]) => [
  { ...kind, name, over: "HTTP", open: async () => http(await openHttp(server)) },
  ...(typeof stdio === "string"
    ? []
    : [{ ...kind, name, over: "stdio", open: async () => stdio(await openStdio(server)) }]),
]);

afterEach(() => {
  vi.useRealTimers();
});

describe.for(matrix)("A11: $name over $over", (kind) => {
  const { expires, replayed, open, steal } = kind;
  const {
    tamper = (handle: string) =>
      [...flipEach(handle), `${handle}=`, `!${handle}`].map((each) => [each, undefined] as const),
  } = kind;

  test("works for its principal", async () => {
    const { give, use, works } = await open();
    expect(await use("ada", await give())).toMatch(works);
  });

  test("is to another principal as one that never was, and stays what it is", async () => {
    const { give, use, works, unknown, lives = () => true } = await open();
    const handle = await give();
    for (const [used, like] of steal?.(handle) ?? [[handle, unknown(handle)]]) {
      const answer = await use("bob", used);
      expect(answer).not.toMatch(works);
      expect(answer).toBe(await use("bob", like));
    }
    expect(lives()).toBe(true);
    expect(await use("ada", handle)).toMatch(works);
  });

  test(typeof expires === "string" ? `does not expire: ${expires}` : "expires", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance", "setInterval", "clearInterval"] });
    const { give, use, works, unknown, lives = () => false } = await open();
    const [handle, early] = [await give(), typeof expires === "number" ? await give() : ""];
    if (typeof expires === "string") {
      vi.advanceTimersByTime(24 * 3_600_000);
      expect(await use("ada", handle)).toMatch(works);
      return;
    }
    vi.advanceTimersByTime((expires / 2) * 60_000);
    expect(await use("ada", early)).toMatch(works);
    vi.advanceTimersByTime((expires / 2) * 60_000);
    expect(lives()).toBe(false);
    const answer = await use("ada", handle);
    expect(answer).not.toMatch(works);
    expect(answer).toBe(await use("ada", unknown(handle)));
  });

  test("is nothing when any of it is changed", async () => {
    const { give, use, works, unknown, lives = () => true } = await open();
    const handle = await give();
    const refused = await use("ada", unknown(handle));
    for (const [used, like] of tamper(handle)) {
      const answer = await use("ada", used);
      expect(answer, used).not.toMatch(works);
      expect(answer, used).toBe(like === undefined ? refused : await use("ada", like));
    }
    expect(lives()).toBe(true);
    expect(await use("ada", handle)).toMatch(works);
  });

  test(`${replayed === "works" ? "works" : "is refused"} when it is used again`, async () => {
    const { give, use, works, unknown } = await open();
    const handle = await give();
    expect(await use("ada", handle)).toMatch(works);
    const again = await use("ada", handle);
    if (replayed === "works") expect(again).toMatch(works);
    else expect(again).toBe(await use("ada", unknown(handle)));
  });
});

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** A handle with one bit of each of its characters changed, one at a time. */
function flipEach(handle: string): readonly string[] {
  return [...handle].map((character, at) => {
    // The lowest bit, which in a last character may be one that decoding drops.
    const other = letters[letters.indexOf(character) ^ 1] ?? "A";
    return `${handle.slice(0, at)}${other}${handle.slice(at + 1)}`;
  });
}

import type { Page } from "puppeteer-core";
import { formatMessage } from "./console-message.ts";
import { type Clean, toCleanLine } from "./text.ts";

export interface ConsoleEntry {
  /** Counts up from 1 for the life of the page. */
  readonly id: number;
  readonly level: string;
  readonly text: string;
  /** How often it was said in a row. */
  readonly count: number;
  readonly source?: string;
}

const capacity = 500;
const textLimit = 1_000;
/** How puppeteer names what it runs in a page, with a path of this machine behind it. */
const injected = "pptr:";

/** Levels, the least severe first; what a page calls otherwise counts as `log`. */
const severity = ["debug", "log", "info", "warn", "error"] as const;
export type Level = (typeof severity)[number];
const ranks = new Map<string, number>(severity.map((level, at) => [level, at]));

/** The last things a page said on its console, and the errors it did not catch. */
export class ConsoleLog {
  readonly #entries: ConsoleEntry[] = [];
  readonly #clean: Clean;
  #lastId = 0;

  constructor(page: Page, clean: Clean) {
    this.#clean = clean;
    page.on("console", (message) => {
      const { url, lineNumber } = message.location();
      const own = url === undefined || url.startsWith(injected);
      const source = own ? undefined : `${url}:${(lineNumber ?? 0) + 1}`;
      this.#add(message.type(), formatMessage(message, clean), source);
      // Else the page keeps what it logged for as long as it is open.
      for (const handle of message.args()) void handle.dispose().catch(() => {});
    });
    page.on("pageerror", (error) => {
      this.#add("error", error instanceof Error ? (error.stack ?? error.message) : String(error));
    });
  }

  get lastId(): number {
    return this.#lastId;
  }

  /** Entries of this level or a more severe one. */
  list(level: Level = "debug", after = 0): ConsoleEntry[] {
    const least = severity.indexOf(level);
    return this.#entries.filter((entry) => entry.id > after && rank(entry.level) >= least);
  }

  #add(level: string, said: string, source?: string): void {
    const line = toCleanLine(said, this.#clean, textLimit);
    const text = line.replace(/pptr:[^\s)]*/g, injected);
    const last = this.#entries.at(-1);
    this.#lastId += 1;
    const again = last?.level === level && last.text === text ? this.#entries.pop() : undefined;
    this.#entries.push({
      id: this.#lastId,
      level: level === "warning" ? "warn" : level,
      text,
      count: (again?.count ?? 0) + 1,
      ...(source !== undefined && { source: toCleanLine(source, this.#clean, 300) }),
    });
    if (this.#entries.length > capacity) this.#entries.shift();
  }
}

export function formatConsole({ level, text, count, source }: ConsoleEntry): string {
  const times = count > 1 ? ` (${count} times)` : "";
  return `[${level}] ${text}${times}${source === undefined ? "" : ` @ ${source}`}`;
}

function rank(level: string): number {
  return ranks.get(level) ?? 1;
}

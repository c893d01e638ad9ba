import { setTimeout as sleep } from "node:timers/promises";

/** What one call came to, as its client sees it. */
export interface Answer {
  readonly text: string;
  readonly isError: boolean;
}

/** One kind of call, which the load makes over and over. */
export interface Work {
  /** What its row of the table is called. */
  readonly kind: string;
  /** Makes one call. A rejection is an answer too: its message is what the client was told. */
  call(): Promise<Answer>;
  /** What is in every right answer. */
  readonly right: RegExp;
}

/** What one kind of call came to while one fault lasted, and until it was over. */
export interface Tally {
  readonly fault: string;
  readonly kind: string;
  sent: number;
  /** Got the right answer. */
  well: number;
  /** Got an error that the documents promise for this fault. */
  clear: number;
  /** Got another error, or a wrong answer; and no answer at all. Both are bound to be 0. */
  unclear: number;
  hung: number;
  /** Milliseconds from the end of the fault to the first right answer of a call made after it. */
  backAfterMs: number | undefined;
  /** The errors, each once. */
  readonly said: Set<string>;
}

export interface FaultPlan {
  readonly name: string;
  begin(): unknown;
  end(): unknown;
  /** By kind what its calls are told meanwhile. The other kinds are bound to go on. */
  readonly hits: Readonly<Record<string, RegExp>>;
}

/** Milliseconds between two calls of a kind by one client. */
const pauseMs = 20;
/** Milliseconds after which a call without an answer counts as hung, above all documented limits. */
const hungMs = 40_000;
/** How many calls of each kind a fault lasts at least. */
const least = 2;

/** Steady calls of several kinds, which go on while one fault after another happens to the backends. */
export class FaultLoad {
  readonly tallies: Tally[] = [];
  readonly #works: readonly Work[];
  readonly #loops: Promise<void>[];
  #now = new Map<string, Tally>();
  #hits: FaultPlan["hits"] = {};
  /** When the fault was over, by `performance`. */
  #overAt = Number.POSITIVE_INFINITY;
  #stopped = false;
  /** When the calls began that have no answer yet. */
  readonly #flying = new Map<Work, number>();

  constructor(works: readonly Work[]) {
    this.#works = works;
    this.#count("none", {});
    this.#loops = works.map((work) => this.#repeat(work));
  }

  /** Resolves once every kind was answered well, so that the fault meets a server at work. */
  async settle(): Promise<void> {
    this.#count("none", {});
    await this.#until("is not answered without a fault", ({ well }) => well >= least);
  }

  /** Lets one fault happen, as long as it takes to hit every kind that it is bound to hit. */
  async meet({ name, begin, end, hits }: FaultPlan): Promise<readonly Tally[]> {
    await this.settle();
    const tallies = this.#count(name, hits);
    this.tallies.push(...tallies);
    await begin();
    try {
      await this.#until(`does not notice: ${name}`, ({ kind, well, clear, unclear, hung }) => {
        return (kind in hits ? clear : well) >= least || unclear + hung > 0;
      });
    } finally {
      await end();
      this.#overAt = performance.now();
    }
    // A call that the fault met counts for it, however late it ends.
    const isLate = (kind: string) =>
      [...this.#flying].some(([work, at]) => work.kind === kind && at <= this.#overAt);
    await this.#until(
      `is not back after: ${name}`,
      ({ kind, backAfterMs }) => backAfterMs !== undefined && !isLate(kind),
    );
    return tallies;
  }

  async close(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
  }

  #count(fault: string, hits: FaultPlan["hits"]): readonly Tally[] {
    const tallies = [...new Set(this.#works.map(({ kind }) => kind))].map(
      (kind): Tally => ({
        ...{ fault, kind, sent: 0, well: 0, clear: 0, unclear: 0, hung: 0 },
        ...{ backAfterMs: undefined, said: new Set() },
      }),
    );
    this.#overAt = Number.POSITIVE_INFINITY;
    this.#hits = hits;
    this.#now = new Map(tallies.map((tally) => [tally.kind, tally]));
    return tallies;
  }

  async #repeat(work: Work): Promise<void> {
    while (!this.#stopped) {
      await this.#attempt(work);
      await sleep(pauseMs);
    }
  }

  async #attempt(work: Work): Promise<void> {
    const { kind, call, right } = work;
    const beganAt = performance.now();
    this.#flying.set(work, beganAt);
    const hanging = new AbortController();
    const answer = await Promise.race([
      call().catch((error: unknown) => ({ text: String(error), isError: true })),
      sleep(hungMs, undefined, { signal: hanging.signal }).catch(() => undefined),
    ]);
    hanging.abort();
    this.#flying.delete(work);
    const tally = this.#now.get(kind);
    if (tally === undefined) return;
    tally.sent += 1;
    if (answer === undefined) tally.hung += 1;
    else if (!answer.isError && right.test(answer.text)) {
      tally.well += 1;
      if (beganAt > this.#overAt) tally.backAfterMs ??= performance.now() - this.#overAt;
    } else {
      tally.said.add(answer.text);
      if (this.#hits[kind]?.test(answer.text)) tally.clear += 1;
      else tally.unclear += 1;
    }
  }

  async #until(problem: string, isSo: (tally: Tally) => boolean): Promise<void> {
    const endAt = performance.now() + hungMs + 10_000;
    for (;;) {
      const open = [...this.#now.values()].filter((tally) => !isSo(tally));
      if (open.length === 0) return;
      const isWrong = [...this.#now.values()].some(({ unclear, hung }) => unclear + hung > 0);
      if (isWrong || performance.now() > endAt) {
        const kinds = open.map(({ kind, said }) => `${kind} ${problem}: ${[...said].join(" | ")}`);
        throw new Error(kinds.join("\n"));
      }
      await sleep(pauseMs);
    }
  }
}

/** The text of a result of a tool, as an official client gives it. */
export function toAnswer(result: unknown): Answer {
  const { content, isError } = Object(result);
  const parts: readonly unknown[] = Array.isArray(content) ? content : [];
  const text = parts.map((part) => String(Object(part).text ?? "")).join("\n");
  return { text, isError: isError === true };
}

import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { PathGuard } from "@fairlead/guard";
import { FileError } from "../errors.ts";
import type { SmallText, TextsQuery } from "../read/small-texts.ts";
import type { Tree, TreeOptions } from "../walk/tree.ts";
import type { Sides } from "../write/diff-lines.ts";
import type { ContentQuery, ContentsFound } from "./search-contents.ts";
import { isHarmless, type Job, type JobResult, startJob } from "./search-job.ts";
import type { NameQuery, NamesFound } from "./search-names.ts";

export type Answer =
  | { readonly result: JobResult }
  | { readonly message: string; readonly hint: string | undefined };

/** Who asks, so that nobody takes all threads, and what ends it. */
export interface Caller {
  readonly id: string;
  readonly signal: AbortSignal;
}

interface Task {
  readonly job: Job;
  readonly caller: Caller;
  readonly resolve: (result: JobResult) => void;
  readonly reject: (error: unknown) => void;
  /** It held others up, and now waits until nobody else does. */
  slow: boolean;
}

interface Seat {
  readonly worker: Worker;
  readonly pulse: Int32Array;
  task: Task | undefined;
  /** The step last seen, and since when. */
  step: number;
  since: number;
}

export interface PoolOptions {
  /** Milliseconds one step may take for its pattern. */
  readonly patience?: number;
  /** The same while others wait. */
  readonly haste?: number;
}

const mostThreads = 3;
const tick = 50;
/** Milliseconds of work after which other work is let in, where there is no thread for it. */
const slice = 8;

/**
 * Searches in threads of their own: the server goes on answering, and a pattern that is slow without
 * end is ended with its thread. A search that holds others up starts over once they are done.
 */
export class SearchPool {
  readonly #patience: number;
  readonly #haste: number;
  readonly #seats = new Set<Seat>();
  readonly #waiting: Task[] = [];
  #watch: NodeJS.Timeout | undefined;
  #closed = false;

  constructor({ patience = 2000, haste = 200 }: PoolOptions = {}) {
    this.#patience = patience;
    this.#haste = haste;
  }

  async contents(
    guard: PathGuard,
    path: string,
    query: ContentQuery,
    caller: Caller,
  ): Promise<ContentsFound> {
    const result = await this.#run({ kind: "contents", guard: guard.facts, path, query }, caller);
    if (result.kind !== "contents") throw mixedUp();
    return result.found;
  }

  async names(
    guard: PathGuard,
    path: string,
    query: NameQuery,
    caller: Caller,
  ): Promise<NamesFound> {
    const result = await this.#run({ kind: "names", guard: guard.facts, path, query }, caller);
    if (result.kind !== "names") throw mixedUp();
    return result.found;
  }

  async tree(guard: PathGuard, path: string, query: TreeOptions, caller: Caller): Promise<Tree> {
    const result = await this.#run({ kind: "tree", guard: guard.facts, path, query }, caller);
    if (result.kind !== "tree") throw mixedUp();
    return result.found;
  }

  /** The texts of the first of some files, as far as they are small and simply there. */
  async texts(guard: PathGuard, query: TextsQuery, caller: Caller): Promise<readonly SmallText[]> {
    const result = await this.#run({ kind: "texts", guard: guard.facts, query }, caller);
    if (result.kind !== "texts") throw mixedUp();
    return result.found;
  }

  /** A diff that takes long; undefined when the texts differ in too much for one. */
  async diff(sides: Sides, caller: Caller): Promise<string | undefined> {
    const result = await this.#run({ kind: "diff", sides }, caller);
    if (result.kind !== "diff") throw mixedUp();
    return result.found;
  }

  async close(): Promise<void> {
    // What runs or waits, and what is asked for later, is told so.
    this.#closed = true;
    const running = [...this.#seats].flatMap(({ task }) => task ?? []);
    for (const { reject } of [...running, ...this.#waiting.splice(0)]) reject(shutdown());
    await Promise.all([...this.#seats].map((seat) => this.#end(seat)));
    this.#rest();
  }

  async #run(job: Job, caller: Caller): Promise<JobResult> {
    caller.signal.throwIfAborted();
    if (this.#closed) throw shutdown();
    return new Promise<JobResult>((resolve, reject) => {
      const task = { job, caller, resolve, reject, slow: false };
      caller.signal.addEventListener("abort", () => this.#cancel(task), { once: true });
      this.#waiting.push(task);
      this.#assign();
    });
  }

  #cancel(task: Task): void {
    const waiting = this.#waiting.indexOf(task);
    if (waiting >= 0) this.#waiting.splice(waiting, 1);
    for (const seat of this.#seats) if (seat.task === task) this.#end(seat);
    task.reject(task.caller.signal.reason);
    this.#rest();
  }

  /** Gives work to threads as long as there is some of both. */
  #assign(): void {
    for (let task = this.#next(); task !== undefined; task = this.#next()) {
      this.#waiting.splice(this.#waiting.indexOf(task), 1);
      const seat = [...this.#seats].find((free) => free.task === undefined) ?? this.#open();
      seat.task = task;
      [seat.step, seat.since] = [Atomics.load(seat.pulse, 0), performance.now()];
      seat.worker.ref();
      seat.worker.postMessage({ job: task.job, pulse: seat.pulse });
      this.#watch ??= setInterval(() => this.#look(), tick);
    }
  }

  /** Whose turn it is: of whom the fewest run, the longest waiting first; slow ones leave a thread. */
  #next(): Task | undefined {
    const running = [...this.#seats].flatMap(({ task }) => task ?? []);
    if (running.length >= mostThreads) return undefined;
    const slow = running.filter((task) => task.slow).length;
    const count = (id: string) => running.filter(({ caller }) => caller.id === id).length;
    return this.#waiting
      .filter((task) => !task.slow || slow < mostThreads - 1)
      .map((task) => ({ task, rank: (task.slow ? mostThreads : 0) + count(task.caller.id) }))
      .reduce<{ task: Task; rank: number } | undefined>(
        (best, one) => (best === undefined || one.rank < best.rank ? one : best),
        undefined,
      )?.task;
  }

  /** Ends the steps that take too long. */
  #look(): void {
    const now = performance.now();
    for (const seat of [...this.#seats]) {
      const { task, pulse } = seat;
      if (task === undefined) continue;
      const step = Atomics.load(pulse, 0);
      if (step !== seat.step || Atomics.load(pulse, 1) === 0) {
        [seat.step, seat.since] = [step, now];
      } else if (now - seat.since >= this.#patience) {
        this.#end(seat);
        task.reject(
          new FileError(
            "The pattern takes too long to match.",
            "It may backtrack without end; write it without nested repetition.",
          ),
        );
      } else if (!task.slow && now - seat.since >= this.#haste && this.#isAwaited()) {
        this.#end(seat);
        task.slow = true;
        this.#waiting.push(task);
      }
    }
    this.#rest();
  }

  #isAwaited(): boolean {
    return this.#waiting.some(({ slow }) => !slow);
  }

  #open(): Seat {
    // The built worker lies next to every built file that could hold this code.
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    // Files come and go as short-lived texts, which a small nursery holds as fast and in less memory.
    const worker = new Worker(new URL(`./search-worker.${extension}`, import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: 3 },
    });
    const pulse = new Int32Array(new SharedArrayBuffer(8));
    const seat: Seat = { worker, pulse, task: undefined, step: 0, since: 0 };
    worker.on("message", (answer: Answer) => this.#settle(seat, answer));
    worker.on("error", (error) => this.#fail(seat, error));
    this.#seats.add(seat);
    return seat;
  }

  #settle(seat: Seat, answer: Answer): void {
    const { task } = seat;
    seat.task = undefined;
    seat.worker.unref();
    if (task !== undefined) {
      if ("result" in answer) task.resolve(answer.result);
      else task.reject(toError(answer));
    }
    this.#rest();
  }

  #fail(seat: Seat, error: unknown): void {
    const { task } = seat;
    this.#end(seat);
    if (task === undefined) return;
    // Node asks for the working directory as a thread starts, and that may have been deleted.
    if (String(error).includes("uv_cwd"))
      runHere(task.job, task.caller).then(task.resolve, task.reject);
    else task.reject(error);
    this.#rest();
  }

  /** Goes on with what waits. One free thread is kept; where all are free, nobody watches. */
  #rest(): void {
    this.#assign();
    const free = [...this.#seats].filter(({ task }) => task === undefined);
    for (const seat of free.slice(1)) this.#end(seat);
    if ([...this.#seats].some(({ task }) => task !== undefined)) return;
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  #end(seat: Seat): Promise<number> {
    this.#seats.delete(seat);
    seat.worker.removeAllListeners();
    seat.worker.on("error", () => {});
    return seat.worker.terminate();
  }
}

/** Does a job in this thread, in slices; only one whose steps are short. */
async function runHere(job: Job, { signal }: Caller): Promise<JobResult> {
  if (job.kind === "diff") return { kind: "diff", found: undefined };
  if (!isHarmless(job)) {
    throw new FileError(
      "The working directory of this server was deleted, so it cannot start the thread that such a pattern needs.",
      "Search without regex, or start the server again in a directory that exists.",
    );
  }
  let since = performance.now();
  const steps = await startJob(job, () => performance.now() - since >= slice);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    await setImmediate();
    if (signal.aborted) steps.throw(signal.reason);
    since = performance.now();
  }
}

function toError({ message, hint }: Exclude<Answer, { result: JobResult }>): Error {
  return hint === undefined ? new Error(message) : new FileError(message, hint);
}

function shutdown(): Error {
  return new FileError("The server is shutting down.", "Search again after it has restarted.");
}

function mixedUp(): Error {
  return new Error("the answer is of another kind than the question");
}

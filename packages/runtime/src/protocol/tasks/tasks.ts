import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Ending, Task, TaskStore } from "@fairlead/store";
import { type Call, CallAborted } from "../../call/call.ts";
import type { Request } from "../envelope.ts";
import type { Failure } from "../failure.ts";
import type { InFlight } from "../in-flight.ts";
import { errorCode, isJson, type Json, ProtocolError } from "../json-rpc.ts";
import type { Catalog } from "../server/catalog.ts";
import { TaskAsker } from "./task-asker.ts";
import { TaskFacts } from "./task-facts.ts";
import { TaskMethods } from "./task-methods.ts";
import { TaskQuestions } from "./task-questions.ts";
import { toDetails, toLegacyTask, toOwner, toStatusMessage, toTask } from "./wire.ts";

/** A call that has ended by then is answered as ever, without a task. */
const quickMs = 250;
/** How long the work of a task may take. */
const mostMs = 60 * 60_000;
/** How long a client may have a task kept. */
const longestMs = 24 * 60 * 60_000;
/** How long an end is kept at least. */
const keepMs = 5 * 60_000;
const beatMs = 5_000;
const leaseMs = 6 * beatMs;

/** A whole result of a tool call, as JSON. */
export interface Outcome {
  readonly result: string;
  readonly isError: boolean;
}

/** Rejects for a call that may not begin. */
export type CheckTool = (call: Call) => Promise<void>;

/** Runs a tool call, and says how long it may take once that is known. */
export type RunTool = (call: Call, limit: (timeoutMs: number) => void) => Promise<Outcome>;

export interface TasksOptions {
  readonly store: TaskStore;
  readonly inFlight: InFlight;
  readonly catalog: Catalog;
  /** What a client may know of an error. */
  explain(error: unknown): Failure;
}

/** A task that this process works on. */
interface Work {
  readonly task: Task;
  readonly call: Call;
  readonly facts: TaskFacts;
  readonly asker: TaskAsker;
}

/** The tool calls of a process that are tasks, or may become one. */
export class Tasks {
  readonly methods: TaskMethods;
  readonly #store: TaskStore;
  readonly #questions: TaskQuestions;
  readonly #options: TasksOptions;
  readonly #worker = randomUUID();
  readonly #works = new Map<string, Work>();
  readonly #ends = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: TasksOptions) {
    this.#questions = new TaskQuestions(options.store);
    this.methods = new TaskMethods(options.store, options.catalog, this.#questions);
    this.#store = options.store;
    this.#options = options;
    this.#timer = setInterval(() => void this.#beat(), beatMs).unref();
  }

  /** Answers a tool call: with a task at once where its client asks for one, else if it takes long. */
  call(request: Request, check: CheckTool, run: RunTool): Promise<string> {
    return request.modern ? this.#promote(request, run) : this.#begin(request, check, run);
  }

  /** As `TaskDoor.follow`: who runs the task does not matter. */
  async follow(request: Request, id: string, tell: (task: Json) => void) {
    let last = await this.#store.find(toOwner(request), id);
    if (last === undefined) return undefined;
    const say = (task: Task) => tell(JSON.parse(`{${toDetails(task)}}`));
    const stop = this.#store.watch(id, {
      changed: (now) => {
        last = now;
        say(now);
      },
    });
    return { stop, repeat: () => last && say(last) };
  }

  /** Resolves once every task of this process has ended, and its end is kept. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#ends);
  }

  async #begin(request: Request, check: CheckTool, run: RunTool): Promise<string> {
    const { catalog, inFlight } = this.#options;
    const facts = new TaskFacts(request);
    const call = inFlight.open(facts);
    const close = (error: unknown) => {
      inFlight.close(call);
      throw error;
    };
    // What nobody may begin is refused here, and is not a task that has failed.
    await check(call).catch(close);
    facts.becoming = this.#create(request);
    const task = await facts.becoming;
    if (task === undefined) return close(full());
    const limit = (ms: number) => inFlight.relimit(call, Math.max(ms, mostMs));
    limit(mostMs);
    const asker = this.#ask(call, facts);
    this.#follow({ task, call, facts, asker }, run(call, limit));
    return catalog.result("legacy", `"task":${JSON.stringify(toLegacyTask(task))}`);
  }

  async #promote(request: Request, run: RunTool): Promise<string> {
    const { catalog, inFlight, explain } = this.#options;
    const facts = new TaskFacts(request);
    const call = inFlight.begin(request, facts);
    let timeoutMs = 0;
    const limit = (ms: number) => {
      timeoutMs = ms;
      inFlight.relimit(call, facts.taskId === undefined ? ms : Math.max(ms, mostMs));
    };
    const asker = this.#ask(call, facts);
    try {
      const outcome = run(call, limit);
      outcome.catch(() => {});
      const quick = await Promise.race([outcome, wait(quickMs, undefined, { ref: false })]);
      if (quick !== undefined || asker.ending) return (await outcome).result;
      // It runs already: where no task can be kept, its answer comes when it is done.
      facts.becoming = this.#create(request).catch((error) => void explain(error));
      const task = await facts.becoming;
      if (task === undefined) return (await outcome).result;
      this.#follow({ task, call, facts, asker }, outcome);
      limit(timeoutMs);
      inFlight.release(request);
      const members = JSON.stringify(toTask(task)).slice(1, -1);
      return catalog.result("modern", members, "task");
    } finally {
      if (facts.taskId === undefined) inFlight.end(request, call);
    }
  }

  async #create(request: Request): Promise<Task | undefined> {
    const { task } = request.params;
    const asked = isJson(task) ? task["ttl"] : undefined;
    const ttlMs = typeof asked === "number" && asked > 0 ? Math.min(asked, longestMs) : mostMs;
    const made = await this.#store.create({
      id: randomBytes(18).toString("base64url"),
      owner: toOwner(request),
      createdAt: Date.now(),
      ttlMs: Math.ceil(Math.max(ttlMs, keepMs)),
    });
    if (made !== undefined) await this.#store.claim(made.id, this.#lease());
    return made;
  }

  /** Lets a call ask as a task does, from when it is one. */
  #ask(call: Call, facts: TaskFacts): TaskAsker {
    const inner = (async () => call.asker)();
    const asker = new TaskAsker(facts, inner, async (id, key, { method, params }) => {
      await this.#store.ask(id, this.#worker, key, { method, params });
    });
    call.asker = inner.then(() => asker);
    // A retry that may not be one is told so; nobody else may ask.
    call.asker.catch(() => {});
    return asker;
  }

  /** Sees to it that a task comes to its end, whichever that is. */
  #follow(work: Work, outcome: Promise<Outcome>): void {
    const { task, call, facts, asker } = work;
    facts.taskId = task.id;
    this.#works.set(task.id, work);
    const unwatch = this.#store.watch(task.id, {
      changed: (now) => {
        facts.tell("notifications/tasks/status", toLegacyTask(now));
        if (facts.heard) this.#questions.put(now, facts.ask, call.signal);
        if (now.status === "cancelled") call.cancel(now.message ?? "cancelled");
      },
      answered: (key, answer) => asker.settle(key, answer),
    });
    const end = this.#end(work, outcome).finally(() => {
      unwatch();
      this.#works.delete(task.id);
      this.#options.inFlight.close(call);
      this.#ends.delete(end);
    });
    this.#ends.add(end);
  }

  async #end({ task, facts }: Work, outcome: Promise<Outcome>): Promise<void> {
    const { explain, catalog } = this.#options;
    const ending = await outcome.then(toEnding, (error: unknown) => toFailure(error, explain));
    const finish = (end: Ending) =>
      this.#store.finish(task.id, this.#worker, end, toTtl(task, Date.now()));
    if (await finish(ending)) return;
    // It was cancelled, and nothing is kept of what it gave; or that is more than is kept of a task.
    const text = "The result is larger than what is kept of a task. Ask for less at once.";
    const content = JSON.stringify([{ type: "text", text }]);
    const era = facts.modern ? "modern" : "legacy";
    const result = catalog.result(era, `"content":${content},"isError":true`);
    await finish({ status: "completed", message: text, result, isError: true });
  }

  /** Keeps hold of the tasks that run here, and lets go of what cannot be held. */
  async #beat(): Promise<void> {
    const lease = this.#lease();
    await Promise.all(
      [...this.#works.values()].map(async ({ task, call, facts: { message } }) => {
        const facts = { message, ttlMs: toTtl(task, lease.until) };
        const held = await this.#store.heartbeat(task.id, lease, facts);
        if (!held) call.cancel("The task has ended.");
      }),
    );
    await this.#store.sweep(Date.now());
  }

  #lease() {
    return { worker: this.#worker, until: Date.now() + leaseMs };
  }
}

/** How long a task is kept that was alive at this time: an end that comes late is kept longer. */
function toTtl({ createdAt, ttlMs }: Task, at: number): number {
  return Math.max(ttlMs, at - createdAt + keepMs);
}

function toEnding({ result, isError }: Outcome): Ending {
  const message = isError ? toStatusMessage(result) : undefined;
  return { status: "completed", message, result, isError };
}

function toFailure(error: unknown, explain: TasksOptions["explain"]): Ending {
  if (error instanceof CallAborted) return { status: "cancelled", message: error.message };
  const { code, message, data } = explain(error);
  return { status: "failed", message, error: JSON.stringify({ code, message, data }) };
}

function full(): ProtocolError {
  const message = "As many tasks are running or kept as there may be. Wait for one to end.";
  return new ProtocolError(errorCode.busy, message);
}

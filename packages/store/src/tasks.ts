import type { Json } from "./json.ts";

/** The states of a task; the last three are ends, and no task leaves one. */
export type TaskStatus = "working" | "input_required" | "completed" | "failed" | "cancelled";

/** What is kept of a task: its owner alone may see it. */
export interface Task {
  /** At least 128 random bits. */
  readonly id: string;
  /** The principal, and the era it speaks: what ends in one cannot be said in the other. */
  readonly owner: string;
  readonly status: TaskStatus;
  /** What it is doing, or why it ended so. */
  readonly message: string | undefined;
  /** Milliseconds of the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** How long it is kept at least, from its creation. */
  readonly ttlMs: number;
  /** What its client is asked and has not answered, by key; none is used twice. */
  readonly questions: ReadonlyMap<string, Json>;
  readonly ending: Ending | undefined;
}

/** How a task ended, with what the plain call would have been answered, as JSON. */
export type Ending = { readonly message: string | undefined } & (
  | { readonly status: "completed"; readonly result: string; readonly isError: boolean }
  | { readonly status: "failed"; readonly error: string }
  | { readonly status: "cancelled" }
);

/** Where a task is in a list. */
export type TaskPlace = Pick<Task, "id" | "createdAt">;

export type NewTask = Pick<Task, "id" | "owner" | "createdAt" | "ttlMs">;

/** A process may hold a task for so long before it has to say again that it does. */
export interface Lease {
  readonly worker: string;
  readonly until: number;
}

/** What the client said to a question, or its error. */
export type TaskAnswer = { readonly result: Json } | { readonly error: Json };

/** One who runs a task, or waits for it. */
export interface TaskWatcher {
  /** Is told of every change, by whichever process. */
  changed(task: Task): void;
  /** Is told of every answer at least once. */
  answered?(key: string, answer: TaskAnswer): void;
}

type Awaitable<T> = T | Promise<T>;

/**
 * Where tasks are kept: in memory, or in something that several processes share. Whatever changes a
 * task changes it only if it has not ended, so that its first end is the one that counts. A store that
 * is out of reach rejects what clients ask for, and `ask`. `heartbeat`, `finish`, `seen` and `sweep` do
 * not reject: nobody is there who could do anything about it.
 */
export interface TaskStore {
  /** Keeps a new task, safe before it answers; undefined where there is no room for one more. */
  create(task: NewTask): Awaitable<Task | undefined>;
  /** The task, for its owner alone. */
  find(owner: string, id: string): Awaitable<Task | undefined>;
  /** An owner's tasks in the order of their creation, those after one that may be forgotten. */
  list(owner: string, after: TaskPlace | undefined, limit: number): Awaitable<readonly Task[]>;
  /** Takes a task that no other worker holds; false where it is not to be had. */
  claim(id: string, lease: Lease): Awaitable<boolean>;
  /** Keeps the lease, says what the work is at, and how long the task is kept; false where it is lost. */
  heartbeat(
    id: string,
    lease: Lease,
    facts: { readonly message: string | undefined; readonly ttlMs: number },
  ): Awaitable<boolean>;
  /** The worker asks the client. */
  ask(id: string, worker: string, key: string, question: Json): Awaitable<void>;
  /** The client answers; keys that are not asked are ignored. */
  answer(id: string, answers: ReadonlyMap<string, TaskAnswer>): Awaitable<void>;
  /** The worker is done; false where the task has ended already, or its result finds no room. */
  finish(id: string, worker: string, ending: Ending, ttlMs: number): Awaitable<boolean>;
  /** The client wants it no more; its worker hears of it as a change. */
  cancel(id: string, message: string): Awaitable<void>;
  /** The client has seen the end, so this one goes first where room is needed. */
  seen(id: string): Awaitable<void>;
  /** Tells of a task until what it gives is called. */
  watch(id: string, watcher: TaskWatcher): () => void;
  /** Ends tasks whose worker is gone, and forgets those whose time is up. */
  sweep(now: number): Awaitable<void>;
}

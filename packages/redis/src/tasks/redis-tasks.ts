import { createHash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import {
  defaultTaskLimits,
  type Ending,
  type Json,
  type Lease,
  type NewTask,
  type Task,
  type TaskAnswer,
  type TaskLimits,
  type TaskPlace,
  type TaskStore,
  type TaskWatcher,
  workerGone,
} from "@fairlead/store";
import type { Channels } from "../connection/channels.ts";
import type { Link } from "../connection/link.ts";
import type { Script } from "../connection/script.ts";
import { readTask, type TaskRecord, writeEnding } from "./task-record.ts";
import * as scripts from "./task-scripts.ts";
import { TaskWatch } from "./task-watch.ts";

/** Maximum characters of one result: while Redis reads or writes it, all other commands wait. */
const maxResult = 4_000_000;
/** Milliseconds between two tries to keep how a task ended grow up to this. */
const mostPauseMs = 1_000;

export interface RedisTasksOptions {
  readonly link: Link;
  readonly channels: Channels;
  /** Begins the name of every key. */
  readonly prefix: string;
  readonly limits?: TaskLimits;
  /** The clock that leases and times are given by; the one of this process by default. */
  readonly now?: () => number;
}

/**
 * Tasks in Redis: any process that shares it finds, answers and cancels them, and hears of their changes.
 * One process runs a task. If it is gone, the others end the task as failed, no later than its lease.
 *
 * While Redis is out of reach, `create`, `find`, `list`, `answer` and `cancel` reject with a
 * RedisError. A worker loses nothing meanwhile: its lease counts as held, and it tries to store the end of
 * a task again until the lease is over.
 */
export class RedisTasks implements TaskStore {
  readonly #link: Link;
  readonly #channels: Channels;
  readonly #base: string;
  readonly #limits: string;
  readonly #now: (() => number) | undefined;
  readonly #watches = new Map<string, TaskWatch>();
  /** Until when this process holds its tasks, by the clock of Redis: its own may be set meanwhile. */
  readonly #leases = new Map<string, number>();

  constructor({ link, channels, prefix, limits = defaultTaskLimits, now }: RedisTasksOptions) {
    this.#link = link;
    this.#channels = channels;
    this.#base = `${prefix}:tasks`;
    this.#limits = JSON.stringify(limits);
    this.#now = now;
  }

  async create({ id, owner, createdAt, ttlMs }: NewTask): Promise<Task | undefined> {
    const bornAt = this.#toShared(createdAt);
    const facts = [id, toOwn(owner), owner, createdAt, bornAt, ttlMs, this.#limits];
    if ((await this.#run(scripts.create, ...facts)) !== 1) return undefined;
    return {
      ...{ id, owner, createdAt, updatedAt: createdAt, ttlMs, status: "working" },
      ...{ message: undefined, questions: new Map<string, never>(), ending: undefined },
    };
  }

  async find(owner: string, id: string): Promise<Task | undefined> {
    const task = await this.#read(id, this.#sharedNow());
    return task?.owner === owner ? task : undefined;
  }

  async list(owner: string, after: TaskPlace | undefined, limit: number): Promise<readonly Task[]> {
    const place = [after?.id ?? "", after?.createdAt ?? 0];
    const ids = await this.#run(scripts.list, toOwn(owner), ...place, limit, this.#sharedNow());
    if (!Array.isArray(ids)) return [];
    // The tasks are read one by one: a single reply with all results would block other commands.
    const tasks = await Promise.all(ids.map((id) => this.find(owner, String(id))));
    return tasks.filter((task) => task !== undefined);
  }

  async claim(id: string, { worker, until }: Lease): Promise<boolean> {
    const shared = this.#toShared(until);
    if ((await this.#run(scripts.claim, id, worker, shared, this.#sharedNow())) !== 1) return false;
    this.#leases.set(id, shared);
    return true;
  }

  /** Without Redis no other process can end the task, so it counts as held. */
  async heartbeat(
    id: string,
    { worker, until }: Lease,
    { message, ttlMs }: { readonly message: string | undefined; readonly ttlMs: number },
  ): Promise<boolean> {
    const said = message === undefined ? "" : `=${message}`;
    const shared = this.#toShared(until);
    const times = [shared, this.#sharedNow(), ttlMs];
    try {
      const held = (await this.#run(scripts.heartbeat, id, worker, ...times, said)) === 1;
      if (held) this.#leases.set(id, shared);
      return held;
    } catch {
      return true;
    }
  }

  async ask(id: string, worker: string, key: string, question: Json): Promise<void> {
    const json = JSON.stringify(question);
    await this.#insist(id, () => this.#run(scripts.ask, id, worker, key, json, this.#sharedNow()));
  }

  async answer(id: string, answers: ReadonlyMap<string, TaskAnswer>): Promise<void> {
    const given = [...answers].flatMap(([key, answer]) => [key, JSON.stringify(answer)]);
    await this.#run(scripts.answer, id, this.#sharedNow(), ...given);
  }

  async finish(id: string, worker: string, ending: Ending, ttlMs: number): Promise<boolean> {
    const size = ending.status === "completed" ? ending.result.length : 0;
    if (size > maxResult) return false;
    const facts = [ttlMs, size, this.#limits, ...writeEnding(ending)];
    const keep = () => this.#run(scripts.finish, id, worker, this.#sharedNow(), ...facts);
    const kept = await this.#insist(id, keep).catch(() => 0);
    if (kept === 1) this.#leases.delete(id);
    return kept === 1;
  }

  async cancel(id: string, message: string): Promise<void> {
    const said = writeEnding({ status: "cancelled", message });
    await this.#run(scripts.cancel, id, this.#sharedNow(), ...said);
  }

  /** Never rejects: a task that is not marked as seen is only forgotten a little later. */
  async seen(id: string): Promise<void> {
    await this.#run(scripts.seen, id).catch(() => undefined);
  }

  watch(id: string, watcher: TaskWatcher): () => void {
    const channel = `${this.#base}:c:${id}`;
    let watch = this.#watches.get(id);
    if (watch === undefined) {
      watch = new TaskWatch(id, {
        // A watcher hears of an end though its time is up.
        read: () => this.#read(id, 0),
        left: (left) => {
          this.#channels.leave(channel, left);
          if (this.#watches.get(id) === left) this.#watches.delete(id);
        },
      });
      this.#watches.set(id, watch);
    }
    return watch.add(watcher, this.#channels.join(channel, watch));
  }

  /** Never rejects: another process may sweep, or this one when Redis is back. */
  async sweep(now: number): Promise<void> {
    const at = this.#toShared(now);
    await this.#run(scripts.sweep, at, ...writeEnding(workerGone)).catch(() => undefined);
    for (const [id, until] of this.#leases) if (until < at) this.#leases.delete(id);
  }

  async #read(id: string, now: number): Promise<TaskRecord | undefined> {
    return readTask(await this.#run(scripts.read, id, now));
  }

  #run(script: Script, ...words: readonly (string | number)[]): Promise<unknown> {
    return this.#link.run(script, this.#base, ...words);
  }

  /** Tries until it succeeds. Rejects if the lease of the task ends before that. */
  async #insist(id: string, work: () => Promise<unknown>): Promise<unknown> {
    const until = this.#leases.get(id) ?? 0;
    for (let pauseMs = 100; ; pauseMs = Math.min(2 * pauseMs, mostPauseMs)) {
      try {
        return await work();
      } catch (error) {
        if (this.#sharedNow() + pauseMs > until) throw error;
        await wait(pauseMs);
      }
    }
  }

  #ownNow(): number {
    return this.#now?.() ?? Date.now();
  }

  #sharedNow(): number {
    return this.#now?.() ?? this.#link.now();
  }

  /** A time of this process by the clock of Redis, which all processes share. */
  #toShared(time: number): number {
    return time + this.#sharedNow() - this.#ownNow();
  }
}

/** An owner in the name of a key. */
function toOwn(owner: string): string {
  return createHash("sha256").update(owner).digest("base64url");
}

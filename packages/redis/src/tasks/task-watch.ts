import { type Task, type TaskWatcher, toLost } from "@fairlead/store";
import type { Ear } from "../connection/channels.ts";
import type { TaskRecord } from "./task-record.ts";

/** Milliseconds until a task is read again that could not be read. */
const retryMs = 1_000;

/** What a watched task needs of its store. */
export interface WatchHost {
  read(id: string): Promise<TaskRecord | undefined>;
  /** Is called when the last watcher has gone. */
  left(watch: TaskWatch): void;
}

/** What one watcher knows already. */
interface Known {
  readonly watcher: TaskWatcher;
  version: number;
  readonly answered: Set<string>;
}

/**
 * A task that this process watches. A message of the channel only says that something changed, and the
 * task is read then. So a lost message costs time, but no state.
 */
export class TaskWatch implements Ear {
  readonly id: string;
  readonly #host: WatchHost;
  readonly #watchers = new Set<Known>();
  #last: TaskRecord | undefined;
  #reading = false;
  #stale = false;

  constructor(id: string, host: WatchHost) {
    this.id = id;
    this.#host = host;
  }

  /** Tells it of each change from version 1 on; `ready` is when the channel is heard. */
  add(watcher: TaskWatcher, ready: Promise<void>): () => void {
    const known: Known = { watcher, version: 1, answered: new Set() };
    this.#watchers.add(known);
    // It may have changed since it was last looked at.
    void ready.then(() => this.hear());
    return () => {
      if (this.#watchers.delete(known) && this.#watchers.size === 0) this.#host.left(this);
    };
  }

  hear(): void {
    this.#stale = true;
    if (!this.#reading) void this.#read();
  }

  missed(): void {
    this.hear();
  }

  async #read(): Promise<void> {
    this.#reading = true;
    try {
      while (this.#stale && this.#watchers.size > 0) {
        this.#stale = false;
        this.#tell((await this.#host.read(this.id)) ?? this.#lose());
      }
    } catch {
      setTimeout(() => this.hear(), retryMs).unref();
    } finally {
      this.#reading = false;
    }
  }

  #tell(task: TaskRecord): void {
    this.#last = task;
    for (const known of [...this.#watchers]) {
      if (!this.#watchers.has(known) || known.version >= task.version) continue;
      known.version = task.version;
      for (const [key, answer] of task.answers) {
        if (known.answered.has(key)) continue;
        known.answered.add(key);
        known.watcher.answered?.(key, answer);
      }
      known.watcher.changed(task);
    }
    if (task.ending === undefined || this.#watchers.size === 0) return;
    this.#watchers.clear();
    this.#host.left(this);
  }

  /** Ends the watch of a task that Redis does not have any more, so that no client waits for it. */
  #lose(): TaskRecord {
    const ending = toLost("This task was lost. Start it again.");
    const { status, message } = ending;
    const { createdAt = Date.now(), ttlMs = 0, owner = "", version = 1 } = this.#last ?? {};
    return {
      ...{ id: this.id, owner, createdAt, updatedAt: Date.now(), ttlMs },
      ...{ status, message, ending, version: version + 1 },
      ...{ questions: new Map<string, never>(), answers: new Map<string, never>() },
    } satisfies Task & TaskRecord;
  }
}

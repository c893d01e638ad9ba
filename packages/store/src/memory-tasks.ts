import type { Json } from "./json.ts";
import { defaultTaskLimits, type Limit, type TaskLimits, workerGone } from "./task-limits.ts";
import type {
  Ending,
  Lease,
  NewTask,
  Task,
  TaskAnswer,
  TaskPlace,
  TaskStore,
  TaskWatcher,
} from "./tasks.ts";

/** What one owner has, or all of them together. */
interface Use {
  tasks: number;
  running: number;
  characters: number;
}

const keys = ["tasks", "running", "characters"] as const;

class Kept implements Task {
  readonly id: string;
  readonly owner: string;
  readonly createdAt: number;
  /** When it was created, by a clock that nobody sets. */
  readonly bornAt: number;
  updatedAt: number;
  ttlMs: number;
  message: string | undefined;
  questions = new Map<string, Json>();
  ending: Ending | undefined;
  lease: Lease | undefined;
  readonly watchers = new Set<TaskWatcher>();

  constructor({ id, owner, createdAt, ttlMs }: NewTask, bornAt: number) {
    this.id = id;
    this.owner = owner;
    this.createdAt = createdAt;
    this.bornAt = bornAt;
    this.updatedAt = createdAt;
    this.ttlMs = ttlMs;
  }

  get status(): Task["status"] {
    return this.ending?.status ?? (this.questions.size > 0 ? "input_required" : "working");
  }

  get size(): number {
    const { ending } = this;
    return ending?.status === "completed" ? ending.result.length : 0;
  }

  changed(at: number): void {
    this.updatedAt = at;
    for (const watcher of [...this.watchers]) watcher.changed(this);
  }
}

/** Tasks of one process, which are gone with it. */
export class MemoryTaskStore implements TaskStore {
  readonly #limits: TaskLimits;
  readonly #now: () => number;
  /** Passes as time does, though the machine's clock is set. */
  readonly #steady: () => number;
  /** In the order of their creation. */
  readonly #tasks = new Map<string, Kept>();
  /** Those whose end has been seen, in the order of that. */
  readonly #seen = new Map<string, Kept>();
  readonly #owners = new Map<string, Use>();
  readonly #all: Use = { tasks: 0, running: 0, characters: 0 };

  constructor(limits: TaskLimits = defaultTaskLimits, now?: () => number) {
    this.#limits = limits;
    this.#now = now ?? Date.now;
    this.#steady = now ?? (() => performance.now());
  }

  create(task: NewTask): Task | undefined {
    const { owner } = task;
    // No end that is forgotten makes one of these fewer.
    if (!this.#fits(this.#owners.get(owner), { running: 1 }, "each")) return undefined;
    if (!this.#fits(this.#all, { running: 1 }, "all")) return undefined;
    if (!this.#makeRoom(owner, { tasks: 1 })) return undefined;
    const kept = new Kept(task, this.#toSteady(task.createdAt));
    this.#tasks.set(task.id, kept);
    this.#count(owner, { tasks: 1, running: 1 });
    return kept;
  }

  find(owner: string, id: string): Task | undefined {
    const task = this.#tasks.get(id);
    return task?.owner === owner && !this.#isOver(task, this.#steady()) ? task : undefined;
  }

  list(owner: string, after: TaskPlace | undefined, limit: number): readonly Task[] {
    const now = this.#steady();
    const own = [...this.#tasks.values()].filter(
      (task) => task.owner === owner && !this.#isOver(task, now),
    );
    if (after === undefined) return own.slice(0, limit);
    const index = own.findIndex(({ id }) => id === after.id);
    const later = ({ createdAt }: Task) => createdAt > after.createdAt;
    return (index < 0 ? own.filter(later) : own.slice(index + 1)).slice(0, limit);
  }

  claim(id: string, lease: Lease): boolean {
    const task = this.#open(id);
    if (task === undefined) return false;
    if (task.lease !== undefined && task.lease.worker !== lease.worker) return false;
    task.lease = { ...lease, until: this.#toSteady(lease.until) };
    return true;
  }

  heartbeat(
    id: string,
    lease: Lease,
    { message, ttlMs }: { readonly message: string | undefined; readonly ttlMs: number },
  ): boolean {
    const task = this.#open(id, lease.worker);
    if (task === undefined) return false;
    task.lease = { ...lease, until: this.#toSteady(lease.until) };
    task.ttlMs = ttlMs;
    if (message === task.message) return true;
    task.message = message;
    task.changed(this.#now());
    return true;
  }

  ask(id: string, worker: string, key: string, question: Json): void {
    const task = this.#open(id, worker);
    if (task === undefined) return;
    task.questions.set(key, question);
    task.changed(this.#now());
  }

  answer(id: string, answers: ReadonlyMap<string, TaskAnswer>): void {
    const task = this.#open(id);
    const given = [...answers].filter(([key]) => task?.questions.delete(key));
    if (task === undefined || given.length === 0) return;
    for (const [key, answer] of given) {
      for (const watcher of [...task.watchers]) watcher.answered?.(key, answer);
    }
    task.changed(this.#now());
  }

  finish(id: string, worker: string, ending: Ending, ttlMs: number): boolean {
    const task = this.#open(id, worker);
    if (task === undefined) return false;
    const characters = ending.status === "completed" ? ending.result.length : 0;
    if (!this.#makeRoom(task.owner, { characters })) return false;
    task.ttlMs = ttlMs;
    this.#end(task, ending);
    return true;
  }

  cancel(id: string, message: string): void {
    const task = this.#open(id);
    if (task !== undefined) this.#end(task, { status: "cancelled", message });
  }

  seen(id: string): void {
    const task = this.#tasks.get(id);
    if (task?.ending !== undefined) this.#seen.set(id, task);
  }

  watch(id: string, watcher: TaskWatcher): () => void {
    const watchers = this.#tasks.get(id)?.watchers;
    watchers?.add(watcher);
    return () => void watchers?.delete(watcher);
  }

  sweep(time: number): void {
    const now = this.#toSteady(time);
    for (const task of this.#tasks.values()) {
      if (this.#isOver(task, now)) this.#forget(task);
      else if (task.ending === undefined && (task.lease?.until ?? now) < now) {
        this.#end(task, workerGone);
      }
    }
  }

  /** A task that can still change; with a worker, only for the one that holds it. */
  #open(id: string, worker?: string): Kept | undefined {
    const task = this.#tasks.get(id);
    if (task === undefined || task.ending !== undefined) return undefined;
    return worker === undefined || task.lease?.worker === worker ? task : undefined;
  }

  #isOver({ ending, bornAt, ttlMs }: Kept, now: number): boolean {
    return ending !== undefined && bornAt + ttlMs < now;
  }

  #toSteady(time: number): number {
    return time - this.#now() + this.#steady();
  }

  #end(task: Kept, ending: Ending): void {
    task.ending = ending;
    task.message = ending.message;
    task.questions.clear();
    this.#count(task.owner, { running: -1, characters: task.size });
    task.changed(this.#now());
    task.watchers.clear();
  }

  #forget(task: Kept): void {
    this.#tasks.delete(task.id);
    this.#seen.delete(task.id);
    this.#count(task.owner, { tasks: -1, characters: -task.size });
  }

  #count(owner: string, by: Partial<Use>): void {
    const use = this.#owners.get(owner) ?? { tasks: 0, running: 0, characters: 0 };
    this.#owners.set(owner, use);
    for (const key of keys) {
      use[key] += by[key] ?? 0;
      this.#all[key] += by[key] ?? 0;
    }
    if (use.tasks === 0) this.#owners.delete(owner);
  }

  /** Whether so much more fits, once ends that were seen are forgotten, as many as it takes. */
  #makeRoom(owner: string, more: Partial<Use>): boolean {
    const own = () => this.#fits(this.#owners.get(owner), more, "each");
    const all = () => this.#fits(this.#all, more, "all");
    for (const task of this.#seen.values()) {
      if (own() && all()) return true;
      if (task.owner === owner || own()) this.#forget(task);
    }
    return own() && all();
  }

  #fits(use: Readonly<Use> | undefined, more: Partial<Use>, whose: keyof Limit): boolean {
    return keys.every((key) => (use?.[key] ?? 0) + (more[key] ?? 0) <= this.#limits[key][whose]);
  }
}

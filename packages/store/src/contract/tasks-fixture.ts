import type { TaskLimits } from "../task-limits.ts";
import type { Task, TaskStore } from "../tasks.ts";

/** Opens a store that keeps so much and goes by this clock, in milliseconds. */
export type OpenTasks = (
  limits: TaskLimits,
  clock: { readonly now: number },
) => TaskStore | Promise<TaskStore>;

export const minute = 60_000;
const begin = Date.parse("2026-11-30T12:00:00Z");
/** The worker that runs every task here. */
export const lease = { worker: "w", until: begin + 10 * minute };

/** How a task ends that goes well. */
export function done(result = "{}") {
  return { status: "completed", message: undefined, result, isError: false } as const;
}

/** A store with a clock that stands still, and short ways to say the usual. */
export async function openTasks(open: OpenTasks, limits: Partial<TaskLimits> = {}) {
  const clock = { now: begin };
  const most = { all: 10, each: 3 };
  const all = { tasks: most, running: most, characters: { all: 100, each: 40 }, ...limits };
  const store = await open(all, clock);
  return {
    clock,
    store,
    async create(id: string, owner = "ada"): Promise<boolean> {
      const task = await store.create({ id, owner, createdAt: clock.now, ttlMs: minute });
      if (task !== undefined) await store.claim(id, lease);
      return task !== undefined;
    },
    finish: async (id: string, result?: string) => store.finish(id, "w", done(result), minute),
    /** Writes down each state of a task that is told. */
    record(id: string): Task[] {
      const told: Task[] = [];
      store.watch(id, { changed: (task) => void told.push({ ...toFacts(task) }) });
      return told;
    },
  };
}

/** What a task is now: an adapter may change the object it gave. */
export function toFacts(task: Task): Task {
  const { id, owner, status, message, createdAt, updatedAt, ttlMs, ending } = task;
  const questions = new Map(task.questions);
  return { id, owner, status, message, createdAt, updatedAt, ttlMs, ending, questions };
}

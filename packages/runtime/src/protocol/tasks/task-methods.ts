import type { Task, TaskAnswer, TaskStore } from "@fairlead/store";
import type { Call } from "../../call/call.ts";
import { createCursors } from "../../call/cursors.ts";
import type { Request } from "../envelope.ts";
import { invalidParams, isJson } from "../json-rpc.ts";
import type { Catalog } from "../server/catalog.ts";
import type { TaskQuestions } from "./task-questions.ts";
import { toDetails, toLegacyResult, toLegacyTask, toOwner } from "./wire.ts";

const pageSize = 100;

/** Answers what clients ask about tasks, in the extension of 2026-07-28 and the core of 2025-11-25. */
export class TaskMethods {
  readonly #store: TaskStore;
  readonly #catalog: Catalog;
  readonly #cursors = createCursors();
  readonly #questions: TaskQuestions;

  constructor(store: TaskStore, catalog: Catalog, questions: TaskQuestions) {
    this.#store = store;
    this.#questions = questions;
    this.#catalog = catalog;
  }

  async answer(request: Request, call: Call): Promise<string> {
    const { method, era, modern } = request;
    if (method === "tasks/list") return this.#list(request);
    const task = await this.#find(request);
    if (method === "tasks/result") return this.#result(task, request, call);
    if (method === "tasks/update") await this.#update(task, request);
    if (method === "tasks/cancel") return this.#cancel(task, request);
    if (method !== "tasks/get") return this.#catalog.result(era, "");
    if (!modern) return JSON.stringify(toLegacyTask(task));
    if (task.ending !== undefined) await this.#store.seen(task.id);
    return this.#catalog.result(era, toDetails(task));
  }

  /** The task that a request names; one of another principal is as unknown as one that never was. */
  async #find(request: Request): Promise<Task> {
    const { taskId } = request.params;
    if (typeof taskId !== "string") throw invalidParams("taskId is required (string).");
    const task = await this.#store.find(toOwner(request), taskId);
    if (task === undefined) {
      throw invalidParams("There is no such task. It may have expired: start it again.");
    }
    return task;
  }

  async #list(request: Request): Promise<string> {
    const owner = toOwner(request);
    const { cursor } = request;
    const read = typeof cursor === "string" ? this.#cursors.read(owner, cursor) : undefined;
    if (cursor !== undefined && read === undefined) {
      throw invalidParams("cursor is not one of this list. Leave it out to start over.");
    }
    const [id, createdAt] = Array.isArray(read?.position) ? read.position : [];
    const after = read && { id: String(id), createdAt: Number(createdAt) };
    const found = await this.#store.list(owner, after, pageSize + 1);
    const tasks = found.slice(0, pageSize);
    const last = found.length > pageSize ? tasks.at(-1) : undefined;
    const nextCursor = last && this.#cursors.sign(owner, [last.id, last.createdAt]);
    return JSON.stringify({ tasks: tasks.map(toLegacyTask), nextCursor });
  }

  async #update({ id, questions }: Task, { params }: Request): Promise<void> {
    const { inputResponses } = params;
    if (!isJson(inputResponses)) throw invalidParams("inputResponses is required (object).");
    const answers = new Map<string, TaskAnswer>();
    for (const [key, result] of Object.entries(inputResponses)) {
      if (!questions.has(key)) continue;
      if (!isJson(result)) throw invalidParams(`inputResponses.${key} must be an object.`);
      answers.set(key, { result });
    }
    await this.#store.answer(id, answers);
  }

  async #cancel({ id, ending, status }: Task, request: Request): Promise<string> {
    if (!request.modern && ending !== undefined) {
      throw invalidParams(`The task cannot be cancelled: it is ${status} already.`);
    }
    await this.#store.cancel(id, "The client cancelled the task.");
    return request.modern
      ? this.#catalog.result("modern", "")
      : JSON.stringify(toLegacyTask(await this.#find(request)));
  }

  /** Waits for the end of a task, and puts its questions to the client meanwhile. */
  async #result(task: Task, request: Request, { signal }: Call): Promise<string> {
    signal.throwIfAborted();
    // Not AbortSignal.any: what that makes outlives the request.
    const over = new AbortController();
    const { promise, resolve, reject } = Promise.withResolvers<Task>();
    signal.addEventListener("abort", () => reject(signal.reason));
    const changed = (now: Task) => {
      if (now.ending !== undefined) resolve(now);
      else this.#questions.put(now, request.ask, over.signal);
    };
    const unwatch = this.#store.watch(task.id, { changed });
    try {
      changed(task);
      const ended = await promise;
      await this.#store.seen(task.id);
      return toLegacyResult(ended);
    } finally {
      unwatch();
      over.abort(new Error("The request that asked this has ended."));
    }
  }
}

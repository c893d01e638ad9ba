import type { Task, TaskAnswer, TaskStore } from "@fairlead/store";
import type { Request } from "../envelope.ts";
import { isJson, type Json } from "../json-rpc.ts";
import { PeerError } from "../questions.ts";
import { relate } from "./wire.ts";

/** Puts the questions of tasks to clients of 2025-11-25, each to one at a time. */
export class TaskQuestions {
  readonly #store: TaskStore;
  /** What a client has before it, by task and key. */
  readonly #asking = new Set<string>();

  constructor(store: TaskStore) {
    this.#store = store;
  }

  /** Asks what is open and not asked yet; what is taken back by the signal stays open. */
  put({ id, questions }: Task, ask: Request["ask"], signal: AbortSignal): void {
    if (ask === undefined) return;
    for (const [key, question] of questions) {
      const name = `${id} ${key}`;
      if (this.#asking.has(name)) continue;
      this.#asking.add(name);
      void this.#ask(id, question, (asked) => ask({ ...asked, signal })).then(async (answer) => {
        this.#asking.delete(name);
        if (answer !== undefined) await this.#store.answer(id, new Map([[key, answer]]));
      });
    }
  }

  async #ask(
    id: string,
    { method, params }: Json,
    ask: (question: { readonly method: string; readonly params: Json }) => Promise<Json>,
  ): Promise<TaskAnswer | undefined> {
    const related = { ...(isJson(params) && params), _meta: relate(id) };
    try {
      return { result: await ask({ method: String(method), params: related }) };
    } catch (error) {
      if (!(error instanceof PeerError)) return undefined;
      const { code, message, data } = error;
      return { error: { code, message, data } };
    }
  }
}

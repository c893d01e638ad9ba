import type { Asker, Question } from "../../call/asker.ts";
import type { Json } from "../json-rpc.ts";
import { PeerError } from "../questions.ts";
import type { TaskAnswer } from "./store.ts";

/** Questions of one task, all the time it runs. */
const maxQuestions = 100;

/**
 * How a call asks that may become a task: before it is one, as any call does; from then on the
 * question is kept with the task, and the run waits for the answer where it is.
 */
export class TaskAsker implements Asker {
  readonly #inner: Asker;
  readonly #keep: () => ((key: string, question: Question) => Promise<void>) | undefined;
  readonly #waiting = new Map<string, PromiseWithResolvers<Json>>();
  #asked = 0;

  /** `keep` gives nothing as long as the call is no task. */
  constructor(
    inner: Asker,
    keep: () => ((key: string, question: Question) => Promise<void>) | undefined,
  ) {
    this.#inner = inner;
    this.#keep = keep;
  }

  can(kind: Parameters<Asker["can"]>[0]): boolean {
    return this.#inner.can(kind);
  }

  async ask(question: Question): Promise<Json> {
    const keep = this.#keep();
    if (keep === undefined) return this.#inner.ask(question);
    this.#asked += 1;
    if (this.#asked > maxQuestions) throw new Error(`A task asks ${maxQuestions} times at most.`);
    // Numbered, since no key of a task may come twice.
    const key = `${question.method}-${this.#asked}`;
    const waiting = Promise.withResolvers<Json>();
    this.#waiting.set(key, waiting);
    await keep(key, question);
    return waiting.promise;
  }

  once<T>(name: string, work: () => T | Promise<T>): Promise<T> {
    return this.#inner.once(name, work);
  }

  /** Takes an answer; a second to the same question is none. */
  settle(key: string, answer: TaskAnswer): void {
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    if (waiting === undefined) return;
    if ("result" in answer) return waiting.resolve(answer.result);
    const { code, message, data } = answer.error;
    waiting.reject(new PeerError(Number(code), String(message), data));
  }
}

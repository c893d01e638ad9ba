import type { AskKind } from "@fairlead/define";
import type { TaskAnswer } from "@fairlead/store";
import { canAsk } from "../../call/ask/kinds.ts";
import type { Asker, Question } from "../../call/asker.ts";
import type { Json } from "../json-rpc.ts";
import { PeerError } from "../questions.ts";
import { toRefusal } from "../rounds/live.ts";
import type { TaskFacts } from "./task-facts.ts";

/** Questions of one task, all the time it runs. */
const maxQuestions = 100;

interface Waiting {
  readonly method: string;
  resolve(result: Json): void;
  reject(error: Error): void;
}

/** Keeps a question with the task that asks it. */
export type KeepQuestion = (id: string, key: string, question: Question) => Promise<void>;

/**
 * How a call asks that may become a task: before it is one, as any call does; from then on the
 * question is kept with the task, and the run waits for its answer where it is.
 */
export class TaskAsker implements Asker {
  readonly #facts: TaskFacts;
  readonly #inner: Promise<Asker>;
  readonly #keep: KeepQuestion;
  readonly #waiting = new Map<string, Waiting>();
  #asked = 0;
  #ending = false;

  constructor(facts: TaskFacts, inner: Promise<Asker>, keep: KeepQuestion) {
    this.#facts = facts;
    this.#inner = inner;
    this.#keep = keep;
  }

  /** The call is about to end with a question, so it becomes no task any more. */
  get ending(): boolean {
    return this.#ending;
  }

  can(kind: AskKind): boolean {
    return canAsk(this.#facts, kind);
  }

  async ask(question: Question): Promise<Json> {
    const inner = await this.#inner;
    const before = inner.recall?.(question);
    if (before !== undefined) return before;
    const { becoming } = this.#facts;
    const task = becoming && (await becoming);
    if (task === undefined) {
      this.#ending = true;
      return inner.ask(question);
    }
    this.#asked += 1;
    if (this.#asked > maxQuestions) throw new Error(`A task asks ${maxQuestions} times at most.`);
    const { method, name = "question" } = question;
    // Numbered, since no key of a task may come twice.
    const key = `${name}-${this.#asked}`;
    const { promise, resolve, reject } = Promise.withResolvers<Json>();
    this.#waiting.set(key, { method, resolve, reject });
    await this.#keep(task.id, key, question);
    return promise;
  }

  async once<T>(name: string, work: () => T | Promise<T>): Promise<T> {
    return (await this.#inner).once(name, work);
  }

  /** Takes an answer; a second to the same question is none. */
  settle(key: string, answer: TaskAnswer): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    this.#waiting.delete(key);
    if ("result" in answer) return waiting.resolve(answer.result);
    const { code, message } = answer.error;
    waiting.reject(toRefusal(waiting.method, new PeerError(Number(code), String(message))));
  }
}

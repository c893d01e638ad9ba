import type { Seal } from "@fairlead/guard/seal";
import type { StateStore } from "@fairlead/store";
import { canAsk } from "../../call/ask/kinds.ts";
import type { Asker, Question } from "../../call/asker.ts";
import { type Call, type CallFacts, waits } from "../../call/call.ts";
import { isPromise } from "../../call/promise.ts";
import { invalidParams, isJson, type Json, type ProtocolError } from "../json-rpc.ts";
import { fromKept, toKept } from "./kept.ts";

/** Milliseconds that a person may take for the questions of one round. */
const lifeMs = 600_000;

export interface RoundOptions {
  readonly seal: Seal;
  readonly states: StateStore;
  /** The server's name: others may have the same keys. */
  readonly server: string;
  /** Whether the call changes nothing, so that its answers may be given again. */
  readonly reads: boolean;
}

/** What a call knows from its earlier rounds. */
interface State {
  readonly expiresAt: number;
  /** The names of the questions that were put last. */
  readonly asked: readonly string[];
  readonly answers: Readonly<Record<string, Json>>;
  /** What was done once, each as JSON text. */
  readonly done: Readonly<Record<string, string>>;
}

const fresh: Pick<State, "asked" | "answers" | "done"> = { asked: [], answers: {}, done: {} };

/**
 * Asks a client of 2026-07-28: the call ends with its questions, and the client sends it again with the
 * answers and with all that the call knew, sealed (basic/patterns/mrtr). Throws ProtocolError for a retry
 * whose state is not of this call, of this caller, or not to be used any more.
 */
export function createRoundAsker(
  call: Call,
  facts: CallFacts,
  options: RoundOptions,
): Asker | Promise<Asker> {
  const { requestState, inputResponses } = facts.params;
  const purpose = toPurpose(facts, options.server);
  const given = readResponses(inputResponses);
  const seal = (state: Omit<State, "expiresAt">) =>
    options.seal.seal(JSON.stringify({ ...state, expiresAt: Date.now() + lifeMs }), purpose);
  const create = ({ asked, answers, done }: typeof fresh) => {
    for (const name of given.keys()) {
      // What changes something is done for answers to what was asked, and once: never for bare answers.
      if (!options.reads && !asked.includes(name)) given.delete(name);
    }
    for (const [name, answer] of Object.entries(answers)) given.set(name, answer);
    const known = { answers: given, done: new Map(Object.entries(done)) };
    return new RoundAsker(call, facts, known, seal);
  };
  if (requestState === undefined) return create(fresh);
  const state = openState(requestState, purpose, facts, options);
  return isPromise(state) ? state.then(create) : create(state);
}

interface Known {
  readonly answers: ReadonlyMap<string, Json>;
  readonly done: Map<string, string>;
}

class RoundAsker implements Asker {
  readonly #call: Call;
  readonly #facts: CallFacts;
  readonly #known: Known;
  readonly #seal: (state: Omit<State, "expiresAt">) => string;
  /** Names that this run has used. */
  readonly #used = new Set<string>();
  readonly #answered = new Map<string, Json>();
  readonly #open = new Map<string, { readonly method: string; readonly params: Json }>();
  readonly #running = new Set<Promise<unknown>>();
  #waiting: Promise<never> | undefined;
  #over = false;

  constructor(
    call: Call,
    facts: CallFacts,
    known: Known,
    seal: (state: Omit<State, "expiresAt">) => string,
  ) {
    this.#call = call;
    this.#facts = facts;
    this.#known = known;
    this.#seal = seal;
  }

  can(kind: Parameters<Asker["can"]>[0]): boolean {
    return canAsk(this.#facts, kind);
  }

  recall(question: Question): Json | undefined {
    const key = this.#toKey(question);
    const answer = this.#known.answers.get(key);
    if (answer === undefined) return undefined;
    this.#use(key);
    this.#answered.set(key, answer);
    return answer;
  }

  ask(question: Question): Promise<Json> {
    const answer = this.recall(question);
    if (answer !== undefined) return Promise.resolve(answer);
    const { method, params } = question;
    const key = this.#toKey(question);
    this.#use(key);
    this.#open.set(key, { method, params });
    if (this.#waiting !== undefined) return this.#waiting;
    const { promise, reject } = Promise.withResolvers<never>();
    this.#waiting = promise;
    // Each question waits for it, and so it is handled even where a run has forgotten its own.
    promise.catch(() => {});
    // What else is asked in this turn is asked along with it.
    setImmediate(() => this.#end(reject));
    return promise;
  }

  async once<T>(name: string, work: () => T | Promise<T>): Promise<T> {
    this.#use(`once ${name}`);
    const before = this.#known.done.get(name);
    if (before !== undefined) return fromKept<T>(before);
    const doing = toKept(work).then(({ json, value }) => {
      this.#known.done.set(name, json);
      return value;
    });
    this.#running.add(doing);
    return doing.finally(() => this.#running.delete(doing));
  }

  #toKey({ method, name }: Question): string {
    return name ?? `${method.split("/", 1)[0]}-${this.#answered.size + this.#open.size + 1}`;
  }

  #use(name: string): void {
    if (this.#over) throw waits;
    if (this.#used.has(name)) throw new TypeError(`"${name}" is used twice in one call.`);
    this.#used.add(name);
  }

  #end(reject: (reason: Error) => void): void {
    this.#over = true;
    this.#call.suspend(this.#running.size > 0 ? this.#finish() : this.#toMembers());
    reject(waits);
  }

  /** What has begun is finished and kept: it would be done again otherwise. */
  async #finish(): Promise<string> {
    while (this.#running.size > 0) await Promise.allSettled([...this.#running]);
    return this.#toMembers();
  }

  #toMembers(): string {
    const state = this.#seal({
      asked: [...this.#open.keys()],
      answers: Object.fromEntries(this.#answered),
      done: Object.fromEntries(this.#known.done),
    });
    const questions = JSON.stringify(Object.fromEntries(this.#open));
    return `"inputRequests":${questions},"requestState":"${state}"`;
  }
}

/** The client's answers; throws ProtocolError for what cannot be any. */
function readResponses(given: unknown): Map<string, Json> {
  const answers = new Map<string, Json>();
  if (given === undefined) return answers;
  if (!isJson(given)) throw invalidParams("inputResponses must be an object of results by name.");
  for (const [name, answer] of Object.entries(given)) {
    if (!isJson(answer)) throw invalidParams(`inputResponses.${name} must be a result (object).`);
    answers.set(name, answer);
  }
  return answers;
}

/** A stranger's, an old, a used and a broken state are answered alike: nobody learns which it was. */
function openState(
  given: unknown,
  purpose: string,
  { principal }: CallFacts,
  { seal, states, reads }: RoundOptions,
): State | Promise<State> {
  const opened = typeof given === "string" ? seal.open(given, purpose) : undefined;
  if (opened === undefined) throw refused();
  const state: State = JSON.parse(opened.text);
  if (state.expiresAt <= Date.now()) throw refused();
  const taken = reads || states.take(opened.nonce, state.expiresAt, principal.id);
  return isPromise(taken) ? taken.then(orRefuse) : orRefuse(taken);

  function orRefuse(isFirst: unknown): State {
    if (isFirst === true) return state;
    throw refused();
  }
}

function refused(): ProtocolError {
  return invalidParams(
    "requestState is not valid for this request, or not any more. Send the request again without requestState and inputResponses.",
  );
}

/** What a state is good for: this caller, this server, this request. */
function toPurpose({ principal, method, params }: CallFacts, server: string): string {
  const name = params["name"] ?? params["uri"];
  // No digest: what a state is sealed for is authenticated whole, and not sent.
  return JSON.stringify([
    server,
    principal.id,
    method,
    name,
    toCanonical(params["arguments"] ?? {}),
  ]);
}

/** Equal values in one form, whatever the order of their keys. */
function toCanonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toCanonical);
  if (!isJson(value)) return value;
  const keys = Object.keys(value).sort();
  return { members: keys.map((key) => [key, toCanonical(value[key])]) };
}

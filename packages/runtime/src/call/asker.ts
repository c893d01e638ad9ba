import type { AskKind } from "@fairlead/define";

/** A request of ours to the client: `elicitation/create`, `sampling/createMessage` or `roots/list`. */
export interface Question {
  readonly method: string;
  readonly params: { readonly [key: string]: unknown };
  /** What the author calls it; it is numbered otherwise. No two of a call share one. */
  readonly name?: string | undefined;
}

/** How one call asks the client, whatever its revision. */
export interface Asker {
  /** Whether the client said that it can be asked this. */
  can(kind: AskKind): boolean;
  /**
   * The client's result. In 2026-07-28 asking ends the run the first time, and the next run gets the
   * answer here.
   */
  ask(question: Question): Promise<{ readonly [key: string]: unknown }>;
  /** The answer to a question that an earlier round of this call brought, if one did. */
  recall?(question: Question): { readonly [key: string]: unknown } | undefined;
  /** Tells the client that the person is done at the address that they were asked to open, where it wants that. */
  tellDone?(name: string): void;
  /** Does work once, however often `run` is entered again; its result is kept with the answers. */
  once<T>(name: string, work: () => T | Promise<T>): Promise<T>;
}

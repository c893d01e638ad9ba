import { Worker } from "node:worker_threads";
import { FileError } from "./errors.ts";

/** Questions a pattern from outside can make arbitrarily slow, so they are asked in a worker. */
export type Question =
  | {
      readonly kind: "paths";
      /** Groups of globs: a path is in a group if any of its globs matches. */
      readonly groups: readonly (readonly string[])[];
      readonly paths: readonly string[];
    }
  | {
      readonly kind: "lines";
      readonly source: string;
      readonly flags: string;
      readonly text: string;
    };

/** Where in a text a line matches: the line from 0, and the column of the match. */
export interface Hit {
  readonly line: number;
  readonly column: number;
}

export type Answer =
  | { readonly kind: "paths"; readonly groups: readonly (readonly boolean[])[] }
  | { readonly kind: "lines"; readonly hits: readonly Hit[] }
  | { readonly kind: "error"; readonly message: string };

const tooSlow = "It may backtrack without end; write it without nested repetition.";

/** Matches globs and regular expressions in a thread that is ended when one takes too long. */
export class PatternMatcher {
  readonly #deadline: number;
  #worker: Worker | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** `deadline` is in milliseconds and holds for one question. */
  constructor(deadline = 2000) {
    this.#deadline = deadline;
  }

  /** For each group of globs, which of the paths it matches. */
  async matchPaths(
    groups: readonly (readonly string[])[],
    paths: readonly string[],
  ): Promise<readonly (readonly boolean[])[]> {
    if (paths.length === 0 || groups.every((globs) => globs.length === 0)) {
      return groups.map(() => paths.map(() => false));
    }
    const answer = await this.#ask({ kind: "paths", groups, paths });
    return answer.kind === "paths" ? answer.groups : [];
  }

  /** The lines of a text that match a regular expression. */
  async findLines(source: string, flags: string, text: string): Promise<readonly Hit[]> {
    const answer = await this.#ask({ kind: "lines", source, flags, text });
    return answer.kind === "lines" ? answer.hits : [];
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  /** One question at a time, so that the deadline of each is its own. */
  #ask(question: Question): Promise<Answer> {
    const answer = this.#turn.then(() => this.#askNow(question));
    this.#turn = answer.catch(() => {});
    return answer;
  }

  #askNow(question: Question): Promise<Answer> {
    const worker = this.#start();
    worker.ref();
    return new Promise<Answer>((resolve, reject) => {
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        worker.off("message", onMessage);
        worker.off("error", onError);
        worker.unref();
        finish();
      };
      const stop = (error: Error) => {
        this.#worker = undefined;
        settle(() => reject(error));
        worker.terminate();
      };
      const onMessage = (answer: Answer) =>
        settle(() =>
          answer.kind === "error"
            ? reject(new FileError(`The pattern is not valid: ${answer.message}`, "Correct it."))
            : resolve(answer),
        );
      const onError = (error: Error) => stop(error);
      const timer = setTimeout(
        () => stop(new FileError("The pattern takes too long to match.", tooSlow)),
        this.#deadline,
      );
      worker.on("message", onMessage);
      worker.on("error", onError);
      worker.postMessage(question);
    });
  }

  #start(): Worker {
    if (this.#worker === undefined) {
      // The built worker lies beside every built file that could hold this code.
      const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
      this.#worker = new Worker(new URL(`./pattern-worker.${extension}`, import.meta.url));
      this.#worker.unref();
    }
    return this.#worker;
  }
}

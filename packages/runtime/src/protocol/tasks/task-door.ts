import type { Redactor } from "@fairlead/guard/redact";
import type { TaskStore } from "@fairlead/store";
import type { ErrorSink } from "../../call/failure.ts";
import type { Request } from "../envelope.ts";
import { toFailure } from "../failure.ts";
import type { InFlight } from "../in-flight.ts";
import { type Json, methodNotFound } from "../json-rpc.ts";
import type { Catalog } from "../server/catalog.ts";
import { assertTasksDeclared, declaresTasks, hasTaskMethod } from "./support.ts";
import type { CheckTool, RunTool, Tasks } from "./tasks.ts";

export interface TaskHost {
  readonly catalog: Catalog;
  readonly inFlight: InFlight;
  readonly redactor: Redactor;
  readonly sink: ErrorSink;
  /** Where tasks are kept; in this process without one. */
  readonly store: TaskStore | undefined;
}

/** What a server has of tasks before there is any: the rest is loaded at the first. */
export class TaskDoor {
  readonly #host: TaskHost;
  #opened: Promise<Tasks> | undefined;

  constructor(host: TaskHost) {
    this.#host = host;
  }

  /** Answers a tool call with its result or with a task. */
  async call(request: Request, check: CheckTool, run: RunTool): Promise<string> {
    return (await this.#open()).call(request, check, run);
  }

  /** Answers a request about a task. */
  async answer(request: Request): Promise<string> {
    if (!hasTaskMethod(request)) throw methodNotFound(request);
    if (request.modern) assertTasksDeclared(request);
    const { inFlight } = this.#host;
    const call = inFlight.begin(request);
    try {
      const { methods } = await this.#open();
      // Who waits for a result waits as long as the task takes.
      inFlight.limit(call, Number.POSITIVE_INFINITY);
      return await call.settle(methods.answer(request, call));
    } finally {
      inFlight.end(request, call);
    }
  }

  /** Tells of a task of the caller's own, now and at each change; undefined for any other. */
  async follow(request: Request, id: string, tell: (task: Json) => void) {
    if (!declaresTasks(request)) return undefined;
    return (await this.#open()).follow(request, id, tell);
  }

  /** Resolves once every task has ended that this process ran. */
  async close(): Promise<void> {
    await (await this.#opened)?.close();
  }

  #open(): Promise<Tasks> {
    this.#opened ??= this.#load();
    return this.#opened;
  }

  async #load(): Promise<Tasks> {
    const { store, catalog, inFlight, sink, redactor } = this.#host;
    const [{ Tasks }, { MemoryTaskStore }] = await Promise.all([
      import("./tasks.ts"),
      import("@fairlead/store"),
    ]);
    return new Tasks({
      store: store ?? new MemoryTaskStore(),
      inFlight,
      catalog,
      explain: (error) => toFailure(error, "task", { sink, redactor }),
    });
  }
}

import type {
  Environment,
  Middleware,
  Principal,
  Server,
  SurfaceTool,
  Tool,
} from "@fairlead/define";
import { compose } from "@fairlead/define/run";
import type { Redactor } from "@fairlead/guard/redact";
import type { Authorize } from "@fairlead/operate/auth";
import type { AccessOf } from "@fairlead/operate/policy";
import type { SignIn } from "@fairlead/operate/sign-in";
import type { RawValidator } from "./arguments/json-schema.ts";
import { type Changed, Connections } from "./connections.ts";
import { type Cursors, createCursors } from "./cursors.ts";
import type { ErrorSink } from "./failure.ts";
import { Abandoned, withoutWaiting } from "./opening.ts";
import type { Policy } from "./policy.ts";
import { ToolRunner, type ToolRuntime } from "./tool-runner.ts";

export interface ToolsOptions {
  readonly config: unknown;
  readonly policy: Policy;
  readonly access: AccessOf | undefined;
  readonly redactor: Redactor;
  readonly sink: ErrorSink;
  readonly compileRaw: RawValidator;
  readonly environment: Environment;
  /** What signs cursors, for all processes that have the same. */
  readonly stateKeys: readonly string[];
  /** Stands around every call, outside of what the server itself brings. */
  readonly middleware: readonly Middleware[];
  /** Tells what the scopes of a caller do not reach for. */
  readonly authorize: Authorize | undefined;
  /** Signs callers in to accounts of their own before a tool runs. */
  readonly signIn: Pick<SignIn, "account" | "ensure"> | undefined;
  /** Stands in for `connect`, for tests. */
  readonly context: unknown;
  readonly changed: Changed;
}

/** The tools of a server whose code is loaded, and what they work on. */
export class Tools {
  readonly cursors: Cursors;
  readonly #connections: Connections;
  readonly #context: unknown;
  readonly #runtime: ToolRuntime;
  readonly #definitions: ReadonlyMap<string, Tool>;
  readonly #runners = new Map<SurfaceTool, ToolRunner>();

  constructor(server: Server, options: ToolsOptions) {
    const { config, context, environment, middleware, sink, changed, stateKeys, signIn, ...rest } =
      options;
    // Others may have the same keys.
    this.cursors = createCursors(stateKeys.map((key) => `${server.name} ${key}`));
    this.#context = context;
    this.#connections = new Connections(
      withoutWaiting(server),
      config,
      (problem, where) => {
        if (!(problem instanceof Abandoned)) sink(problem, where, "-");
      },
      environment,
      changed,
      signIn && ((principal) => signIn.account(principal)),
    );
    const around = compose([...middleware, ...(server.middleware ?? [])]);
    this.#runtime = {
      ...rest,
      ...(around && { around }),
      sink,
      cursors: this.cursors,
      context: signIn
        ? async (call) => {
            // Its question is the call's own, and so it may end the call.
            await signIn.ensure(call.toContext(undefined), (question) => call.tellDone(question));
            return this.open(call.principal);
          }
        : ({ principal }) => this.open(principal),
    };
    const tools = server.toolsets.flatMap((toolset) => toolset.tools);
    this.#definitions = new Map(tools.map((tool) => [tool.name, tool]));
  }

  /** The tool behind a listed one, bound at its first call: of many tools few are called. */
  bind(surface: SurfaceTool): ToolRunner {
    let runner = this.#runners.get(surface);
    if (runner === undefined) {
      const { name } = surface.wire;
      const tool = this.#definitions.get(name);
      if (!tool) throw new TypeError(`${name} is only in surface.json: run the generator.`);
      runner = new ToolRunner(tool, surface, this.#runtime);
      this.#runners.set(surface, runner);
    }
    return runner;
  }

  /** What a caller's tools, resources and prompts work on; a promise until it is open. */
  open(principal: Principal): unknown {
    return this.#context ?? this.#connections.context(principal);
  }

  /** As `open`, and it stays open until the signal is aborted. */
  async hold(principal: Principal, signal: AbortSignal): Promise<unknown> {
    return this.#context ?? this.#connections.hold(principal, signal);
  }

  /** Principals with the same key work on the same. */
  keyOf(principal: Principal): string {
    return this.#connections.keyOf(principal);
  }

  close(): Promise<void> {
    return this.#connections.close();
  }
}

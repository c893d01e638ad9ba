import type { Admission, Effect, Middleware, SurfaceTool, Tool } from "@fairlead/define";
import { JsonRpcError, promised, RefusedCall, toConfirmName } from "@fairlead/define/start";
import type { Redactor } from "@fairlead/guard/redact";
import type { Authorize, ScopedTool } from "@fairlead/operate/auth";
import type { Access, AccessOf } from "@fairlead/operate/policy";
import { AnswerMaker, type ToolAnswer, toCursorScope } from "./answer/answer.ts";
import { type ContentLimits, toTextBlock } from "./answer/content.ts";
import { compileArguments, compileOutput } from "./arguments/arguments.ts";
import type { Check } from "./arguments/check.ts";
import type { RawValidator } from "./arguments/json-schema.ts";
import { isConfirmation, readCursor } from "./arguments/readings.ts";
import { type Call, CallAborted } from "./call.ts";
import type { Cursors } from "./cursors.ts";
import { type ErrorSink, toMessage, toMeta } from "./failure.ts";
import { assertInScope } from "./out-of-scope.ts";
import type { Policy, Verdict } from "./policy.ts";
import { isPromise, isThenable } from "./promise.ts";
import { Step } from "./step.ts";

/** Stands where the questions are the answer. Throwing is what costs most of a round. */
const noAnswer: ToolAnswer = { content: "[]" };

type Arguments = Readonly<Record<string, unknown>>;

/** What a tool call passes through, the same for every tool of a process. */
export interface ToolRuntime {
  readonly policy: Policy;
  /** What each caller may call of what the policy leaves; undefined for all of it. */
  readonly access: AccessOf | undefined;
  readonly redactor: Redactor;
  readonly cursors: Cursors;
  readonly sink: ErrorSink;
  readonly compileRaw: RawValidator;
  /** Tells what the scopes of a caller do not reach for; without it nobody's are looked at. */
  readonly authorize: Authorize | undefined;
  /** Stands around every call, if anything does. */
  readonly around?: Middleware;
  /** What the tools work on, opened at the first call. */
  context(call: Call): unknown;
}

/**
 * One tool on the way of a call: policy, confirmation, validation, run, cut to the budget, check,
 * render, redact. Made once per process; a call allocates only what depends on the call.
 */
export class ToolRunner {
  readonly #runtime: ToolRuntime;
  readonly #tool: Tool;
  readonly #surface: SurfaceTool;
  readonly #checkArguments: Check;
  readonly #answers: AnswerMaker;
  /** The argument by which a call is confirmed where nobody can be asked. */
  readonly #confirmName: string;
  readonly #cursorField: string | undefined;
  /** What the policy of the process says of the tool, whatever its arguments. */
  readonly #verdict: Verdict;
  /** And of its effect, where that does not depend on them. */
  readonly #fixed: Verdict | undefined;
  /** Whether a call needs nobody's leave: what does not apply to a tool costs its calls nothing. */
  readonly #free: boolean;
  /** Whether its arguments are taken as they come. */
  readonly #plain: boolean;
  /** By which the scopes of a caller are looked at. */
  readonly #scoped: ScopedTool;
  readonly timeoutMs: number;

  constructor(tool: Tool, surface: SurfaceTool, runtime: ToolRuntime) {
    this.#runtime = runtime;
    this.#tool = tool;
    this.#surface = surface;
    this.#checkArguments = compileArguments(
      tool.input,
      surface.wire.inputSchema,
      runtime.compileRaw,
    );
    this.#answers = new AnswerMaker({
      tool,
      paging: surface.paging ?? {},
      check: compileOutput(tool.output, runtime.compileRaw),
      cursors: runtime.cursors,
      redactor: runtime.redactor,
    });
    this.#cursorField = surface.paging?.cursor;
    this.timeoutMs = tool.timeoutMs ?? 60_000;
    this.#scoped = { name: tool.name, scopes: surface.scopes };
    this.#verdict = runtime.policy(surface);
    this.#fixed =
      typeof tool.effect === "string" ? runtime.policy(surface, tool.effect) : undefined;
    const { access, authorize } = runtime;
    const allowed = this.#verdict.kind === "allow" && this.#fixed?.kind === "allow";
    this.#free = allowed && access === undefined && authorize === undefined;
    this.#plain = !this.#mayAskConfirm && this.#cursorField === undefined;
    this.#confirmName = this.#mayAskConfirm ? toConfirmName(surface.wire.inputSchema) : "";
  }

  /**
   * Runs the tool. What needs no waiting is answered at once, without a promise: that is the quick
   * way, and it leaves nothing for the garbage collector to carry along. Throws or rejects only when
   * the call was cancelled, as nobody is left to answer then, or with an error of the protocol.
   */
  call(given: Arguments, call: Call, limits: ContentLimits): ToolAnswer | Promise<ToolAnswer> {
    try {
      const answer = this.#walk(given, call, limits);
      return isPromise(answer) ? answer.catch((error) => this.#explain(error, call)) : answer;
    } catch (error) {
      return this.#explain(error, call);
    }
  }

  /** Throws OutOfScope for a call that would be refused so, before anything of it is begun. */
  assertInScope(given: Arguments, call: Call): void {
    const { authorize } = this.#runtime;
    if (authorize === undefined) return;
    assertInScope(authorize, call.principal, this.#least, this.#scoped);
    const args = this.#readArguments(given, call);
    if ("problems" in args) return;
    assertInScope(authorize, call.principal, this.#toEffect(args.value), this.#scoped);
  }

  #walk(given: Arguments, call: Call, limits: ContentLimits): ToolAnswer | Promise<ToolAnswer> {
    const { around } = this.#runtime;
    if (around !== undefined) return this.#walkAround(around, given, call, limits);
    const args = this.#admit(given, call);
    const work = this.#free ? this.#open(args, call) : this.#work(args, call);
    return isThenable(work)
      ? call.settle(work).then((raw) => this.#answers.make(raw, args, call, limits))
      : this.#answers.make(work, args, call, limits);
  }

  /** As `#walk`, with middleware around all but the making of the answer. */
  #walkAround(
    around: Middleware,
    given: Arguments,
    call: Call,
    limits: ContentLimits,
  ): Promise<ToolAnswer> {
    let args: unknown = given;
    const next = () =>
      promised(() => {
        args = this.#admit(given, call);
        return this.#work(args, call);
      });
    const { name } = this.#tool;
    const step = new Step(call, { name, given, effect: this.#surface.effect }, () => {
      this.#permit(call);
    });
    return call
      .settle(promised(() => around(step, next)))
      .then((raw) => this.#answers.make(raw, args, call, limits));
  }

  /** The arguments as the tool takes them; throws ToolError for a call that may not run. */
  #admit(given: Arguments, call: Call): unknown {
    const access = this.#free ? undefined : this.#permit(call);
    const args = this.#plain ? this.#checkArguments(given) : this.#readArguments(given, call);
    if ("problems" in args) throw new RefusedCall("validation", args.problems.join("\n"));
    if (!this.#free) this.#assertAllowed(args.value, given, call, access);
    return args.value;
  }

  /** What the caller may do besides; throws for one who may not call the tool at all. */
  #permit({ principal }: Call): Access | undefined {
    const verdict = this.#verdict;
    if (verdict.kind === "hide" || verdict.kind === "deny") {
      throw new RefusedCall("policy", verdict.reason);
    }
    const { authorize } = this.#runtime;
    const access = this.#runtime.access?.(principal);
    const hidden = access?.hidden.get(this.#tool.name);
    // More scopes would not help here.
    if (hidden !== undefined) throw new RefusedCall("policy", hidden);
    if (authorize !== undefined) assertInScope(authorize, principal, this.#least, this.#scoped);
    return access;
  }

  /** What the tool gives, or a promise of it where the user, it or its context has to be waited for. */
  #work(args: unknown, call: Call): unknown {
    if (!this.#mayAskConfirm) return this.#prepare(args, undefined, call);
    const effect = this.#toEffect(args);
    if (this.#judge(effect).kind !== "confirm") return this.#prepare(args, undefined, call);
    // Without a form the argument has confirmed it already.
    if (!call.can("form")) return this.#prepare(args, "argument", call);
    // Middleware may run a tool again, and that needs nobody's agreement again.
    call.consent ??= this.#ask(args, effect, call);
    return call.settle(call.consent).then(() => this.#prepare(args, "user", call));
  }

  /** What middleware wants done before the tool runs, and then the tool. */
  #prepare(args: unknown, by: Admission["confirmedBy"] | undefined, call: Call): unknown {
    const { beforeRun } = call;
    if (beforeRun === undefined) return this.#open(args, call);
    const admission = { effect: this.#toEffect(args), ...(by && { confirmedBy: by }) };
    const begun = beforeRun.map((work) => work(admission)).filter(isPromise);
    if (begun.length === 0) return this.#open(args, call);
    return call.settle(Promise.all(begun)).then(() => this.#open(args, call));
  }

  async #ask(args: unknown, effect: Effect, call: Call): Promise<void> {
    const [asker, { askConsent }] = await Promise.all([call.asker, import("./ask/consent.ts")]);
    const { redactor } = this.#runtime;
    await askConsent(asker, { wire: this.#surface.wire, effect, args, redact: redactor.value });
  }

  #open(args: unknown, call: Call): unknown {
    const own = this.#runtime.context(call);
    return isThenable(own)
      ? call.settle(own).then((opened) => this.#run(args, opened, call))
      : this.#run(args, own, call);
  }

  #run(args: unknown, own: unknown, call: Call): unknown {
    // Cancelled while the server's code was loading: then nothing may happen any more.
    if (call.aborted) throw call.aborted;
    return this.#tool.run(args, call.toContext(own));
  }

  /**
   * The answer for what was thrown, of which a call that asks its client has no need; throws on what
   * answers the request, and when the call was cancelled.
   */
  #explain(error: unknown, call: Call): ToolAnswer {
    if (call.asked !== undefined) return noAnswer;
    if (error instanceof JsonRpcError) throw error;
    if (error instanceof CallAborted && error.why !== "timeout") throw error;
    const aborted = call.aborted;
    if (aborted && aborted.why !== "timeout") throw aborted;
    return this.#fail(
      error instanceof CallAborted
        ? `${this.#tool.name}: ${error.message} Ask for less at once, or try again.`
        : toMessage(error, this.#tool.name, this.#runtime.sink, call.reference),
      toMeta(error),
    );
  }

  /** The arguments as the tool takes them: confirmation taken out, cursor read, schema applied. */
  #readArguments(given: Arguments, call: Call): ReturnType<Check> {
    let args = given;
    if (this.#mayAskConfirm && this.#confirmName in args) {
      const { [this.#confirmName]: _, ...rest } = args;
      args = rest;
    }
    const field = this.#cursorField;
    const cursor = field === undefined ? undefined : readCursor(args[field]);
    if (field !== undefined && cursor !== undefined) {
      const read =
        typeof cursor === "string" &&
        this.#runtime.cursors.read(toCursorScope(this.#tool.name, call), cursor);
      if (!read) {
        return { problems: [`${field}: not a cursor of this list. Leave it out to start over.`] };
      }
      args = { ...args, [field]: read.position };
    } else if (field !== undefined && field in args) {
      const { [field]: _, ...rest } = args;
      args = rest;
    }
    return this.#checkArguments(args);
  }

  /** Of what it may do, the least. */
  get #least(): Effect {
    const { effect } = this.#surface;
    return typeof effect === "string" ? effect : effect.least;
  }

  get #mayAskConfirm(): boolean {
    return this.#verdict.kind === "confirm";
  }

  /** Throws where these very arguments may not run, and the user is not asked first. */
  #assertAllowed(args: unknown, given: Arguments, call: Call, access: Access | undefined): void {
    const { authorize } = this.#runtime;
    const effect = this.#toEffect(args);
    if (authorize !== undefined) {
      assertInScope(authorize, call.principal, effect, this.#scoped);
    }
    if (access?.readOnly && effect !== "read") {
      throw new RefusedCall("policy", access.readOnlyReason(this.#tool.name));
    }
    const verdict = this.#judge(effect);
    if (verdict.kind === "deny" || verdict.kind === "hide") {
      throw new RefusedCall("policy", verdict.reason);
    }
    if (verdict.kind !== "confirm" || call.can("form")) return;
    if (isConfirmation(given[this.#confirmName])) return;
    const what = effect === "destroy" ? "cannot be undone" : "changes data";
    throw new RefusedCall(
      "confirmation",
      `${this.#tool.name} ${what}. If the user agrees, call it again with the same arguments and ${this.#confirmName}: true.`,
    );
  }

  #judge(effect: Effect): Verdict {
    return this.#fixed ?? this.#runtime.policy(this.#surface, effect);
  }

  #toEffect(args: unknown): Effect {
    const { effect } = this.#tool;
    return typeof effect === "string" ? effect : effect.of(args);
  }

  #fail(message: string, meta: string | undefined): ToolAnswer {
    const content = `[${toTextBlock(this.#runtime.redactor.text(message))}]`;
    return { content, isError: true, ...(meta !== undefined && { meta }) };
  }
}

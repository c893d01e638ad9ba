import { isReply, type Part } from "../define/reply.ts";
import { answerKind } from "../define/schema.ts";
import type { SurfaceTool } from "../define/surface.ts";
import type { Tool } from "../define/tool.ts";
import { type Check, compileArguments, compileOutput } from "./arguments.ts";
import { count, findKept, fitParts, fitText } from "./budget.ts";
import { type Call, CallAborted } from "./call.ts";
import { type ContentLimits, toContent, toTextBlock } from "./content.ts";
import type { Cursors } from "./cursors.ts";
import { type ErrorSink, toMessage } from "./failure.ts";
import type { RawValidator } from "./json-schema.ts";
import type { Policy } from "./policy.ts";
import type { Redactor } from "./redact.ts";

/** A tool's answer with its members as JSON, ready to stand in a result. */
export interface ToolAnswer {
  readonly content: string;
  readonly structured?: string;
  readonly isError?: true;
}

type Arguments = Readonly<Record<string, unknown>>;

/** A checked output in the two forms a host may show, and what its text still has to say. */
interface Rendered {
  readonly structured: string;
  /** Undefined where parts are the text. */
  readonly text: string | undefined;
  readonly size: number;
  readonly next: string | undefined;
  /** How to get the next page, where the tool's own rendering cannot be trusted to say it. */
  readonly advice: string | undefined;
}

/** What a tool call passes through, the same for every tool of a process. */
export interface CallFloor {
  readonly policy: Policy;
  readonly redactor: Redactor;
  readonly cursors: Cursors;
  readonly sink: ErrorSink;
  readonly compileRaw: RawValidator;
  /** What the tools work on, opened at the first call. */
  context(call: Call): unknown;
}

/**
 * One tool on the way of a call: policy, confirmation, validation, run, cut to the budget, check,
 * render, redact. Made once per process; a call allocates only what depends on the call.
 */
export class BoundTool {
  readonly #floor: CallFloor;
  readonly #tool: Tool;
  readonly #surface: SurfaceTool;
  readonly #kind: ReturnType<typeof answerKind>;
  readonly #checkArguments: Check;
  readonly #checkOutput: Check;
  readonly #takesConfirm: boolean;
  readonly timeoutMs: number;

  constructor(tool: Tool, surface: SurfaceTool, floor: CallFloor) {
    this.#floor = floor;
    this.#tool = tool;
    this.#surface = surface;
    this.#kind = answerKind(tool.output);
    this.#checkArguments = compileArguments(tool.input, surface.wire.inputSchema, floor.compileRaw);
    this.#checkOutput = compileOutput(tool.output, floor.compileRaw);
    this.#takesConfirm = hasProperty(surface.wire.inputSchema["properties"], "confirm");
    this.timeoutMs = tool.timeoutMs ?? 60_000;
  }

  /** Runs the tool. Throws only when the call was cancelled: then nobody is left to answer. */
  async call(given: Arguments, call: Call, limits: ContentLimits): Promise<ToolAnswer> {
    try {
      return await this.#walk(given, call, limits);
    } catch (error) {
      if (error instanceof CallAborted && error.why !== "timeout") throw error;
      const aborted = call.aborted;
      if (aborted && aborted.why !== "timeout") throw aborted;
      return this.#fail(
        error instanceof CallAborted
          ? `${this.#tool.name}: ${error.message} Ask for less at once, or try again.`
          : toMessage(error, this.#tool.name, this.#floor.sink),
      );
    }
  }

  async #walk(given: Arguments, call: Call, limits: ContentLimits): Promise<ToolAnswer> {
    const { policy } = this.#floor;
    const verdict = policy(this.#surface);
    if (verdict.kind === "hide" || verdict.kind === "deny") return this.#fail(verdict.reason);

    const args = this.#readArguments(given, call);
    if ("problems" in args) return this.#fail(args.problems.join("\n"));

    const refusal = this.#refuse(args.value, given);
    if (refusal !== undefined) return this.#fail(refusal);

    const context = this.#floor.context(call);
    const own = isPromise(context) ? await call.settle(context) : context;
    const work = this.#tool.run(args.value, Object.assign(call, own));
    const raw = isPromise(work) ? await call.settle(work) : work;
    return this.#answer(raw, args.value, call, limits);
  }

  /** The arguments as the tool takes them: confirmation taken out, cursor read, schema applied. */
  #readArguments(given: Arguments, call: Call): ReturnType<Check> {
    let args = given;
    if ("confirm" in args && !this.#takesConfirm && this.#mayAskConfirm) {
      const { confirm: _, ...rest } = args;
      args = rest;
    }
    const field = this.#surface.paging?.cursor;
    const cursor = field === undefined ? undefined : args[field];
    if (field !== undefined && cursor !== undefined) {
      const read =
        typeof cursor === "string" && this.#floor.cursors.read(this.#scope(call), cursor);
      if (!read) {
        return { problems: [`${field}: not a cursor of this list. Leave it out to start over.`] };
      }
      args = { ...args, [field]: read.position };
    }
    return this.#checkArguments(args);
  }

  get #mayAskConfirm(): boolean {
    return this.#floor.policy(this.#surface).kind === "confirm";
  }

  /** Why these very arguments may not run; undefined when they may. */
  #refuse(args: unknown, given: Arguments): string | undefined {
    const { effect } = this.#tool;
    const actual = typeof effect === "string" ? effect : effect.of(args);
    const verdict = this.#floor.policy(this.#surface, actual);
    if (verdict.kind === "deny" || verdict.kind === "hide") return verdict.reason;
    if (verdict.kind === "confirm" && given["confirm"] !== true) {
      const what = actual === "destroy" ? "cannot be undone" : "changes data";
      return `${this.#tool.name} ${what}. If the user agrees, call it again with the same arguments and confirm: true.`;
    }
    return undefined;
  }

  #answer(raw: unknown, args: unknown, call: Call, limits: ContentLimits): ToolAnswer {
    const replied = isReply(raw);
    const output = replied ? raw.output : raw;
    const parts = replied ? raw.parts : [];
    if (this.#kind === "structured") {
      return this.#structuredAnswer(output, parts, args, call, limits);
    }
    this.#check(output);
    if (this.#kind === "text" && parts.length === 0) {
      const block = toTextBlock(fitText(String(output), call.budget));
      return { content: this.#floor.redactor.result(`[${block}]`) };
    }
    return this.#partsAnswer(parts, undefined, call, limits);
  }

  #structuredAnswer(
    output: unknown,
    parts: readonly Part[],
    args: unknown,
    call: Call,
    limits: ContentLimits,
  ): ToolAnswer {
    const whole = this.#render(output, parts, call);
    if (whole.size <= call.budget) return this.#toAnswer(whole, parts, undefined, call, limits);

    const items = this.#surface.paging?.items;
    const list = items === undefined ? undefined : fieldOf(output, items);
    if (items === undefined || !Array.isArray(list) || list.length === 0) {
      if (parts.length > 0 && whole.structured.length <= call.budget) {
        return this.#toAnswer(whole, parts, undefined, call, limits);
      }
      return this.#tooLarge(whole.size, call);
    }
    const cut = (kept: number) =>
      this.#render(this.#cutOutput(output, items, list, kept, args), parts, call);
    // Room for the line that says what was cut.
    const room = call.budget - 300;
    const kept = findKept(list.length, room, (n) => cut(n).size);
    if (kept === 0) return this.#tooLarge(whole.size, call);
    const rendered = cut(kept);
    const notice = `[Cut: ${count(kept)} of ${count(list.length)} ${items} shown.${toAdvice(rendered.next)}]`;
    return this.#toAnswer(rendered, parts, notice, call, limits);
  }

  #cutOutput(
    output: unknown,
    items: string,
    list: readonly unknown[],
    kept: number,
    args: unknown,
  ): unknown {
    const next = this.#surface.paging?.next;
    const cut: Record<string, unknown> = { ...toRecord(output), [items]: list.slice(0, kept) };
    if (next !== undefined && this.#tool.resume) cut[next] = this.#tool.resume(args, kept);
    return cut;
  }

  /** Checks the output, signs its next cursor and measures it as JSON and as text. */
  #render(output: unknown, parts: readonly Part[], call: Call): Rendered {
    let value = this.#check(output);
    const field = this.#surface.paging?.next;
    const position = field === undefined ? undefined : fieldOf(value, field);
    let next: string | undefined;
    if (field !== undefined && position !== undefined) {
      next = this.#floor.cursors.sign(this.#scope(call), position);
      value = { ...toRecord(value), [field]: next };
    }
    const structured = JSON.stringify(value) ?? "null";
    const rendered = this.#tool.render?.(value);
    const text = parts.length > 0 ? undefined : (rendered ?? structured);
    // Hosts show the model one of the two, so each must keep the budget, not both together.
    const size = Math.max(structured.length, text?.length ?? textLength(parts));
    const advice = rendered !== undefined && next !== undefined ? toAdvice(next).trim() : undefined;
    return { structured, text, size, next, advice };
  }

  #toAnswer(
    rendered: Rendered,
    parts: readonly Part[],
    cutNotice: string | undefined,
    call: Call,
    limits: ContentLimits,
  ): ToolAnswer {
    const notice = cutNotice ?? (rendered.advice && `[${rendered.advice}]`);
    const { redactor } = this.#floor;
    const structured = redactor.result(rendered.structured);
    if (rendered.text === undefined) {
      return { ...this.#partsAnswer(parts, notice, call, limits), structured };
    }
    const text = notice === undefined ? rendered.text : `${rendered.text}\n\n${notice}`;
    return { content: redactor.result(`[${toTextBlock(text)}]`), structured };
  }

  #partsAnswer(
    parts: readonly Part[],
    notice: string | undefined,
    call: Call,
    limits: ContentLimits,
  ): ToolAnswer {
    const fitted = fitParts(parts, call.budget);
    const all: readonly Part[] =
      notice === undefined ? fitted : [...fitted, { type: "text", text: notice }];
    return { content: this.#floor.redactor.result(toContent(all, limits)) };
  }

  #check(output: unknown): unknown {
    const checked = this.#checkOutput(output);
    if ("value" in checked) return checked.value;
    throw new TypeError(
      `The output of ${this.#tool.name} does not match its schema: ${checked.problems.join(" ")}`,
    );
  }

  #tooLarge(size: number, call: Call): ToolAnswer {
    return this.#fail(
      `The answer has ${count(size)} characters; at most ${count(call.budget)} fit. Ask for a smaller part.`,
    );
  }

  #fail(message: string): ToolAnswer {
    return { content: `[${toTextBlock(this.#floor.redactor.text(message))}]`, isError: true };
  }

  #scope(call: Call): string {
    return `tools/call\0${this.#tool.name}\0${call.principal.id}`;
  }
}

function toAdvice(next: string | undefined): string {
  return next === undefined
    ? " Ask for a smaller part to see the rest."
    : ` More: call again with the same arguments and cursor ${JSON.stringify(next)}.`;
}

function textLength(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + (part.type === "text" ? part.text.length : 0), 0);
}

function fieldOf(value: unknown, field: string): unknown {
  return toRecord(value)[field];
}

function toRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function hasProperty(properties: unknown, name: string): boolean {
  return typeof properties === "object" && properties !== null && name in properties;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}

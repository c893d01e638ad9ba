import { isReply, type Part } from "../define/reply.ts";
import { answerKind } from "../define/schema.ts";
import type { Paging } from "../define/surface.ts";
import type { Tool } from "../define/tool.ts";
import { count, findKept, fitParts, fitText } from "./budget.ts";
import type { Call } from "./call.ts";
import type { Check } from "./check.ts";
import { type ContentLimits, toContent, toTextBlock } from "./content.ts";
import type { Cursors } from "./cursors.ts";
import type { Redactor } from "./redact.ts";

/** A tool's answer with its members as JSON, ready to stand in a result. */
export interface ToolAnswer {
  readonly content: string;
  readonly structured?: string;
  readonly isError?: true;
}

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

export interface AnswerOptions {
  readonly tool: Tool;
  readonly paging: Paging;
  readonly check: Check;
  readonly cursors: Cursors;
  readonly redactor: Redactor;
}

/** Room kept free for the line that says what was cut. */
const noticeRoom = 300;

/**
 * Turns what a tool returned into its answer: cut to the budget, checked against the output schema,
 * rendered as text and as structured content, secrets taken out.
 */
export class AnswerMaker {
  readonly #tool: Tool;
  readonly #paging: Paging;
  readonly #checkOutput: Check;
  readonly #cursors: Cursors;
  readonly #redactor: Redactor;
  readonly #kind: ReturnType<typeof answerKind>;

  constructor({ tool, paging, check, cursors, redactor }: AnswerOptions) {
    this.#tool = tool;
    this.#paging = paging;
    this.#checkOutput = check;
    this.#cursors = cursors;
    this.#redactor = redactor;
    this.#kind = answerKind(tool.output);
  }

  /** Throws TypeError when the output does not match its schema, which is the server's fault. */
  make(raw: unknown, args: unknown, call: Call, limits: ContentLimits): ToolAnswer {
    const replied = isReply(raw);
    const output = replied ? raw.output : raw;
    const parts = replied ? raw.parts : [];
    if (this.#kind === "structured") {
      return this.#structuredAnswer(output, parts, args, call, limits);
    }
    const checked = this.#check(output);
    if (this.#kind === "text" && parts.length === 0) {
      const block = toTextBlock(fitText(String(checked), call.budget));
      return { content: this.#redactor.result(`[${block}]`) };
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

    const items = this.#paging.items;
    const list = items === undefined ? undefined : fieldOf(output, items);
    if (items === undefined || !Array.isArray(list) || list.length === 0) {
      if (parts.length > 0 && whole.structured.length <= call.budget) {
        return this.#toAnswer(whole, parts, undefined, call, limits);
      }
      return this.#tooLarge(whole.size, call);
    }
    const cut = (kept: number) =>
      this.#render(this.#cutOutput(output, items, list, kept, args), parts, call);
    const room = call.budget - noticeRoom;
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
    const next = this.#paging.next;
    const cut: Record<string, unknown> = { ...toRecord(output), [items]: list.slice(0, kept) };
    if (next === undefined) return cut;
    // Where the tool cannot say, its own position is no help: it lies behind what is cut off.
    const position = this.#tool.resume?.(args, kept);
    const { [next]: _, ...rest } = cut;
    return position === undefined ? rest : { ...rest, [next]: position };
  }

  /** Checks the output, signs its next cursor and measures it as JSON and as text. */
  #render(output: unknown, parts: readonly Part[], call: Call): Rendered {
    let value = this.#check(output);
    const field = this.#paging.next;
    const position = field === undefined ? undefined : fieldOf(value, field);
    let next: string | undefined;
    if (field !== undefined && position !== undefined) {
      next = this.#cursors.sign(toCursorScope(this.#tool.name, call), position);
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
    const structured = this.#redactor.result(rendered.structured);
    if (rendered.text === undefined) {
      return { ...this.#partsAnswer(parts, notice, call, limits), structured };
    }
    const text = notice === undefined ? rendered.text : `${rendered.text}\n\n${notice}`;
    return { content: this.#redactor.result(`[${toTextBlock(text)}]`), structured };
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
    return { content: this.#redactor.result(toContent(all, limits)) };
  }

  #check(output: unknown): unknown {
    const checked = this.#checkOutput(output);
    if ("value" in checked) return checked.value;
    throw new TypeError(
      `The output of ${this.#tool.name} does not match its schema: ${checked.problems.join(" ")}`,
    );
  }

  #tooLarge(size: number, call: Call): ToolAnswer {
    const message = `The answer has ${count(size)} characters; at most ${count(call.budget)} fit. Ask for a smaller part.`;
    return { content: `[${toTextBlock(message)}]`, isError: true };
  }
}

/** What a tool's cursors hold for: this tool, for this principal. */
export function toCursorScope(tool: string, { principal }: Call): string {
  return `tools/call\0${tool}\0${principal.id}`;
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

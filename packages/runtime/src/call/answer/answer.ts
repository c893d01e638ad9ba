import type { Paging, Part, Tool } from "@fairlead/define";
import { answerKind, isReply, text } from "@fairlead/define/run";
import type { Redactor } from "@fairlead/guard/redact";
import { type Budget, fits } from "@fairlead/guard/text";
import type { Check } from "../arguments/check.ts";
import type { Call } from "../call.ts";
import type { Cursors } from "../cursors.ts";
import { count, findKept, fitParts, fitText, withoutNotice } from "./budget.ts";
import { type ContentLimits, toContent, toTextBlock } from "./content.ts";

/** A tool's answer with its members as JSON, ready to stand in a result. */
export interface ToolAnswer {
  readonly content: string;
  readonly structured?: string;
  readonly isError?: true;
  /** Members of the result's `_meta`: `"a":1`. */
  readonly meta?: string;
}

/** An output in the two forms of which a host shows the model one. */
interface Shown {
  readonly structured: string;
  /** The tool's own rendering; undefined where the JSON is the text as well. */
  readonly text: string | undefined;
}

export interface AnswerOptions {
  readonly tool: Tool;
  readonly paging: Paging;
  readonly check: Check;
  readonly cursors: Cursors;
  readonly redactor: Redactor;
}

type Fields = Readonly<Record<string, unknown>>;

/** Characters kept free for what is said of a cut: the notice, with a cursor in it. */
const noticeRoom = 500;

/**
 * Turns what a tool returned into its answer: cut to the budget, checked against the output schema,
 * secrets taken out. Claude Code and Codex show the model structured content instead of the text,
 * most other hosts the text alone, so data goes out in both forms, each whole, and whatever is made
 * for reading or looking at goes out as content blocks alone.
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
    if (this.#kind === "parts") return this.#partsAnswer(raw, call, limits);
    const output = this.#check(raw);
    if (this.#kind === "text") {
      const block = toTextBlock(introduceJson(fitText(String(output), call.limits)));
      return { content: this.#redactor.result(`[${block}]`) };
    }
    return this.#dataAnswer(output, args, call);
  }

  #partsAnswer(raw: unknown, call: Call, limits: ContentLimits): ToolAnswer {
    const { parts: given = [], next = undefined } = isReply(raw) ? raw : {};
    const more = next === undefined ? [] : [text(`[${toAdvice(this.#sign(next, call))}]`)];
    // A tool that gives pages measures them, so that the place the next one begins is right.
    const parts: readonly Part[] = [...fitParts(given, call.limits), ...more];
    const [first, ...others] = parts;
    const shown =
      first?.type === "text" ? [{ ...first, text: introduceJson(first.text) }, ...others] : parts;
    return { content: this.#redactor.result(toContent(shown, limits)) };
  }

  #dataAnswer(output: unknown, args: unknown, call: Call): ToolAnswer {
    const whole = this.#show(this.#withSignedCursor(output, call));
    if (keepsBudget(whole, call.limits)) return this.#toAnswer(whole);

    const { items } = this.#paging;
    const list = items === undefined ? undefined : toFields(output)[items];
    if (items === undefined || !Array.isArray(list)) return this.#tooLarge(whole, call);

    const cut = (kept: number) => this.#cut(toFields(output), items, list, kept, args, call);
    const room = withoutNotice(call.limits, noticeRoom);
    const kept = findKept(list.length, (n) => keepsBudget(this.#show(cut(n)), room));
    if (kept === 0) return this.#tooLarge(whole, call);
    const fields = cut(kept);
    const next = this.#paging.next === undefined ? undefined : fields[this.#paging.next];
    const notice = `Cut: ${count(kept)} of ${count(list.length)} ${items} shown. ${toAdvice(next)}`;
    return this.#toAnswer(this.#show({ ...fields, notice }, notice));
  }

  /** The output with the first `kept` items, and the cursor to the rest where the tool can say it. */
  #cut(
    output: Fields,
    items: string,
    list: readonly unknown[],
    kept: number,
    args: unknown,
    call: Call,
  ): Fields {
    const { next } = this.#paging;
    const cut = { ...output, [items]: list.slice(0, kept) };
    if (next === undefined) return cut;
    // The tool's own position is of no use: it lies behind what is cut off.
    const { [next]: _, ...rest } = cut;
    const position = this.#tool.resume?.(args, kept);
    return position === undefined ? rest : { ...rest, [next]: this.#sign(position, call) };
  }

  #withSignedCursor(output: unknown, call: Call): unknown {
    const { next } = this.#paging;
    if (next === undefined) return output;
    const fields = toFields(output);
    const position = fields[next];
    return position === undefined ? output : { ...fields, [next]: this.#sign(position, call) };
  }

  #sign(position: unknown, call: Call): string {
    return this.#cursors.sign(toCursorScope(this.#tool.name, call), position);
  }

  /** Both forms of an output; a rendering cannot be trusted to tell what it was not given words for. */
  #show(output: unknown, notice?: string): Shown {
    const structured = JSON.stringify(output) ?? "null";
    if (this.#tool.render === undefined) return { structured, text: undefined };
    const next = this.#paging.next === undefined ? undefined : toFields(output)[this.#paging.next];
    const advice = notice ?? (next === undefined ? undefined : toAdvice(next));
    const text = this.#tool.render(output);
    return { structured, text: advice === undefined ? text : `${text}\n\n[${advice}]` };
  }

  #toAnswer(shown: Shown): ToolAnswer {
    const structured = this.#redactor.result(shown.structured);
    if (shown.text === undefined) {
      return { content: `[${toTextBlock(structured)}]`, structured };
    }
    return { content: this.#redactor.result(`[${toTextBlock(shown.text)}]`), structured };
  }

  #check(output: unknown): unknown {
    const checked = this.#checkOutput(output);
    if ("value" in checked) return checked.value;
    throw new TypeError(
      `The output of ${this.#tool.name} does not match its schema: ${checked.problems.join(" ")}`,
    );
  }

  #tooLarge({ structured, text = "" }: Shown, { limits }: Call): ToolAnswer {
    const size = count(Math.max(structured.length, text.length));
    const { characters, bytes, lines } = limits;
    const most = `${count(characters)} characters, ${count(bytes)} bytes and ${count(lines)} lines`;
    const message = `The answer has ${size} characters; at most ${most} fit. Ask for a smaller part.`;
    return { content: `[${toTextBlock(message)}]`, isError: true };
  }
}

/** What a tool's cursors hold for: this tool, for this principal. */
export function toCursorScope(tool: string, { principal }: Call): string {
  return `tools/call\0${tool}\0${principal.id}`;
}

/** A host shows one of the two forms, so each must keep the budget, not both together. */
function keepsBudget({ structured, text }: Shown, budget: Budget): boolean {
  return fits(structured, budget) && (text === undefined || fits(text, budget));
}

function toAdvice(next: unknown): string {
  return next === undefined
    ? "Ask for a smaller part to see the rest."
    : `More: call again with the same arguments and cursor ${JSON.stringify(next)}.`;
}

/** What JSON other than an object begins with: looked up for every text, so quicker than a pattern. */
const jsonStarts: ReadonlySet<string> = new Set(' \t\r\n["-0123456789tfn');

/**
 * Puts a line of words before a text that is JSON, but not a JSON object: Gemini CLI (0.61) parses
 * the first text of an answer without structured content, and refuses the whole answer then.
 */
function introduceJson(text: string): string {
  if (!jsonStarts.has(text.charAt(0)) || !/^\s*(?:[[\d"-]|true|false|null)/.test(text)) return text;
  try {
    const parsed: unknown = JSON.parse(text);
    const what = Array.isArray(parsed) ? `JSON array of ${count(parsed.length)}` : "JSON value";
    return `${what}:\n${text}`;
  } catch {
    return text;
  }
}

function toFields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

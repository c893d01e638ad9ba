import type { CallContext } from "./context.ts";
import type { ClientCapabilities, Icon, Metadata } from "./metadata.ts";
import type { Returned, Schema, Validated } from "./schema.ts";

/** What a tool does to the world. `destroy` means it cannot be undone. */
export type Effect = "read" | "write" | "destroy";

/** An effect that depends on the arguments, with its bounds for lists and annotations. */
export interface EffectByArguments<A = unknown> {
  readonly least: Effect;
  readonly most: Effect;
  /** The effect of a call with these arguments. */
  of(args: A): Effect;
}

/** Whether a call may be answered with a task, or only so. */
export type TaskSupport = "optional" | "required";

interface ToolFacts {
  /** `verb_noun`, at most 64 characters of `[A-Za-z0-9_.-]`. */
  readonly name: string;
  readonly title: string;
  /** When to use it and what comes back, for a model that sees nothing else. */
  readonly description: string;
  /** A write that only adds: nothing that was there is changed or lost. */
  readonly additive?: boolean;
  /** Calling it twice with the same arguments changes no more than calling it once. */
  readonly idempotent?: boolean;
  /** Former names of this tool that stay callable. */
  readonly aliases?: readonly string[];
  /** False keeps the tool callable but out of the list unless `--legacy` is given. */
  readonly listed?: boolean;
  /**
   * Scopes that an OAuth token needs for this tool, each of them, in addition to the scope of the effect:
   * `["payroll:read"]`. Where tokens have no scopes (stdio, a token file) nothing is asked for. The
   * operator can name other ones. The characters are those of RFC 6749 section 3.3.
   */
  readonly scopes?: readonly string[];
  /** Client capabilities without which the call is answered with -32021. */
  readonly requires?: ClientCapabilities;
  /** Milliseconds a call may take; 60,000 by default, Infinity for no limit. */
  readonly timeoutMs?: number;
  /**
   * For work that takes minutes: a client that knows tasks may be answered with one and ask for the
   * result later; a task may run for an hour. `required` refuses every other client.
   */
  readonly task?: TaskSupport;
  readonly icons?: readonly Icon[];
  readonly meta?: Metadata;
}

/** A tool as its author writes it. */
export interface ToolSpec<C, I extends Schema, O extends Schema> extends ToolFacts {
  readonly effect: Effect | EffectByArguments<Validated<I>>;
  /** An object schema, strict: a key it does not name is answered with the names it expects. */
  readonly input: I;
  /**
   * What `run` returns. Data (any schema but the two below) reaches the client as structured content
   * and as text, each whole. `z.string()` makes a text answer and `z.void()` a `reply` of content
   * blocks; neither has structured content.
   */
  readonly output: O;
  /** Does the work of one call. A ToolError, or an error with a `hint`, reaches the model. */
  run(args: Validated<I>, context: C & CallContext): Returned<O> | Promise<Returned<O>>;
  /**
   * Data as text for the model; compact JSON by default. Every string and number of the data is in
   * the text, as a host may show the model only this.
   */
  render?(output: Validated<O>): string;
  /** The position after the first `kept` items of the cuttable field, for the next page. */
  resume?(args: Validated<I>, kept: number): unknown;
}

/** A tool with its types erased, as the runtime holds it. */
export interface Tool<C = unknown> extends ToolFacts {
  readonly effect: Effect | EffectByArguments;
  readonly input: Schema;
  readonly output: Schema;
  /** Does the work of one call with validated arguments. */
  run(args: unknown, context: C & CallContext): unknown;
  /** Data as text for the model; compact JSON without it. */
  render?(output: unknown): string;
  /** The position after the first `kept` items, for the next page. */
  resume?(args: unknown, kept: number): unknown;
}

/**
 * Defines a tool that needs no context.
 *
 * @example
 * ```ts
 * import { defineTool } from "@fairlead/runtime";
 * import { z } from "zod";
 *
 * export const countWords = defineTool({
 *   name: "count_words",
 *   title: "Count words",
 *   description: "Counts the words of a text. Returns the number.",
 *   effect: "read",
 *   input: z.object({ text: z.string().describe("Text to count the words of.") }),
 *   output: z.object({ words: z.int() }),
 *   run: ({ text }) => ({ words: text.split(/\s+/).filter(Boolean).length }),
 * });
 * ```
 */
export function defineTool<I extends Schema, O extends Schema>(
  spec: ToolSpec<unknown, I, O>,
): Tool {
  return spec;
}

/**
 * Creates the `defineTool` of a server, whose tools receive `Context`.
 *
 * @example
 * ```ts
 * import { toolFactory } from "@fairlead/runtime";
 *
 * interface Database {
 *   query(sql: string): Promise<readonly unknown[]>;
 * }
 * export const defineTool = toolFactory<Database>();
 * ```
 */
export function toolFactory<Context>() {
  return <I extends Schema, O extends Schema>(spec: ToolSpec<Context, I, O>): Tool<Context> => spec;
}

/** A named group of tools that `--toolsets` switches together. */
export interface Toolset<C = unknown> {
  readonly name: string;
  readonly title?: string;
  readonly description: string;
  /** Off until asked for. */
  readonly optional?: boolean;
  /** The tools reach beyond this machine and its configured backend. */
  readonly openWorld?: boolean;
  readonly tools: readonly Tool<C>[];
}

/**
 * Defines a group of tools that `--toolsets` switches together.
 *
 * @example
 * ```ts
 * import { defineToolset } from "@fairlead/runtime";
 *
 * export const inspect = defineToolset({
 *   name: "inspect",
 *   title: "Inspect",
 *   description: "Looks closer at a table: columns, indexes and sizes.",
 *   optional: true,
 *   tools: [],
 * });
 * ```
 */
export function defineToolset<C>(toolset: Toolset<C>): Toolset<C> {
  return toolset;
}

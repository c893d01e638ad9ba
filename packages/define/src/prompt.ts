import type { z } from "zod";
import type { CallContext } from "./context.ts";
import type { Icon, Metadata } from "./metadata.ts";
import type { Part } from "./reply.ts";
import type { Complete } from "./resource.ts";

/** One message of a prompt: who says it, and one part of content. */
export interface PromptMessage {
  readonly role: "user" | "assistant";
  readonly content: Part;
}

interface PromptFacts {
  readonly name: string;
  readonly title?: string;
  readonly description: string;
  readonly icons?: readonly Icon[];
  readonly meta?: Metadata;
}

/** A prompt with its types erased, as the runtime holds it. */
export interface Prompt<C = unknown> extends PromptFacts {
  /** Strings only, as the protocol has it; optional keys are optional arguments. */
  readonly arguments: z.ZodObject;
  /** One user message when it returns a string. */
  get(
    args: Readonly<Record<string, unknown>>,
    context: C & CallContext,
  ): string | readonly PromptMessage[] | Promise<string | readonly PromptMessage[]>;
  readonly complete?: Readonly<Record<string, Complete<C> | undefined>>;
}

/** A prompt as its author writes it: `get` receives arguments that have been validated. */
export interface PromptSpec<C, A extends z.ZodObject> extends PromptFacts {
  readonly arguments: A;
  /** The messages of the prompt; a string becomes one message of the user. */
  get(
    args: z.output<A>,
    context: C & CallContext,
  ): string | readonly PromptMessage[] | Promise<string | readonly PromptMessage[]>;
  readonly complete?: { readonly [K in keyof z.output<A> & string]?: Complete<C> };
}

/**
 * Creates the `definePrompt` of a server, whose prompts receive `Context`.
 *
 * @example
 * ```ts
 * import { promptFactory } from "@fairlead/runtime";
 *
 * interface Notes {
 *   readonly notes: ReadonlyMap<string, string>;
 * }
 * export const definePrompt = promptFactory<Notes>();
 * ```
 */
export function promptFactory<Context>() {
  return <A extends z.ZodObject>(spec: PromptSpec<Context, A>): Prompt<Context> => spec;
}

/**
 * Defines a prompt that needs no context.
 *
 * @example
 * ```ts
 * import { definePrompt } from "@fairlead/runtime";
 * import { z } from "zod";
 *
 * export const review = definePrompt({
 *   name: "review",
 *   description: "Asks for a review of a change.",
 *   arguments: z.object({ change: z.string().describe("Id of the change.") }),
 *   get: ({ change }) => `Review the change ${change}.`,
 * });
 * ```
 */
export const definePrompt = promptFactory<unknown>();

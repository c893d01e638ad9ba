import type { z } from "zod";
import type { CallContext } from "./context.ts";
import type { Icon, Metadata } from "./metadata.ts";
import type { Part } from "./reply.ts";
import type { Complete } from "./resource.ts";

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

export interface PromptSpec<C, A extends z.ZodObject> extends PromptFacts {
  readonly arguments: A;
  get(
    args: z.output<A>,
    context: C & CallContext,
  ): string | readonly PromptMessage[] | Promise<string | readonly PromptMessage[]>;
  readonly complete?: { readonly [K in keyof z.output<A> & string]?: Complete<C> };
}

/** Creates the `definePrompt` of a server, whose prompts receive `Context`. */
export function promptFactory<Context>() {
  return <A extends z.ZodObject>(spec: PromptSpec<Context, A>): Prompt<Context> => spec;
}

/** Defines a prompt that needs no context. */
export const definePrompt = promptFactory<unknown>();

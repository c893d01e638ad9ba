import type { z } from "zod";

/** What a client can be asked; each is a capability that it declares. */
export type AskKind = "form" | "url" | "sampling" | "roots";

/** What a person did with a form: `content` is what the form's schema makes of it, defaults applied. */
export type ElicitAnswer<T> =
  | { readonly action: "accept"; readonly content: T }
  | { readonly action: "decline" | "cancel" };

/** Whether a person agreed to open an address. What they did there the server has to find out itself. */
export interface UrlAnswer {
  readonly action: "accept" | "decline" | "cancel";
}

/** One block of a sampling message as the protocol has it: text, image, audio, tool use or tool result. */
export interface SampleBlock {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** One message for the client's model; a string is one block of text. */
export interface SampleMessage {
  readonly role: "user" | "assistant";
  readonly content: string | SampleBlock | readonly SampleBlock[];
}

/** What the client's model is asked: `sampling/createMessage`. */
export interface SampleRequest {
  readonly messages: readonly SampleMessage[];
  readonly maxTokens: number;
  readonly systemPrompt?: string;
  readonly temperature?: number;
  readonly stopSequences?: readonly string[];
  readonly modelPreferences?: { readonly [key: string]: unknown };
  /** Tools the model may use; only for clients that declare `sampling.tools`. */
  readonly tools?: readonly { readonly [key: string]: unknown }[];
  readonly toolChoice?: { readonly mode: "auto" | "required" | "none" };
}

/** What the client's model answered. */
export interface SampleAnswer {
  /** The text blocks, joined by newlines. */
  readonly text: string;
  readonly content: readonly SampleBlock[];
  readonly model: string;
  readonly stopReason?: string;
}

/** A folder or file that a client lets its servers work on. */
export interface Root {
  readonly uri: string;
  readonly name?: string;
}

/**
 * How a tool, prompt or resource asks the client while it runs. In 2026-07-28 a question ends the run,
 * and `run` is entered again with the answer: what may not happen twice goes into `once`. `name` is what
 * a question is called on the wire and in the state of the call; without it they are numbered.
 */
export interface Asking {
  /** Whether the client can be asked this; asking one that cannot throws a ToolError. */
  can(kind: AskKind): boolean;
  /** Shows a person a form: a flat object of strings, numbers, booleans and choices, never a secret. */
  elicit<S extends z.ZodObject>(
    form: S,
    message: string,
    name?: string,
  ): Promise<ElicitAnswer<z.output<S>>>;
  /** Asks a person to open an address: for secrets, payments and sign-ins, which no form may ask for. */
  elicitUrl(url: string, message: string, name?: string): Promise<UrlAnswer>;
  /** Asks the client's model. */
  sample(request: SampleRequest, name?: string): Promise<SampleAnswer>;
  /** The folders that the client lets its servers work on. */
  roots(name?: string): Promise<readonly Root[]>;
  /**
   * Does work once in a call, however often `run` is entered again, and gives its result, which is kept
   * as JSON with the client. Work that fails is not kept. It may not ask anything itself.
   */
  once<T>(name: string, work: () => T | Promise<T>): Promise<T>;
}

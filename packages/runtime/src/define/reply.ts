import type { ContentAnnotations, Icon } from "./metadata.ts";

const brand = Symbol.for("fairlead.Reply");

export interface TextPart {
  readonly type: "text";
  readonly text: string;
  readonly annotations?: ContentAnnotations;
}

export interface MediaPart {
  readonly type: "image" | "audio";
  readonly data: Uint8Array;
  readonly mimeType: string;
  readonly annotations?: ContentAnnotations;
}

/** The content of a resource, embedded in the answer. */
export interface EmbeddedPart {
  readonly type: "resource";
  readonly uri: string;
  readonly mimeType?: string;
  readonly body: string | Uint8Array;
  readonly annotations?: ContentAnnotations;
}

export interface LinkPart {
  readonly type: "resource_link";
  readonly uri: string;
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly mimeType?: string;
  readonly size?: number;
  readonly icons?: readonly Icon[];
  readonly annotations?: ContentAnnotations;
}

export type Part = TextPart | MediaPart | EmbeddedPart | LinkPart;

/** A tool's output together with the content blocks that show it. */
export interface Reply<O = unknown> {
  readonly [brand]: true;
  readonly output: O;
  readonly parts: readonly Part[];
}

/** Answers with `output` as structured content and `parts` as the content blocks, in this order. */
export function reply<O>(output: O, ...parts: Part[]): Reply<O> {
  return { [brand]: true, output, parts };
}

export function isReply(value: unknown): value is Reply {
  return typeof value === "object" && value !== null && brand in value;
}

export function text(content: string, annotations?: ContentAnnotations): TextPart {
  return { type: "text", text: content, ...(annotations && { annotations }) };
}

export function image(data: Uint8Array, mimeType: string): MediaPart {
  return { type: "image", data, mimeType };
}

export function audio(data: Uint8Array, mimeType: string): MediaPart {
  return { type: "audio", data, mimeType };
}

/** A resource's content inside the answer: text as a string, anything else as bytes. */
export function embedded(uri: string, body: string | Uint8Array, mimeType?: string): EmbeddedPart {
  return { type: "resource", uri, body, ...(mimeType !== undefined && { mimeType }) };
}

/** A pointer to something too large to send, which the client may read as a resource. */
export function link(target: Omit<LinkPart, "type">): LinkPart {
  return { type: "resource_link", ...target };
}

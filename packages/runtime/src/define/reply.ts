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

/** An answer made of content blocks alone. */
export interface Reply {
  readonly [brand]: true;
  readonly parts: readonly Part[];
  /** The position of the page after this one. */
  readonly next?: unknown;
}

/**
 * Answers with content blocks, in this order: what is made for reading or looking at. Facts that
 * the model needs besides them are a line of text. Such an answer has no structured content, since
 * many hosts show that instead of the blocks.
 *
 * @example
 * run: async ({ path }) => reply(text(`${path}, 640 x 480`), image(await readFile(path), "image/png"))
 */
export function reply(...parts: Part[]): Reply {
  return { [brand]: true, parts };
}

/**
 * Answers with one page of content blocks. Where there is more, `next` is its position: the client
 * reads it as a signed cursor in a line of text, and sends it back in the tool's `cursor` field.
 *
 * @example
 * run: ({ cursor: start = 0 }) => replyPage(start + 10, text(lines.slice(start, start + 10).join("\n")))
 */
export function replyPage(next: unknown, ...parts: Part[]): Reply {
  return next === undefined ? reply(...parts) : { [brand]: true, parts, next };
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

/**
 * A resource's content inside the answer: text as a string, anything else as bytes. Several hosts
 * show the model nothing of it, so a text belongs in `text` and a file in `link`.
 */
export function embedded(uri: string, body: string | Uint8Array, mimeType?: string): EmbeddedPart {
  return { type: "resource", uri, body, ...(mimeType !== undefined && { mimeType }) };
}

/**
 * A pointer to a file that is too large or that no host can show, which the client may read as a
 * resource. A line of text next to it tells the same, since some hosts drop links.
 */
export function link(target: Omit<LinkPart, "type">): LinkPart {
  return { type: "resource_link", ...target };
}

import type { ContentAnnotations, Icon } from "./metadata.ts";

const brand = Symbol.for("fairlead.Reply");

/** A text of an answer. */
export interface TextPart {
  readonly type: "text";
  readonly text: string;
  readonly annotations?: ContentAnnotations;
}

/** A picture or a sound of an answer. */
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

/** A pointer to a file or resource. */
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

/** One block of content, as `text`, `image`, `audio`, `embedded` and `link` make it. */
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
 * ```ts
 * import { image, reply, text } from "@fairlead/runtime";
 *
 * const png = new Uint8Array([137, 80, 78, 71]);
 * const answer = reply(text("640 x 480"), image(png, "image/png"));
 * ```
 */
export function reply(...parts: Part[]): Reply {
  return { [brand]: true, parts };
}

/**
 * Answers with one page of content blocks. Where there is more, `next` is its position: the client
 * reads it as a signed cursor in a line of text, and sends it back in the tool's `cursor` field.
 *
 * @example
 * ```ts
 * import { replyPage, text } from "@fairlead/runtime";
 *
 * const lines = ["one", "two", "three"];
 * const answer = replyPage(2, text(lines.slice(0, 2).join("\n")));
 * ```
 */
export function replyPage(next: unknown, ...parts: Part[]): Reply {
  return next === undefined ? reply(...parts) : { [brand]: true, parts, next };
}

export function isReply(value: unknown): value is Reply {
  return typeof value === "object" && value !== null && brand in value;
}

/**
 * A text for the model or, by its annotations, for the person.
 *
 * @example
 * ```ts
 * import { text } from "@fairlead/runtime";
 *
 * const part = text("3 files changed", { audience: ["user"] });
 * ```
 */
export function text(content: string, annotations?: ContentAnnotations): TextPart {
  return { type: "text", text: content, ...(annotations && { annotations }) };
}

/**
 * A picture: its bytes and their type, such as `image/png`.
 *
 * @example
 * ```ts
 * import { image } from "@fairlead/runtime";
 *
 * const part = image(new Uint8Array([137, 80, 78, 71]), "image/png");
 * ```
 */
export function image(data: Uint8Array, mimeType: string): MediaPart {
  return { type: "image", data, mimeType };
}

/**
 * A sound: its bytes and their type, such as `audio/wav`. Clients before 2025-03-26 get a line of text.
 *
 * @example
 * ```ts
 * import { audio } from "@fairlead/runtime";
 *
 * const part = audio(new Uint8Array([82, 73, 70, 70]), "audio/wav");
 * ```
 */
export function audio(data: Uint8Array, mimeType: string): MediaPart {
  return { type: "audio", data, mimeType };
}

/**
 * A resource's content inside the answer: text as a string, anything else as bytes. Several hosts
 * show the model nothing of it, so a text belongs in `text` and a file in `link`.
 *
 * @example
 * ```ts
 * import { embedded } from "@fairlead/runtime";
 *
 * const part = embedded("note://welcome", "Hello.", "text/plain");
 * ```
 */
export function embedded(uri: string, body: string | Uint8Array, mimeType?: string): EmbeddedPart {
  return { type: "resource", uri, body, ...(mimeType !== undefined && { mimeType }) };
}

/**
 * A pointer to a file that is too large or that no host can show, which the client may read as a
 * resource. A line of text next to it tells the same, since some hosts drop links.
 *
 * @example
 * ```ts
 * import { link } from "@fairlead/runtime";
 *
 * const part = link({ uri: "file:///srv/report.pdf", name: "report.pdf", mimeType: "application/pdf" });
 * ```
 */
export function link(target: Omit<LinkPart, "type">): LinkPart {
  return { type: "resource_link", ...target };
}

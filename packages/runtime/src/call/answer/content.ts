import type { Part } from "@fairlead/define";
import { count } from "./budget.ts";
import { quote } from "./quote.ts";

/** Content types a revision does not know, which its clients would reject. */
export interface ContentLimits {
  readonly audio: boolean;
  readonly links: boolean;
}

/**
 * The content blocks as a JSON array. Links and sounds get a line of text before them that says what
 * they are, since some hosts (opencode 1.18, for one) show neither.
 */
export function toContent(parts: readonly Part[], limits: ContentLimits): string {
  const blocks = parts.flatMap((part) => {
    const block = toBlock(part, limits);
    const line = isShown(part, limits) ? toLine(part) : undefined;
    return line === undefined ? block : [toTextBlock(line), block];
  });
  return `[${blocks.join(",")}]`;
}

/** One content block as JSON. */
export function toBlock(part: Part, limits: ContentLimits): string {
  switch (part.type) {
    case "text":
      return part.annotations ? JSON.stringify(part) : toTextBlock(part.text);
    case "image":
      return JSON.stringify({ ...part, data: toBase64(part.data) });
    case "audio":
      return isShown(part, limits)
        ? JSON.stringify({ ...part, data: toBase64(part.data) })
        : toTextBlock(toLine(part) ?? "");
    case "resource_link":
      return isShown(part, limits) ? JSON.stringify(part) : toTextBlock(toLine(part) ?? "");
    case "resource": {
      const { uri, mimeType, body, annotations } = part;
      return JSON.stringify({
        type: "resource",
        resource: toResource(uri, mimeType, body),
        annotations,
      });
    }
  }
}

/** Whether the revision has such a block. */
function isShown({ type }: Part, limits: ContentLimits): boolean {
  if (type === "audio") return limits.audio;
  return type !== "resource_link" || limits.links;
}

/** What a block is, in words, for hosts that drop it. */
function toLine(part: Part): string | undefined {
  if (part.type === "audio") return `[Sound: ${part.mimeType}, ${count(part.data.length)} bytes]`;
  if (part.type !== "resource_link") return undefined;
  const { name, title, uri, mimeType, size, description } = part;
  const facts = [mimeType, size === undefined ? undefined : `${count(size)} bytes`];
  const known = facts.filter((fact) => fact !== undefined).join(", ");
  const label = title === undefined ? name : `${title} (${name})`;
  const more = description === undefined ? "" : `. ${description}`;
  return `[File: ${label}${known && `, ${known}`}: ${uri}${more}]`;
}

export function toTextBlock(text: string): string {
  return `{"type":"text","text":${quote(text)}}`;
}

/** A resource's content as the protocol has it: text as it is, bytes as base64. */
export function toResource(uri: string, mimeType: string | undefined, body: string | Uint8Array) {
  return typeof body === "string"
    ? { uri, mimeType, text: body }
    : { uri, mimeType, blob: toBase64(body) };
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

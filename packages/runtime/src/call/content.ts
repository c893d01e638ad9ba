import type { Part } from "../define/reply.ts";

/** Content types a revision does not know, which its clients would reject. */
export interface ContentLimits {
  readonly audio: boolean;
  readonly links: boolean;
}

/** The content blocks as a JSON array. */
export function toContent(parts: readonly Part[], limits: ContentLimits): string {
  return `[${parts.map((part) => toBlock(part, limits)).join(",")}]`;
}

/** One content block as JSON. */
export function toBlock(part: Part, limits: ContentLimits): string {
  switch (part.type) {
    case "text":
      return part.annotations ? JSON.stringify(part) : toTextBlock(part.text);
    case "image":
      return JSON.stringify({ ...part, data: toBase64(part.data) });
    case "audio":
      return limits.audio
        ? JSON.stringify({ ...part, data: toBase64(part.data) })
        : toTextBlock(`[audio, ${part.mimeType}, ${part.data.length} bytes]`);
    case "resource_link":
      return limits.links ? JSON.stringify(part) : toTextBlock(`${part.name}: ${part.uri}`);
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

export function toTextBlock(text: string): string {
  return `{"type":"text","text":${JSON.stringify(text)}}`;
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

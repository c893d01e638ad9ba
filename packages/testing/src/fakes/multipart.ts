/** What an upload brings: metadata, and content with its type. */
export interface Upload {
  readonly metadata: unknown;
  readonly media: { readonly type: string; readonly body: Buffer } | undefined;
}

/**
 * Reads the body of an upload: multipart/related (RFC 2387), or one part alone, which is content or
 * JSON.
 */
export function readUpload(contentType: string, body: Buffer, alone: "media" | "metadata"): Upload {
  const boundary = /^multipart\/related; ?boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) {
    if (alone === "media") return { metadata: undefined, media: { type: contentType, body } };
    return {
      metadata: body.length === 0 ? undefined : JSON.parse(body.toString()),
      media: undefined,
    };
  }
  const [metadata, media] = split(body, `--${boundary}`).map(readPart);
  if (metadata === undefined || media === undefined)
    throw new SyntaxError("malformed multipart body");
  return { metadata: JSON.parse(metadata.body.toString()), media };
}

function split(body: Buffer, mark: string): Buffer[] {
  const parts: Buffer[] = [];
  let start = body.indexOf(mark);
  while (start >= 0) {
    const from = start + mark.length;
    const end = body.indexOf(mark, from);
    if (end < 0) return parts;
    parts.push(body.subarray(from, end));
    start = end;
  }
  return parts;
}

function readPart(part: Buffer) {
  const end = part.indexOf("\r\n\r\n");
  const head = part.subarray(0, end).toString();
  const type = /content-type: *([^\r\n]+)/i.exec(head)?.[1] ?? "application/octet-stream";
  return { type, body: part.subarray(end + 4, part.length - 2) };
}

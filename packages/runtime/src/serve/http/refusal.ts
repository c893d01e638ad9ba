import type { IncomingMessage, ServerResponse } from "node:http";

/** A client reads no answer before it has sent all, so a refused body may come for this long. */
const lingerMs = 2_000;
/** And so much of it. */
const lingerBytes = 4 * 1024 * 1024;

/** An answer below the protocol, as plain text for a person. */
export function say(response: ServerResponse, status: number, text: string): void {
  if (!response.hasHeader("content-type")) {
    response.setHeader("content-type", "text/plain; charset=utf-8");
  }
  response.writeHead(status, {
    "content-length": Buffer.byteLength(text),
    "x-content-type-options": "nosniff",
  });
  response.end(text);
}

/** Drops what still comes of a request that is answered already, and hangs up if it does not end. */
export function dropRest(request: IncomingMessage): void {
  let left = lingerBytes;
  request.on("data", (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
  const hangUp = setTimeout(() => request.destroy(), lingerMs).unref();
  request.once("close", () => clearTimeout(hangUp));
}

import type { IncomingMessage } from "node:http";

/** What concerns one connection and not the message. */
const hopByHop = new Set(["connection", "keep-alive", "transfer-encoding"]);

/** All that a message holds; never settles for one that breaks off. */
export function readAll(message: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    message.on("data", (piece: Buffer) => pieces.push(piece));
    message.once("end", () =>
      resolve(pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces)),
    );
  });
}

/** The headers of a message that are passed on with it. */
export function toEndToEnd(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const [name = "", value = ""] = raw.slice(at, at + 2);
    if (!hopByHop.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}

import { createHash, timingSafeEqual } from "node:crypto";
import type { Principal } from "../define/context.ts";

/** Tells whose token a request bears; undefined for none that is known. */
export type Authenticate = (authorization: string | undefined) => Principal | undefined;

interface Entry {
  readonly principal: Principal;
  readonly digest: Buffer;
}

const lineForm = /^(\S+)\s+sha256:([0-9a-fA-F]{64})$/;

/**
 * Reads a token file: lines of `principal sha256:<hex>`, where the hex is the SHA-256 of the token,
 * so that the file itself opens nothing. Throws for a line of any other form, naming its number.
 */
export function readTokens(content: string): Authenticate {
  const entries: Entry[] = [];
  for (const [index, raw] of content.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const [, id, hex] = lineForm.exec(line) ?? [];
    if (id === undefined || hex === undefined) {
      throw new SyntaxError(`line ${index + 1} is not of the form "principal sha256:<hex>"`);
    }
    entries.push({ principal: { id }, digest: Buffer.from(hex, "hex") });
  }
  if (entries.length === 0) throw new SyntaxError("it holds no token");
  return (authorization) => {
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? "") ?? [];
    if (token === undefined) return undefined;
    const digest = createHash("sha256").update(token).digest();
    // Every entry is compared, so that time does not tell which one matched.
    let found: Principal | undefined;
    for (const entry of entries) if (timingSafeEqual(entry.digest, digest)) found = entry.principal;
    return found;
  };
}

import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const macBytes = 16;

/**
 * Makes page positions into strings only this process can have made. A cursor holds for one scope
 * (the list or tool and the principal it was made for) and is refused in any other.
 */
export interface Cursors {
  sign(scope: string, position: unknown): string;
  /** The position behind a cursor; undefined when it was not made here for this scope. */
  read(scope: string, cursor: string): { readonly position: unknown } | undefined;
}

export function createCursors(key: Uint8Array = randomBytes(32)): Cursors {
  // Compared as text: several texts decode to the same bytes, and only one of them was given out.
  const mac = (scope: string, body: string) => {
    const digest = createHmac("sha256", key).update(`${scope}\0${body}`).digest();
    return Buffer.from(digest.toString("base64url", 0, macBytes));
  };
  return {
    sign(scope, position) {
      const body = Buffer.from(JSON.stringify(position)).toString("base64url");
      return `${body}.${mac(scope, body)}`;
    },
    read(scope, cursor) {
      const dot = cursor.indexOf(".");
      if (dot < 1) return undefined;
      const body = cursor.slice(0, dot);
      const [claimed, own] = [Buffer.from(cursor.slice(dot + 1)), mac(scope, body)];
      if (claimed.length !== own.length || !timingSafeEqual(claimed, own)) return undefined;
      return { position: JSON.parse(Buffer.from(body, "base64url").toString()) };
    },
  };
}

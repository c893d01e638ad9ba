import { createHmac, hash, randomBytes, timingSafeEqual } from "node:crypto";

const macBytes = 16;

/**
 * Makes page positions into strings that only holders of a key can have made. A cursor holds for one
 * scope (the list or tool and the principal it was made for) and is refused in any other.
 */
export interface Cursors {
  sign(scope: string, position: unknown): string;
  /** The position behind a cursor; undefined when it was not made with one of the keys for this scope. */
  read(scope: string, cursor: string): { readonly position: unknown } | undefined;
}

/** The first key signs and all are read with. Without any, one that ends with the process. */
export function createCursors(keys: readonly string[] = []): Cursors {
  const [first = randomBytes(32), ...others] = keys.map((key) =>
    hash("sha256", `fairlead cursor ${key}`, "buffer"),
  );
  // Compared as text: several texts decode to the same bytes, and only one of them was given out.
  const mac = (key: Uint8Array, scope: string, body: string) => {
    const digest = createHmac("sha256", key).update(`${scope}\0${body}`).digest();
    return Buffer.from(digest.toString("base64url", 0, macBytes));
  };
  return {
    sign(scope, position) {
      const body = Buffer.from(JSON.stringify(position)).toString("base64url");
      return `${body}.${mac(first, scope, body)}`;
    },
    read(scope, cursor) {
      const dot = cursor.indexOf(".");
      if (dot < 1) return undefined;
      const body = cursor.slice(0, dot);
      const claimed = Buffer.from(cursor.slice(dot + 1));
      const isOurs = [first, ...others].some((key) => {
        const own = mac(key, scope, body);
        return claimed.length === own.length && timingSafeEqual(claimed, own);
      });
      if (!isOurs) return undefined;
      return { position: JSON.parse(Buffer.from(body, "base64url").toString()) };
    },
  };
}

import { createCipheriv, createDecipheriv, createHmac, hash, randomBytes } from "node:crypto";

const saltBytes = 16;
const ivBytes = 12;
const tagBytes = 16;

/** What a sealed text held, and the random bits by which it can be told from every other. */
export interface Unsealed {
  readonly text: string;
  readonly nonce: string;
}

/**
 * Seals texts so that only holders of a key can read or make them (AES-256-GCM), each for one purpose
 * only. The first key seals, and every key opens: a new one is put in front, and the old one goes when
 * what it sealed has expired. Every text has a key of its own, derived from 128 random bits, so that no
 * number of texts wears a key out.
 */
export class Seal {
  readonly #keys: readonly [Buffer, ...Buffer[]];

  /** Without keys, one that ends with the process. */
  constructor(keys: readonly string[]) {
    const [first, ...others] = keys.map((key) => hash("sha256", `fairlead state ${key}`, "buffer"));
    this.#keys = [first ?? randomBytes(32), ...others];
  }

  seal(text: string, purpose: string): string {
    const head = randomBytes(saltBytes + ivBytes);
    const salt = head.subarray(0, saltBytes);
    const cipher = createCipheriv(
      "aes-256-gcm",
      derive(this.#keys[0], salt),
      head.subarray(saltBytes),
    );
    cipher.setAAD(Buffer.from(purpose));
    const body = [cipher.update(text, "utf8"), cipher.final()];
    return Buffer.concat([head, ...body, cipher.getAuthTag()]).toString("base64url");
  }

  /** Undefined for what was not sealed here for this purpose, whatever is wrong with it. */
  open(sealed: string, purpose: string): Unsealed | undefined {
    const bytes = Buffer.from(sealed, "base64url");
    // Text that only decodes to the same bytes is not what was given out.
    if (bytes.length < saltBytes + ivBytes + tagBytes || bytes.toString("base64url") !== sealed) {
      return undefined;
    }
    const salt = bytes.subarray(0, saltBytes);
    for (const key of this.#keys) {
      const iv = bytes.subarray(saltBytes, saltBytes + ivBytes);
      const decipher = createDecipheriv("aes-256-gcm", derive(key, salt), iv, {
        authTagLength: tagBytes,
      });
      decipher.setAAD(Buffer.from(purpose));
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      try {
        const body = decipher.update(bytes.subarray(saltBytes + ivBytes, -tagBytes));
        const text = Buffer.concat([body, decipher.final()]).toString();
        return { text, nonce: salt.toString("base64url") };
      } catch {
        // Of another key, or of nobody's.
      }
    }
    return undefined;
  }
}

function derive(key: Buffer, salt: Buffer): Buffer {
  return createHmac("sha256", key).update(salt).digest();
}

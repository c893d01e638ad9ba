import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { BoundedMap } from "@fairlead/guard/bounded-map";

const saltBytes = 16;
const headBytes = saltBytes + 12;
const tagBytes = 16;
const cipherName = "aes-256-gcm";
/** Processes whose keys are kept. */
const maxDerived = 256;

/** What a sealed text held, and the bits by which it can be told from every other. */
export interface Unsealed {
  readonly text: string;
  readonly nonce: string;
}

/**
 * Seals texts so that only holders of a key can read or make them (AES-256-GCM), each for one purpose
 * only. The first key seals, and every key opens: a new one is put in front, and the old one goes when
 * what it sealed has expired. Each process seals with a key of its own, derived from its 128 random
 * bits, so that many processes do not wear out the key that they share.
 */
export class Seal {
  readonly #keys: readonly [KeyObject, ...KeyObject[]];
  readonly #salt = randomBytes(saltBytes);
  readonly #own: KeyObject;
  #sealed = 0;
  readonly #derived = new BoundedMap<string, KeyObject>(maxDerived);

  /** Without keys, one that ends with the process. */
  constructor(keys: readonly string[]) {
    const [first, ...others] = keys.map((key) =>
      createSecretKey(hash("sha256", `fairlead state ${key}`, "buffer")),
    );
    this.#keys = [first ?? createSecretKey(randomBytes(32)), ...others];
    this.#own = derive(this.#keys[0], this.#salt);
  }

  seal(text: string, purpose: string): string {
    const head = Buffer.alloc(headBytes, this.#salt);
    // No number comes twice under the process's own key, which is all that GCM asks of it.
    this.#sealed += 1;
    head.writeUIntBE(this.#sealed, headBytes - 6, 6);
    const cipher = createCipheriv(cipherName, this.#own, head.subarray(saltBytes));
    cipher.setAAD(Buffer.from(purpose));
    const body = cipher.update(text, "utf8");
    // All is in the body: GCM has no blocks to fill up.
    cipher.final();
    return Buffer.concat([head, body, cipher.getAuthTag()]).toString("base64url");
  }

  /** Undefined for what was not sealed here for this purpose, whatever is wrong with it. */
  open(sealed: string, purpose: string): Unsealed | undefined {
    const bytes = Buffer.from(sealed, "base64url");
    // Text that only decodes to the same bytes is not what was given out.
    if (bytes.length < headBytes + tagBytes || bytes.toString("base64url") !== sealed) {
      return undefined;
    }
    const salt = bytes.subarray(0, saltBytes);
    const known = salt.equals(this.#salt) ? this.#own : this.#derived.get(salt.toString("latin1"));
    for (const key of known ? [known] : this.#keys.map((each) => derive(each, salt))) {
      const text = decrypt(bytes, key, purpose);
      if (text === undefined) continue;
      if (known === undefined) this.#derived.set(salt.toString("latin1"), key);
      return { text, nonce: bytes.toString("base64url", 0, headBytes) };
    }
    return undefined;
  }
}

function decrypt(bytes: Buffer, key: KeyObject, purpose: string): string | undefined {
  const iv = bytes.subarray(saltBytes, headBytes);
  const decipher = createDecipheriv(cipherName, key, iv, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(purpose));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  try {
    const text = decipher.update(bytes.subarray(headBytes, -tagBytes));
    decipher.final();
    return text.toString();
  } catch {
    // Of another key, or of nobody's.
    return undefined;
  }
}

function derive(key: KeyObject, salt: Buffer): KeyObject {
  return createSecretKey(createHmac("sha256", key).update(salt).digest());
}

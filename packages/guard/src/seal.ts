import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { BoundedMap } from "./bounded-map.ts";

const saltBytes = 16;
const headBytes = saltBytes + 12;
/** Characters that hold it whole, the last of them with four bits of what follows. */
const headLength = Math.ceil((headBytes * 4) / 3);
const tagBytes = 16;
const cipherName = "aes-256-gcm";
/** Processes whose keys are kept. */
const maxDerived = 256;
/** Texts of our own that are known without being deciphered, and how long the longest is. */
const maxRecent = 1_000;
const maxRecentLength = 2_000;

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
  /** What was sealed last and not yet opened: most of it comes back to the process that sealed it. */
  readonly #recent = new BoundedMap<string, { readonly text: string; readonly purpose: string }>(
    maxRecent,
  );

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
    const sealed = Buffer.concat([head, body, cipher.getAuthTag()]).toString("base64url");
    const length = text.length + purpose.length;
    if (length <= maxRecentLength) this.#recent.set(sealed, { text, purpose });
    return sealed;
  }

  /** Undefined for what was not sealed here for this purpose, whatever is wrong with it. */
  open(sealed: string, purpose: string): Unsealed | undefined {
    const own = this.#recent.get(sealed);
    if (own?.purpose === purpose) {
      this.#recent.delete(sealed);
      return { text: own.text, nonce: toNonce(sealed) };
    }
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
      return { text, nonce: toNonce(sealed) };
    }
    return undefined;
  }
}

/** By what stands in front, which no two of a process have alike. */
function toNonce(sealed: string): string {
  // A copy: a part of the text would keep the whole for as long as the nonce is remembered.
  return Buffer.from(sealed.slice(0, headLength)).toString("latin1");
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

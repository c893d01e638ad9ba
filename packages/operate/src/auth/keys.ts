import {
  createRemoteJWKSet,
  customFetch,
  type FlattenedJWSInput,
  type JWSHeaderParameters,
  type RemoteJWKSet,
} from "jose";
import { askJson, NoAnswer } from "./ask.ts";
import { findEndpoint } from "./issuer-metadata.ts";

/** Milliseconds after which keys are fetched again, so that a withdrawn key is refused. */
const maxAgeMs = 5 * 60_000;
/** Minimum milliseconds between two fetches because of unknown keys. */
const cooldownMs = 10_000;
/** Milliseconds for which fetched keys are used while their server cannot be reached. */
const graceMs = 60 * 60_000;
/** Milliseconds after a failure before the next try. */
const retryMs = 2_000;

/**
 * The public keys of one authorization server: found through its metadata (RFC 8414, OpenID Connect
 * Discovery 1.0) at the first need, kept, and fetched again for a key that is new.
 */
export class IssuerKeys {
  readonly #issuer: string;
  readonly #jwksUrl: URL | undefined;
  #finding: Promise<RemoteJWKSet> | undefined;
  #offset = toOffset();
  #failed: { readonly at: number; readonly error: unknown } | undefined;

  constructor(issuer: string, jwksUrl?: URL) {
    this.#issuer = issuer;
    this.#jwksUrl = jwksUrl;
  }

  /** The key for the header of a token; rejects with NoAnswer where the server cannot be asked. */
  readonly find = async (header?: JWSHeaderParameters, token?: FlattenedJWSInput) => {
    const keys = await this.#open();
    const offset = toOffset();
    if (Math.abs(offset - this.#offset) > cooldownMs) {
      // The machine's clock was set, by which the library ages its keys: it would keep them for as long.
      this.#offset = offset;
      await keys.reload();
    }
    return keys(header, token);
  };

  /** Fetches the keys now, so that problems show before the first token. */
  async load(): Promise<void> {
    await (await this.#open()).reload();
  }

  #open(): Promise<RemoteJWKSet> {
    const failed = this.#failed;
    if (failed !== undefined && performance.now() < failed.at + retryMs) throw failed.error;
    this.#finding ??= this.#discover().catch((error: unknown) => {
      this.#finding = undefined;
      this.#failed = { at: performance.now(), error };
      throw error;
    });
    return this.#finding;
  }

  async #discover(): Promise<RemoteJWKSet> {
    const url = this.#jwksUrl ?? (await findEndpoint(this.#issuer, "jwks_uri"));
    return createRemoteJWKSet(url, {
      cacheMaxAge: maxAgeMs,
      cooldownDuration: cooldownMs,
      [customFetch]: keepLast(url),
    });
  }
}

/** How far the machine's clock is ahead of time as it passes. */
function toOffset(): number {
  return Date.now() - performance.now();
}

/** Fetches a set of keys, or gives the last one while the server cannot be reached. */
function keepLast(url: URL): () => Promise<Response> {
  let last: { readonly at: number; readonly text: string } | undefined;
  let failed: { readonly at: number; readonly error: unknown } | undefined;
  return async () => {
    if (failed !== undefined && performance.now() < failed.at + retryMs) throw failed.error;
    try {
      const set = await askJson(url);
      if (!Array.isArray(set["keys"])) throw new NoAnswer(`${url.href} has no keys.`);
      last = { at: performance.now(), text: JSON.stringify(set) };
    } catch (error) {
      if (last === undefined || performance.now() > last.at + graceMs) {
        failed = { at: performance.now(), error };
        throw error;
      }
    }
    return new Response(last.text);
  };
}

import { hash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { OAuthClient, SignInProvider } from "@fairlead/define";
import { HintError } from "@fairlead/guard/hint-error";
import { isRecord, toRecord } from "@fairlead/guard/record";
import type { Seal } from "@fairlead/guard/seal";
import type { StateStore, Vault } from "@fairlead/store";
import { renewTokens, TokenRefusal, type Tokens, withdraw } from "./token-endpoint.ts";

/** Milliseconds in which one process of several renews the tokens of an account. */
const turnMs = 10_000;
/** Milliseconds between two looks at what another process does. */
const pollMs = 200;
/** What services call a sign-in that is over; anything else is the operator's to mend, or passes. */
const ended = [
  ...["invalid_grant", "bad_refresh_token", "invalid_refresh_token"],
  ...["token_revoked", "token_expired", "invalid_auth"],
];

export interface AccountOptions {
  readonly vault: Vault;
  readonly seal: Seal;
  /** The name of the server: others may have the same keys. */
  readonly server: string;
  readonly client: OAuthClient;
  provider(): Promise<SignInProvider>;
  /** By which several processes agree which of them renews; undefined for a process that is alone. */
  readonly turns?: StateStore | undefined;
  warn(message: string): void;
}

/**
 * The tokens of each principal, sealed for that principal alone: an entry that is moved to another
 * principal's key does not open there. Renews them in time, once for all calls that need them.
 */
export class Accounts {
  readonly #options: AccountOptions;
  readonly #renewing = new Map<string, Promise<Tokens | undefined>>();

  constructor(options: AccountOptions) {
    this.#options = options;
  }

  /** A token that is valid now; undefined for a principal who has to sign in, for the first time or again. */
  async token(principal: string, refused?: string): Promise<string | undefined> {
    const tokens = await this.#read(principal);
    if (tokens === undefined) return undefined;
    const { access, refresh, freshUntil = Number.POSITIVE_INFINITY } = tokens;
    if (access !== refused && freshUntil > Date.now()) return access;
    if (refresh !== undefined) return (await this.#renewOnce(principal, tokens, refresh))?.access;
    await this.#options.vault.delete(this.#toKey(principal));
    return undefined;
  }

  async keep(principal: string, tokens: Tokens): Promise<void> {
    const { vault, seal } = this.#options;
    const sealed = seal.seal(JSON.stringify(tokens), this.#toPurpose(principal));
    await vault.set(this.#toKey(principal), sealed);
  }

  /** Forgets the tokens, and withdraws them at the service if it has a way; false if there were none. */
  async forget(principal: string): Promise<boolean> {
    const { vault, client, warn } = this.#options;
    const tokens = await this.#read(principal);
    await vault.delete(this.#toKey(principal));
    if (tokens === undefined) return false;
    const { title, toRevocation } = await this.#options.provider();
    try {
      if (toRevocation) await withdraw(toRevocation(tokens, client));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      warn(`Tokens that were forgotten could not be withdrawn at ${title}: ${why}`);
    }
    return true;
  }

  async #read(principal: string): Promise<Tokens | undefined> {
    const { vault, seal } = this.#options;
    const sealed = await vault.get(this.#toKey(principal));
    const opened = sealed && seal.open(sealed, this.#toPurpose(principal));
    if (!opened) return undefined;
    const { access, refresh, freshUntil } = toRecord(JSON.parse(opened.text));
    if (typeof access !== "string") return undefined;
    return {
      access,
      ...(typeof refresh === "string" && { refresh }),
      ...(typeof freshUntil === "number" && { freshUntil }),
    };
  }

  #renewOnce(principal: string, old: Tokens, refresh: string): Promise<Tokens | undefined> {
    const under = this.#renewing.get(principal);
    if (under !== undefined) return under;
    const renewal = this.#renewInTurn(principal, old, refresh).finally(() =>
      this.#renewing.delete(principal),
    );
    this.#renewing.set(principal, renewal);
    return renewal;
  }

  /** Of several processes one renews: a service that rotates refresh tokens takes each of them once. */
  async #renewInTurn(principal: string, old: Tokens, refresh: string): Promise<Tokens | undefined> {
    const { turns } = this.#options;
    if (turns === undefined) return this.#renew(principal, refresh);
    const now = Date.now();
    const turn = Math.floor(now / turnMs);
    const name = `sign-in ${hash("sha256", refresh, "base64url")} ${turn}`;
    const isMine = await turns.take(name, (turn + 1) * turnMs, principal);
    for (const end = now + turnMs; Date.now() < end; await wait(pollMs)) {
      const current = await this.#read(principal);
      if (current?.access !== old.access) return current;
      if (isMine) return this.#renew(principal, refresh);
    }
    throw new HintError("Your sign-in is being renewed.", "Try again in a few seconds.");
  }

  async #renew(principal: string, refresh: string): Promise<Tokens | undefined> {
    const { client, warn } = this.#options;
    const provider = await this.#options.provider();
    let tokens: Tokens;
    try {
      tokens = await renewTokens({ ...provider, client }, refresh);
    } catch (error) {
      if (!(error instanceof TokenRefusal)) throw toOutage(provider, error);
      if (!ended.includes(error.code)) throw toMisfit(provider, error);
      const current = await this.#read(principal);
      // The person may have signed in again in the meantime.
      if (current !== undefined && current.refresh !== refresh) return current;
      await this.#options.vault.delete(this.#toKey(principal));
      return undefined;
    }
    await this.keep(principal, tokens).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      warn(`Renewed tokens could not be kept (${why}): their owner may have to sign in again.`);
    });
    return tokens;
  }

  #toKey(principal: string): string {
    return `${this.#options.server} ${principal}`;
  }

  #toPurpose(principal: string): string {
    return JSON.stringify([this.#options.server, "account", principal]);
  }
}

function toOutage({ title }: SignInProvider, cause: unknown): HintError {
  const hint = "Try again in a moment.";
  return new HintError(`${title} cannot be asked for a new token just now.`, hint, { cause });
}

function toMisfit({ title }: SignInProvider, { code }: TokenRefusal): HintError {
  return new HintError(
    `${title} refuses to renew the sign-in (${code}).`,
    "Try again later. The person who runs this server must check --sign-in-client-id and --sign-in-client-secret.",
  );
}

/** Whether this is what a vault file holds: texts by their keys. */
export function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every((each) => typeof each === "string");
}

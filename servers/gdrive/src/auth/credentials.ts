import type { Fetch } from "@fairlead/upstream";
import { DriveError } from "../errors.ts";
import { createOAuthClient, findOAuthError, type Keys } from "./oauth-client.ts";
import { readSecret, type Tokens, tokensShape, writeTokens } from "./token-file.ts";

/** Whom requests are made for. */
export interface Credentials {
  /** What the account was signed in for; undefined where nobody said. */
  readonly scopes: readonly string[] | undefined;
  /** A token that holds now; given one that was refused, another if there can be one. */
  token(refused?: string): Promise<string>;
}

/** Milliseconds before its end from which a token is not used any more. */
const margin = 60_000;

export interface StoredOptions {
  readonly path: string;
  readonly tokens: Tokens;
  readonly keys: Keys | undefined;
  readonly fetch: Fetch;
  warn(message: string): void;
}

/** The tokens of a sign-in, renewed when they run out and kept in their file. */
export class StoredCredentials implements Credentials {
  readonly scopes: readonly string[] | undefined;
  readonly #options: StoredOptions;
  #tokens: Tokens;
  /** Callers that find the token spent at the same time share one renewal. */
  #renewal: Promise<string> | undefined;

  constructor(options: StoredOptions) {
    this.#options = options;
    this.#tokens = options.tokens;
    this.scopes = options.tokens.scope?.match(/\S+/g) ?? undefined;
  }

  async token(refused?: string): Promise<string> {
    const { access_token: current, expiry_date: end } = this.#tokens;
    const spent = typeof end === "number" && end < Date.now() + margin;
    if (current && current !== refused && !spent) return current;
    if (current && current === refused && !this.#tokens.refresh_token) return current;
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #renew(): Promise<string> {
    const { path, keys } = this.#options;
    const { refresh_token: refresh } = this.#tokens;
    if (!refresh) throw signInAgain("The sign-in has run out and has no refresh token.");
    if (keys === undefined) {
      throw new DriveError(
        "The sign-in has run out, and without the OAuth client's keys it cannot be renewed.",
        "The person who runs this server must name their file with --oauth-path (GDRIVE_OAUTH_PATH).",
      );
    }
    const fresh = await this.#exchange(keys, refresh).catch(async (error: unknown) => {
      // Another process with the same file may have been given a new refresh token meanwhile.
      const stored = tokensShape.safeParse(await readSecret(path)).data?.refresh_token;
      if (findOAuthError(error) !== "invalid_grant" || !stored || stored === refresh) {
        throw toSignInError(error);
      }
      return this.#exchange(keys, stored).catch((again: unknown) => {
        throw toSignInError(again);
      });
    });
    this.#tokens = { ...this.#tokens, ...fresh };
    await writeTokens(path, this.#tokens).catch((error: Error) =>
      this.#options.warn(
        `The renewed sign-in cannot be kept in ${path} (${error.message}). This process keeps using it. The next one starts with the old sign-in, which Google may have replaced. Make the directory writable.`,
      ),
    );
    const { access_token: token } = this.#tokens;
    if (!token) throw signInAgain("Google returned no token.");
    return token;
  }

  /** Asks for new tokens; a refresh token that is left out stays what it is. */
  async #exchange(keys: Keys, refresh: string): Promise<Tokens> {
    const client = await createOAuthClient(keys, this.#options.fetch);
    client.setCredentials({ refresh_token: refresh });
    let fresh: Tokens = { refresh_token: refresh };
    client.on("tokens", (tokens) => {
      // Taken here: right after, the client puts the old refresh token back into its own copy.
      fresh = { ...fresh, ...tokens };
    });
    await client.refreshAccessToken();
    return fresh;
  }
}

function signInAgain(message: string): DriveError {
  return new DriveError(
    message,
    "The person who runs this server must sign in again: fairlead-server-gdrive auth.",
    401,
  );
}

/** What an OAuth server said against a token, in words for a reader. */
export function toSignInError(error: unknown): unknown {
  const code = findOAuthError(error);
  if (code === "invalid_grant") {
    return signInAgain(
      "Google has ended this sign-in (invalid_grant): it was revoked, the password changed, it was unused for half a year, or its OAuth client is still in testing, which gives it seven days.",
    );
  }
  if (code === undefined) return error;
  return new DriveError(
    `Google refuses to give a token (${code}).`,
    "The person who runs this server must check the OAuth client's keys and its settings.",
    401,
  );
}

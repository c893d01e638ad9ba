import type { Upstream } from "@fairlead/upstream";
import type { WebClient } from "@slack/web-api";
import { SlackError, toSlackError } from "../errors.ts";
import type { Tokens } from "./tokens.ts";

/** Which token a request goes with: the app's own where there is one, or the person's. */
export type Identity = "any" | "user";

/** An account that a person signed in to. Given a token that was refused, it gives another one. */
export interface Account {
  token(refused?: string): Promise<string>;
}

/** Slack's words for a token that it does not accept (any more). */
const refusals = ["invalid_auth", "token_expired", "token_revoked", "account_inactive"];

export interface ClientOptions {
  readonly upstream: Upstream;
  readonly apiUrl: string;
  readonly tokens: Tokens;
  readonly account?: Account | undefined;
}

/** Slack's official client, made for one call at a time on the server's own way to the API. */
export class Client {
  readonly tokens: Tokens;
  readonly #account: Account | undefined;
  readonly #upstream: Upstream;
  readonly #apiUrl: string;

  constructor({ upstream, apiUrl, tokens, account }: ClientOptions) {
    this.#account = account;
    this.tokens = tokens;
    this.#upstream = upstream;
    this.#apiUrl = apiUrl;
  }

  /** Asks Slack; what it or the network has against it comes out as an error for the reader. */
  async ask<T>(
    signal: AbortSignal,
    request: (api: WebClient) => Promise<T>,
    identity: Identity = "any",
  ): Promise<T> {
    const token = await this.#tokenFor(identity);
    try {
      return await this.#send(signal, request, token);
    } catch (error) {
      const isRefused = error instanceof SlackError && refusals.includes(error.code ?? "");
      if (this.#account === undefined || !isRefused) throw error;
      // What was refused so has not been carried out.
      return this.#send(signal, request, await this.#account.token(token));
    }
  }

  async #send<T>(
    signal: AbortSignal,
    request: (api: WebClient) => Promise<T>,
    token: string,
  ): Promise<T> {
    const api = await this.#open(token, signal);
    try {
      return await request(api);
    } catch (error) {
      signal.throwIfAborted();
      const { bot, user } = this.tokens;
      const secrets = [token, bot, user].filter((secret) => secret !== undefined);
      throw toSlackError(error, secrets);
    }
  }

  /** The scopes of a token, by the header Slack answers with; undefined where it says none. */
  async findScopes(
    signal: AbortSignal,
    identity: Identity,
  ): Promise<readonly string[] | undefined> {
    const headers = { authorization: `Bearer ${await this.#tokenFor(identity)}` };
    // Without the official client, which takes longer to load than the list this is asked for.
    const response = await this.raw(signal)(new URL("auth.test", this.#apiUrl), {
      method: "POST",
      headers,
    });
    await response.body?.cancel();
    const scopes = response.headers.get("x-oauth-scopes");
    return scopes?.split(",").map((scope) => scope.trim());
  }

  /** Requests that are not methods of the Web API: a file's bytes. */
  raw(signal: AbortSignal): Upstream["fetch"] {
    return this.#upstream.during(signal);
  }

  /** The token to read files with. */
  async token(): Promise<string> {
    return this.#tokenFor("any");
  }

  async #tokenFor(identity: Identity): Promise<string> {
    if (this.#account !== undefined) return this.#account.token();
    const { bot, user } = this.tokens;
    const token = identity === "user" ? user : (bot ?? user);
    if (token !== undefined) return token;
    throw identity === "user" ? noUserToken() : noToken();
  }

  async #open(token: string, signal: AbortSignal): Promise<WebClient> {
    const { LogLevel, WebClient } = await import("@slack/web-api");
    const silent = () => {};
    return new WebClient(token, {
      slackApiUrl: this.#apiUrl,
      fetch: this.#upstream.during(signal),
      allowAbsoluteUrls: false,
      rejectRateLimitedCalls: true,
      retryConfig: { retries: 0 },
      // Its own writes to stdout, which belongs to the protocol.
      logger: {
        ...{ debug: silent, info: silent, warn: silent, error: silent },
        ...{ setLevel: silent, setName: silent, getLevel: () => LogLevel.ERROR },
      },
    });
  }
}

function noToken(): SlackError {
  return new SlackError(
    "No Slack token is configured.",
    "The person who runs this server must set SLACK_BOT_TOKEN (xoxb-…), SLACK_USER_TOKEN (xoxp-…) or both, or use --demo for an embedded example.",
  );
}

function noUserToken(): SlackError {
  return new SlackError(
    "This works only with a user token.",
    "The person who runs this server can add one as SLACK_USER_TOKEN (xoxp-…).",
  );
}

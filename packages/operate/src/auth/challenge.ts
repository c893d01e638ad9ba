import type { Effect } from "@fairlead/define";
import { algorithms } from "./access-token.ts";
import type { Refusal } from "./authenticate.ts";
import type { OAuthSettings } from "./settings.ts";

export type Scheme = "Bearer" | "DPoP";

/** What RFC 6750 section 3.1 and RFC 9449 section 7.1 call what is wrong. */
type ErrorCode = "invalid_request" | "invalid_token" | "insufficient_scope" | "invalid_dpop_proof";

/** Writes the challenges for clients that may not call, and the texts for their users. */
export class Challenges {
  readonly #settings: OAuthSettings;
  readonly #metadataUrl: string;
  readonly #scheme: Scheme;

  constructor(settings: OAuthSettings, metadataUrl: string) {
    this.#settings = settings;
    this.#metadataUrl = metadataUrl;
    this.#scheme = settings.requireDpop ? "DPoP" : "Bearer";
  }

  /**
   * For a request without a token. It has no error code, or the client would think that it sent a
   * token.
   */
  missing(): Refusal {
    const reason = `This server needs an access token of ${this.#issuers}. A client that supports OAuth for MCP gets one by itself: connect without an Authorization header, and sign in.`;
    return { status: 401, challenge: this.#write(this.#scheme, { scope: this.#least }), reason };
  }

  /** For a token in the URL, where logs and histories have it (OAuth 2.1 section 5.1.1). */
  inQuery({ header }: { readonly header: string | undefined }): Refusal {
    const reason =
      "A token in the URL is not read, since URLs are written into logs. Send it as the header Authorization: Bearer TOKEN, and take it out of the URL.";
    return header === undefined
      ? { ...this.missing(), reason }
      : this.malformed("The token stands in the URL.", reason);
  }

  /** For a request that says two things at once. */
  malformed(
    description: string,
    reason = `${description} Send one Authorization header.`,
  ): Refusal {
    const challenge = this.#write(this.#scheme, { error: "invalid_request", description });
    return { status: 400, challenge, reason };
  }

  /** For a token that is not valid: `why` reads on from "The access token is not accepted:". */
  invalid(why: string, scheme: Scheme = this.#scheme): Refusal {
    const description = `The access token is not accepted: ${why}.`;
    const challenge = this.#write(scheme, {
      error: "invalid_token",
      description,
      scope: this.#least,
    });
    const hint = `Get a new one from ${this.#issuers} for ${this.#settings.resource}.`;
    return { status: 401, challenge, reason: `${description} ${hint}` };
  }

  /** For a proof that does not show that its sender has the key of the token. */
  badProof(why: string): Refusal {
    const description = `The DPoP proof is not accepted: ${why}.`;
    const challenge = this.#write("DPoP", { error: "invalid_dpop_proof", description });
    return { status: 401, challenge, reason: description };
  }

  /**
   * For a call that needs more than was granted: exactly what it needs, as clients add it up
   * themselves.
   */
  insufficient(effect: Effect, more: readonly string[] = []): Refusal {
    const scopes = [...new Set([this.#settings.scopes[effect], ...more])];
    const description =
      scopes.length === 1
        ? `This needs the scope ${scopes[0]}, which the access token does not have.`
        : `This needs the scopes ${scopes.join(" ")}, which the access token does not all have.`;
    const challenge = this.#write(this.#scheme, {
      ...{ error: "insufficient_scope", description },
      scope: scopes.join(" "),
    });
    return { status: 403, challenge, reason: description };
  }

  /** The scope that clients ask for first: more is asked for when a call needs it. */
  get #least(): string {
    return this.#settings.scopes.read;
  }

  get #issuers(): string {
    return this.#settings.issuers.join(" or ");
  }

  #write(
    scheme: Scheme,
    {
      error,
      description,
      scope,
    }: {
      readonly error?: ErrorCode;
      readonly description?: string;
      readonly scope?: string;
    },
  ): string {
    const parts = [
      ...(error === undefined ? [] : [`error="${error}"`]),
      ...(description === undefined ? [] : [`error_description="${description}"`]),
      ...(scope === undefined ? [] : [`scope="${scope}"`]),
      `resource_metadata="${this.#metadataUrl}"`,
      ...(scheme === "DPoP" ? [`algs="${algorithms.join(" ")}"`] : []),
    ];
    return `${scheme} ${parts.join(", ")}`;
  }
}

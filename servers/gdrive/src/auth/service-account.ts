import { sign } from "node:crypto";
import type { Fetch } from "@fairlead/upstream";
import { z } from "zod";
import { DriveError, unreadable } from "../errors.ts";
import type { Credentials } from "./credentials.ts";
import { assertSecure, googleTokenUri } from "./oauth-client.ts";

export const serviceAccountShape = z.object({
  type: z.literal("service_account"),
  client_email: z.string(),
  private_key: z.string(),
  token_uri: z.string().default(googleTokenUri),
});
export type ServiceAccountKey = z.output<typeof serviceAccountShape>;

const answer = z.object({ access_token: z.string(), expires_in: z.number().default(3_600) });
const refusal = z.object({ error: z.string().regex(/^\w{1,64}$/) });

/** Seconds an assertion holds, and before its end from which a token is not used any more. */
const lifetime = 3_600;
const margin = 60;

/** An account of a program's own, which signs for its tokens itself (RFC 7523). */
export class ServiceAccount implements Credentials {
  readonly scopes: readonly string[];
  readonly #key: ServiceAccountKey;
  readonly #fetch: Fetch;
  #token = "";
  /** Seconds of the epoch. */
  #end = 0;
  #renewal: Promise<string> | undefined;

  constructor(key: ServiceAccountKey, scopes: readonly string[], fetch: Fetch) {
    assertSecure(key.token_uri);
    this.#key = key;
    this.scopes = scopes;
    this.#fetch = fetch;
  }

  async token(refused?: string): Promise<string> {
    const now = Date.now() / 1_000;
    if (this.#token !== "" && this.#token !== refused && now < this.#end - margin) {
      return this.#token;
    }
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #renew(): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const response = await this.#fetch(this.#key.token_uri, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
        assertion: this.#assert(now),
      }),
    });
    const body: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw refused(refusal.safeParse(body).data?.error ?? response.status);
    const parsed = answer.safeParse(body);
    if (!parsed.success) throw unreadable("it is not a token");
    this.#token = parsed.data.access_token;
    this.#end = now + parsed.data.expires_in;
    return this.#token;
  }

  #assert(now: number): string {
    const { client_email: iss, private_key: key, token_uri: aud } = this.#key;
    const claims = { iss, aud, scope: this.scopes.join(" "), iat: now, exp: now + lifetime };
    const unsigned = [{ alg: "RS256", typ: "JWT" }, claims].map(toBase64Url).join(".");
    try {
      return `${unsigned}.${sign("sha256", Buffer.from(unsigned), key).toString("base64url")}`;
    } catch {
      throw refused("its private key cannot be used");
    }
  }
}

function refused(why: string | number): DriveError {
  return new DriveError(
    `The service account gets no token (${why}).`,
    "The person who runs this server must check the key file, and that the account is not disabled.",
    401,
  );
}

function toBase64Url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

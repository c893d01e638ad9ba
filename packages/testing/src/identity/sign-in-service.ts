import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { ada, grace } from "./people.ts";

/** What tells the authorization servers of services apart, as their documentation has it. */
export interface SignInHabits {
  readonly authorizePath: string;
  readonly tokenPath: string;
  /** The parameter that has the scopes. */
  readonly scopeParameter: string;
  /** Refuses with the status 200. */
  readonly refusesWith200: boolean;
  /** Puts the tokens of the person into this member. */
  readonly tokensIn?: string;
  /** Gives refresh tokens: always, never, or if the authorization request has this parameter. */
  readonly refreshes: "always" | "never" | { readonly name: string; readonly value: string };
  /** Takes a refresh token once. */
  readonly rotates: boolean;
  /** What is sent to withdraw a token, as `METHOD path`, and where the token stands. */
  readonly revokes?: string;
}

export const githubHabits: SignInHabits = {
  authorizePath: "/login/oauth/authorize",
  tokenPath: "/login/oauth/access_token",
  scopeParameter: "scope",
  refusesWith200: true,
  refreshes: "always",
  rotates: true,
  revokes: "DELETE /applications/app-of-ours/token",
};

export const googleHabits: SignInHabits = {
  authorizePath: "/o/oauth2/v2/auth",
  tokenPath: "/token",
  scopeParameter: "scope",
  refusesWith200: false,
  refreshes: { name: "access_type", value: "offline" },
  rotates: false,
  revokes: "POST /revoke",
};

export const slackHabits: SignInHabits = {
  authorizePath: "/oauth/v2/authorize",
  tokenPath: "/api/oauth.v2.access",
  scopeParameter: "user_scope",
  refusesWith200: true,
  tokensIn: "authed_user",
  refreshes: "never",
  rotates: false,
  revokes: "POST /api/auth.revoke",
};

export interface SignInServiceOptions {
  readonly habits: SignInHabits;
  readonly client: { readonly id: string; readonly secret: string; readonly redirectUri: string };
  /** The access tokens that each person is given, one after the other. */
  readonly tokens: Readonly<Record<string, readonly string[]>>;
}

interface Grant {
  readonly person: string;
  readonly challenge: string;
  readonly redirectUri: string;
  readonly refreshes: "always" | "never";
}

/**
 * The authorization server of a service such as GitHub, in which a person signs in to an account of
 * theirs. It is as strict as OAuth 2.1 asks it to be, with PKCE for every client, and takes a code once.
 */
export class SignInService {
  /** The fields of every token request. */
  readonly exchanges: URLSearchParams[] = [];
  /** The query of every authorization request. */
  readonly visits: URLSearchParams[] = [];
  /** Tokens that were withdrawn, with what was sent for it. */
  readonly revocations: string[] = [];
  /** Seconds that the next access tokens live; 0 for those that do not expire. */
  lifeSeconds = 28_800;
  /** Answers token requests in place of what it would say. */
  refusal: string | undefined;
  /** Where it sends people back to. */
  redirectUri: string;
  readonly #options: SignInServiceOptions;
  readonly #codes = new Map<string, Grant>();
  readonly #refreshTokens = new Map<string, string>();
  readonly #given = new Map<string, number>();

  constructor(options: SignInServiceOptions) {
    this.#options = options;
    this.redirectUri = options.client.redirectUri;
  }

  /** Whether a request is for it. */
  has({ method, url = "" }: IncomingMessage): boolean {
    const { habits } = this.#options;
    const path = url.split("?", 1)[0] ?? "";
    if ([habits.authorizePath, habits.tokenPath].includes(path)) return true;
    return `${method} ${path}` === habits.revokes;
  }

  /** Takes every refresh token back. */
  revokeAll(): void {
    this.#refreshTokens.clear();
  }

  readonly handle: RequestListener = (request, response) => {
    this.#answer(request, response).catch((error: unknown) => {
      response.writeHead(400, { "content-type": "text/plain" }).end(String(error));
    });
  };

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { habits } = this.#options;
    const url = new URL(request.url ?? "/", "http://service.test");
    const body = await text(request);
    if (`${request.method} ${url.pathname}` === habits.revokes) {
      this.revocations.push(`${request.headers.authorization ?? ""} ${body}`);
      return sendJson(response, 200, { ok: true });
    }
    if (url.pathname === habits.tokenPath) {
      const form = new URLSearchParams(body);
      this.exchanges.push(form);
      const result = this.refusal ?? this.#exchange(form);
      if (typeof result !== "string") return sendJson(response, 200, result);
      const refused = { ok: false, error: result, error_description: "It is refused." };
      return sendJson(response, habits.refusesWith200 ? 200 : 400, refused);
    }
    return this.#authorize(url, request.method === "POST" ? body : undefined, response);
  }

  /** Shows a form to sign in, and sends back with a code who has filled it in. */
  #authorize(
    { searchParams: asked, search }: URL,
    form: string | undefined,
    response: ServerResponse,
  ) {
    const { client, habits } = this.#options;
    const redirect = new URL(asked.get("redirect_uri") ?? "");
    const isOurs = asked.get("client_id") === client.id && redirect.href === this.redirectUri;
    const isSafe = asked.get("code_challenge_method") === "S256" && asked.get("state") !== null;
    if (!isOurs || !isSafe || asked.get("response_type") !== "code") {
      throw new TypeError(`This authorization request is not right: ${search}`);
    }
    if (form === undefined) {
      this.visits.push(asked);
      const fields = '<input name="name"><input name="password" type="password">';
      const page = `<!doctype html><form method="post" action="${search}">${fields}<button>Allow</button></form>`;
      response.writeHead(200, { "content-type": "text/html" }).end(page);
      return;
    }
    const person = new URLSearchParams(form);
    const name = person.get("name") ?? "";
    const password = person.get("password");
    if (![ada, grace].some((one) => one.name === name && one.password === password)) {
      throw new TypeError("Unknown.");
    }
    const { refreshes } = habits;
    const code = randomBytes(16).toString("hex");
    this.#codes.set(code, {
      person: name,
      challenge: asked.get("code_challenge") ?? "",
      redirectUri: redirect.href,
      refreshes:
        typeof refreshes === "string"
          ? refreshes
          : asked.get(refreshes.name) === refreshes.value
            ? "always"
            : "never",
    });
    redirect.searchParams.set("code", code);
    redirect.searchParams.set("state", asked.get("state") ?? "");
    response.writeHead(302, { location: redirect.href }).end();
  }

  #exchange(form: URLSearchParams): object | string {
    const { client, habits } = this.#options;
    if (form.get("client_id") !== client.id) return "incorrect_client_credentials";
    if (form.get("client_secret") !== client.secret) return "incorrect_client_credentials";
    if (form.get("grant_type") === "refresh_token") {
      const old = form.get("refresh_token") ?? "";
      const person = this.#refreshTokens.get(old);
      if (person === undefined) return "bad_refresh_token";
      if (habits.rotates) this.#refreshTokens.delete(old);
      return this.#issue(person, habits.rotates ? "always" : "never");
    }
    const code = form.get("code") ?? "";
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    const verifier = form.get("code_verifier") ?? "";
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    if (grant === undefined || grant.challenge !== challenge) return "bad_verification_code";
    if (grant.redirectUri !== form.get("redirect_uri")) return "redirect_uri_mismatch";
    const issued = this.#issue(grant.person, grant.refreshes);
    const { tokensIn } = habits;
    return tokensIn === undefined
      ? issued
      : { ok: true, access_token: "xoxb-of-the-app", [tokensIn]: issued };
  }

  #issue(person: string, refreshes: "always" | "never"): object {
    const nth = this.#given.get(person) ?? 0;
    this.#given.set(person, nth + 1);
    const access = this.#options.tokens[person]?.[nth];
    if (access === undefined)
      throw new RangeError(`There is no token number ${nth + 1} for ${person}.`);
    const refresh = `refresh-${randomBytes(16).toString("hex")}`;
    if (refreshes === "always") this.#refreshTokens.set(refresh, person);
    return {
      ...{ access_token: access, token_type: "bearer", scope: "" },
      ...(this.lifeSeconds > 0 && { expires_in: this.lifeSeconds }),
      ...(refreshes === "always" && { refresh_token: refresh }),
    };
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

import type { OAuthClient, SignInProvider } from "@fairlead/define";
import type { StateStore } from "@fairlead/store";
import { NoAnswer } from "../auth/ask.ts";
import { BadToken } from "../auth/grant.ts";
import { findEndpoint } from "../auth/issuer-metadata.ts";
import type { ResourceServer } from "../auth/resource-server.ts";
import type { OAuthSettings } from "../auth/settings.ts";
import type { Accounts } from "./accounts.ts";
import { createState, type Flow, type Flows, lifeMs } from "./flows.ts";
import { type PageAnswer, toPage } from "./html.ts";
import { createVerifier, exchangeCode, TokenRefusal } from "./token-endpoint.ts";

/** Maximum number of codes that are exchanged at once, however many a browser sends. */
const maxExchanges = 64;

/** What a browser asks for. */
export interface PageRequest {
  readonly method: "GET" | "POST";
  readonly query: URLSearchParams;
  /** The headers of that name. */
  readonly cookie: string | undefined;
  readonly origin: string | undefined;
}

export interface PageOptions {
  /** The name and the title of the server. */
  readonly server: string;
  readonly title: string;
  /** The public URL of the pages. */
  readonly url: URL;
  readonly accounts: Accounts;
  readonly flows: Flows;
  /** Where used links are remembered. */
  readonly states: StateStore;
  /** The authorization server of the callers, and this server as its client. */
  readonly settings: OAuthSettings;
  readonly resourceServer: Pick<ResourceServer, "identify">;
  readonly self: OAuthClient;
  /** The service, and this server as its client. */
  readonly client: OAuthClient;
  provider(): Promise<SignInProvider>;
  readonly log: { info(message: string): void; warn(message: string): void };
}

/**
 * The pages on which a caller signs in to an account of their own (MCP client/elicitation, "Safe URL
 * handling" and "Phishing"). A link alone opens nothing: the person first signs in at the authorization
 * server of the callers, and must turn out to be the principal that the link was made for. A cookie binds
 * each step to the browser that began it, so nobody can hand a half-finished sign-in to someone else.
 */
export class Pages {
  readonly #options: PageOptions;
  readonly #redirectUri: string;
  readonly #cookie: string;
  #exchanging = 0;

  constructor(options: PageOptions) {
    this.#options = options;
    this.#redirectUri = `${options.url.href}/callback`;
    const prefix = options.url.protocol === "https:" ? "__Host-" : "";
    this.#cookie = `${prefix}fairlead-sign-in-${options.server}`;
  }

  /** The page that a link leads to; without a link, the one to sign out on. */
  async start({ method, query, origin }: PageRequest): Promise<PageAnswer> {
    const { flows, title, url } = this.#options;
    const service = (await this.#options.provider()).title;
    const link = query.get("link");
    const ticket = link === null ? undefined : flows.openTicket(link);
    if (link !== null && ticket === undefined) return this.#stale();
    if (method === "GET") {
      return ticket === undefined || link === null
        ? toPage({
            title: `Sign out of ${service}`,
            lines: [`${title} forgets your ${service} account and withdraws its access to it.`],
            button: { label: "Sign out", query: "" },
          })
        : toPage({
            title: `Sign in to ${service}`,
            lines: [
              `${title} asks for access to your ${service} account, for the tool calls of ${ticket.subject}.`,
              `You sign in twice: first as ${ticket.subject}, and then at ${service}.`,
              "Go on only if you asked for this yourself. If someone else sent you this link, close the page.",
            ],
            button: { label: "Continue", query: `link=${encodeURIComponent(link)}` },
          });
    }
    if (origin !== undefined && origin !== url.origin) {
      return toPage({
        ...{ status: 403, title: "Another page sent you here" },
        lines: ["Open the link yourself, and press its button."],
      });
    }
    if (ticket === undefined) return this.#identify("out", "");
    const { nonce, expiresAt, principal } = ticket;
    const isFirst = await this.#options.states.take(nonce, expiresAt, principal);
    return isFirst ? this.#identify("in", principal) : this.#stale();
  }

  /** Where both authorization servers send the browser back to. */
  async callback({ query, cookie }: PageRequest): Promise<PageAnswer> {
    const state = query.get("state") ?? "";
    const name = this.#toCookieName(state);
    const flow = this.#options.flows.openFlow(readCookie(cookie, name) ?? "");
    if (flow === undefined || state !== flow.state) {
      return toPage({
        ...{ status: 400, title: "This browser did not begin this sign-in" },
        lines: [
          "If you began it, call the tool again and open the new link in one browser.",
          "If someone else sent you this address, close the page: they may be after your account.",
        ],
      });
    }
    const code = query.get("code");
    if (code === null) return this.#end(state, toCancelled(query.get("error")));
    if (this.#exchanging >= maxExchanges) {
      return this.#end(state, { ...later, lines: ["Too many people sign in right now."] });
    }
    this.#exchanging += 1;
    try {
      return flow.leg === "identity"
        ? await this.#meet(flow, code, query.get("iss"))
        : await this.#keep(flow, code);
    } catch (error) {
      return this.#fail(error, state);
    } finally {
      this.#exchanging -= 1;
    }
  }

  /** Sends the browser to the authorization server of the callers, to learn who the person is. */
  async #identify(goal: Flow["goal"], principal: string): Promise<PageAnswer> {
    const { settings, self } = this.#options;
    try {
      const place = await findEndpoint(this.#issuer, "authorization_endpoint");
      return this.#leave(place, { leg: "identity", goal, principal }, self, {
        scope: settings.scopes.read,
        resource: settings.resource,
      });
    } catch (error) {
      return this.#fail(error, "");
    }
  }

  /** Goes on only with the person that the link was made for. */
  async #meet(flow: Flow, code: string, issuer: string | null): Promise<PageAnswer> {
    const { resourceServer, self, accounts, log } = this.#options;
    // RFC 9207: the code of another server must not be taken for one of this.
    if (issuer !== null && issuer !== this.#issuer)
      return this.#end(flow.state, toCancelled("iss"));
    const endpoint = await findEndpoint(this.#issuer, "token_endpoint");
    const place = { tokenEndpoint: endpoint.href, client: self };
    const { access } = await exchangeCode(place, this.#toGiven(flow, code));
    const person = await resourceServer.identify(access);
    const provider = await this.#options.provider();
    if (person instanceof BadToken) {
      log.warn(`Sign-in: the token of ${this.#issuer} is not accepted: ${person.message}.`);
      return this.#end(flow.state, { ...later, lines: ["Your identity could not be checked."] });
    }
    if (flow.goal === "out") {
      const had = await accounts.forget(person.id);
      log.info(`Sign-in: ${JSON.stringify(person.id)} signed out of ${provider.title}.`);
      const what = had ? `Your ${provider.title} account is forgotten.` : "There was no account.";
      return this.#end(flow.state, { title: "Signed out", lines: [what] });
    }
    if (person.id !== flow.principal) {
      log.warn(
        `Sign-in: ${JSON.stringify(person.id)} opened a link that was made for ${JSON.stringify(flow.principal)}, and was refused.`,
      );
      return this.#end(flow.state, {
        ...{ status: 403, title: "This link was not made for you" },
        lines: [
          `You are signed in as ${person.subject ?? person.id}, and somebody else asked for this link.`,
          `If someone sent it to you, they tried to get at your ${provider.title} account. Nothing was given to them.`,
        ],
      });
    }
    const { authorizationEndpoint, scopes, scopeParameter, parameters } = provider;
    const { name, separator } = scopeParameter ?? { name: "scope", separator: " " };
    const step = { ...flow, leg: "service" } as const;
    return this.#leave(new URL(authorizationEndpoint), step, this.#options.client, {
      ...(scopes.length > 0 && { [name]: scopes.join(separator) }),
      ...parameters,
    });
  }

  async #keep(flow: Flow, code: string): Promise<PageAnswer> {
    const { accounts, client, title, log } = this.#options;
    const provider = await this.#options.provider();
    const tokens = await exchangeCode({ ...provider, client }, this.#toGiven(flow, code));
    await accounts.keep(flow.principal, tokens);
    log.info(`Sign-in: ${JSON.stringify(flow.principal)} signed in to ${provider.title}.`);
    return this.#end(flow.state, {
      title: `You are signed in to ${provider.title}`,
      lines: [`${title} can use your account now. Close this page and go back.`],
    });
  }

  #toGiven({ verifier }: Flow, code: string) {
    return { code, verifier, redirectUri: this.#redirectUri };
  }

  /** Sends the browser to another server, with a cookie by which it is known when it comes back. */
  #leave(
    place: URL,
    step: Pick<Flow, "leg" | "goal" | "principal">,
    { id }: OAuthClient,
    more: Readonly<Record<string, string>>,
  ): PageAnswer {
    const { verifier, challenge } = createVerifier();
    const state = createState();
    const { leg, goal, principal } = step;
    const sealed = this.#options.flows.sealFlow({ leg, goal, principal, state, verifier });
    const location = new URL(place);
    const asked = {
      ...{ response_type: "code", client_id: id, redirect_uri: this.#redirectUri, state },
      ...{ code_challenge: challenge, code_challenge_method: "S256", ...more },
    };
    for (const [name, value] of Object.entries(asked)) location.searchParams.set(name, value);
    const page = toPage({ status: 303, title: "Go on", lines: [] });
    const cookie = this.#toCookie(state, sealed, lifeMs / 1_000);
    return { ...page, headers: { ...page.headers, ...cookie, location: location.href } };
  }

  /** The last page of a visit, after which the browser is known no more. */
  #end(state: string, text: Parameters<typeof toPage>[0]): PageAnswer {
    const page = toPage(text);
    return { ...page, headers: { ...page.headers, ...this.#toCookie(state, "", 0) } };
  }

  #fail(error: unknown, state: string): PageAnswer {
    const { log } = this.#options;
    if (error instanceof TokenRefusal) {
      log.warn(`Sign-in: ${error.message} Check the id and the secret of the client.`);
      return this.#end(state, { ...later, lines: [`No token was given (${error.code}).`] });
    }
    if (!(error instanceof NoAnswer)) throw error;
    log.warn(`Sign-in: ${error.message}`);
    return this.#end(state, {
      ...later,
      lines: ["The authorization server could not be reached."],
    });
  }

  #stale(): PageAnswer {
    return toPage({
      ...{ status: 400, title: "This link is not valid any more" },
      lines: ["A link is good for ten minutes and one use. Call the tool again for a new one."],
    });
  }

  /** Each visit has a cookie of its own: several calls at once lead to several tabs. */
  #toCookieName(state: string): string {
    return `${this.#cookie}-${state.slice(0, 8)}`;
  }

  #toCookie(state: string, value: string, seconds: number): Readonly<Record<string, string>> {
    const secure = this.#options.url.protocol === "https:" ? "; Secure" : "";
    // Lax: the way back is a link from another site.
    const rest = `Max-Age=${seconds}; Path=/; HttpOnly; SameSite=Lax${secure}`;
    return { "set-cookie": `${this.#toCookieName(state)}=${value}; ${rest}` };
  }

  /** The first, at which this server is a client. */
  get #issuer(): string {
    return this.#options.settings.issuers[0] ?? "";
  }
}

const later = { status: 502, title: "The sign-in did not work", lines: [] };

function toCancelled(error: string | null) {
  const known = /^[\w.-]{1,64}$/.exec(error ?? "")?.[0];
  const lines = [`Nothing was stored${known === undefined ? "" : ` (${known})`}.`];
  return { status: 400, title: "The sign-in was cancelled", lines };
}

function readCookie(header: string | undefined, name: string): string | undefined {
  const found = (header ?? "").split(/; */).filter((each) => each.startsWith(`${name}=`));
  // Of two, one may be planted by another page of the domain: then it is not clear whose it is.
  return found.length === 1 ? found[0]?.slice(name.length + 1) : undefined;
}

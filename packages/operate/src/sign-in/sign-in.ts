import { setTimeout as wait } from "node:timers/promises";
import type { Account, CallContext, Principal, SignInProvider } from "@fairlead/define";
import { HintError } from "@fairlead/guard/hint-error";
import { type AccountOptions, Accounts } from "./accounts.ts";
import { Flows } from "./flows.ts";
import type { PageAnswer } from "./html.ts";
import { type PageOptions, type PageRequest, Pages } from "./pages.ts";

/** The name of the question by which a call asks its user to sign in. */
const signInQuestion = "fairlead-sign-in";
/** Milliseconds that a call waits for a user who agreed to sign in: hosts give a call a minute. */
const patienceMs = 30_000;
const pollMs = 200;

/** What a call asks its client with. */
type Asking = Pick<CallContext, "principal" | "signal" | "can" | "elicitUrl">;

export interface SignInOptions
  extends Omit<AccountOptions, "provider" | "warn">,
    Omit<PageOptions, "accounts" | "flows" | "provider"> {}

/** Signs callers in to accounts of their own at the service behind a server. */
export class SignIn {
  readonly #options: SignInOptions;
  readonly #accounts: Accounts;
  readonly #flows: Flows;
  readonly #pages: Pages;
  #provide: (() => Promise<SignInProvider>) | undefined;

  constructor(options: SignInOptions) {
    const provider = () => this.#provider();
    const { log } = options;
    this.#options = options;
    this.#flows = new Flows(options.seal, options.server);
    this.#accounts = new Accounts({ ...options, provider, warn: log.warn });
    this.#pages = new Pages({ ...options, provider, accounts: this.#accounts, flows: this.#flows });
  }

  /** Tells where callers sign in, which the code of the server knows. */
  provide(provider: () => Promise<SignInProvider>): void {
    this.#provide = provider;
  }

  /** The account of a principal, for `connect`. */
  account(principal: Principal): Account {
    return {
      token: async (refused) => {
        const token = await this.#accounts.token(principal.id, refused);
        if (token !== undefined) return token;
        const { title } = await this.#provider();
        throw this.#toError(principal, `You are not signed in to ${title}.`, title);
      },
    };
  }

  /**
   * Resolves once the caller has an account. Asks them to sign in if their client can show them an address
   * (MCP client/elicitation, URL mode); rejects with a HintError that has the link if it cannot, or if they
   * do not finish. `done` is called with the name of the question when they have finished.
   */
  async ensure(call: Asking, done: (question: string) => void | Promise<void>): Promise<void> {
    const { principal, signal } = call;
    if ((await this.#accounts.token(principal.id)) !== undefined) return;
    const { title } = await this.#provider();
    assertPerson(principal, title);
    if (!call.can("url")) {
      throw this.#toError(principal, `This needs the user's own ${title} account.`, title);
    }
    const message = `Sign in to ${title}, so that ${this.#options.title} can use your own account.`;
    const { action } = await call.elicitUrl(this.#toLink(principal), message, signInQuestion);
    if (action !== "accept") {
      throw new HintError(
        `The user did not agree to sign in to ${title}, or the client did not ask them. Nothing was done.`,
        "Do not call this server again unless the user asks for it.",
      );
    }
    for (const end = Date.now() + patienceMs; Date.now() < end; await wait(pollMs)) {
      signal.throwIfAborted();
      if ((await this.#accounts.token(principal.id)) === undefined) continue;
      return done(signInQuestion);
    }
    throw this.#toError(principal, `The sign-in to ${title} is not finished.`, title);
  }

  start(request: PageRequest): Promise<PageAnswer> {
    return this.#pages.start(request);
  }

  callback(request: PageRequest): Promise<PageAnswer> {
    return this.#pages.callback(request);
  }

  #toLink(principal: Principal): string {
    const link = new URL(this.#options.url);
    link.searchParams.set("link", this.#flows.sealTicket(principal));
    return link.href;
  }

  #toError(principal: Principal, problem: string, title: string): HintError {
    assertPerson(principal, title);
    return new HintError(
      problem,
      `Show the user this link, which is good for 10 minutes: ${this.#toLink(principal)} There they sign in. Then call the tool again.`,
    );
  }

  async #provider(): Promise<SignInProvider> {
    if (this.#provide === undefined) throw new TypeError("Nobody told where callers sign in.");
    return this.#provide();
  }
}

/** Throws for a caller who cannot show in a browser that it is them. */
function assertPerson({ kind, subject }: Principal, title: string): void {
  if (kind === "user" && subject !== undefined) return;
  throw new HintError(
    kind === "machine"
      ? `A program has no ${title} account of its own.`
      : `A caller with a token of --token-file cannot sign in to ${title}.`,
    "The user must connect to this server with OAuth.",
  );
}

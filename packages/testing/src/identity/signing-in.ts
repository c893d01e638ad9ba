import { type HttpProcess, serveHttp } from "../processes.ts";
import { createBrowser, type Page } from "./browser.ts";
import type { Person } from "./people.ts";
import { type IdentityProvider, startIdentityProvider } from "./provider.ts";
import { type Registered, register, signInForToken } from "./tokens.ts";

/** This server as a client of the service. */
export const ourApp = { id: "app-of-ours", secret: "a-secret-of-our-app" } as const;

/** A server whose callers sign in to accounts of their own, and the authorization server of the callers. */
export interface SigningIn {
  readonly identity: IdentityProvider;
  readonly server: HttpProcess;
  /** An access token of the server for somebody. */
  tokenOf(person: Person, scope?: string): Promise<string>;
  /** Ends the server, and starts it again at another address with the same options. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface SigningInOptions {
  readonly bin: string;
  readonly args: (redirectUri: string) => readonly string[] | Promise<readonly string[]>;
  /** Registers the server at the service; as `ourApp` without it. */
  readonly registerApp?: (redirectUri: string) => Promise<Registered>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts both. */
export async function startSigningIn({
  bin,
  args,
  registerApp = async () => ourApp,
  env,
}: SigningInOptions): Promise<SigningIn> {
  const identity = await startIdentityProvider({
    scopes: ["mcp:read", "mcp:write", "mcp:destroy"],
  });
  const start = () =>
    serveHttp(
      bin,
      async (url) => {
        const redirectUri = new URL("sign-in/callback", url).href;
        const { id, secret = "" } = await register(identity, redirectUri);
        const app = await registerApp(redirectUri);
        return [
          ...["--oauth-issuer", identity.issuer, "--oauth-resource", url],
          ...["--sign-in-oauth-client-id", id, "--sign-in-oauth-client-secret", secret],
          ...["--sign-in-client-id", app.id, "--sign-in-client-secret", app.secret ?? ""],
          ...(await args(redirectUri)),
        ];
      },
      env,
    );
  const all = { server: await start() };
  return {
    identity,
    get server() {
      return all.server;
    },
    tokenOf: (person, scope = "mcp:read mcp:write") =>
      signInForToken(identity, all.server.url, { person, scope }),
    async restart() {
      await all.server.close();
      all.server = await start();
    },
    async close() {
      await all.server.close();
      await identity.close();
    },
  };
}

/** A user who goes where their client sends them, in a browser of their own. */
export function createUser(person: Person) {
  const browser = createBrowser(person);
  const pages: Page[] = [];
  return {
    browser,
    /** What they saw at last, of each address. */
    pages,
    onAddress: async (address: string) => {
      pages.push(await browser.visit(address));
      return "accept" as const;
    },
  };
}

import type { z } from "zod";
import type { Principal } from "./context.ts";
import type { Icon } from "./metadata.ts";
import type { Middleware } from "./middleware.ts";
import type { Prompt } from "./prompt.ts";
import type { Resource, ResourceTemplate } from "./resource.ts";
import type { Toolset } from "./tool.ts";

/** The facts of package.json that clients and users see. */
export interface PackageFacts {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** The name in the MCP registry. */
  readonly mcpName?: string;
  readonly bin?: Readonly<Record<string, string>> | string;
  readonly homepage?: string;
}

/** Names and values of a process environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The lists that a server may change while it runs. */
export const listKinds = ["tools", "resources", "prompts"] as const;

/** One of the lists that a server may change while it runs. */
export type ListKind = (typeof listKinds)[number];

/**
 * An authorization server at which callers sign in to accounts of their own (OAuth 2.1, authorization code
 * with PKCE), and how it differs from others.
 *
 * @example
 * const provider: SignInProvider = {
 *   title: "GitHub",
 *   authorizationEndpoint: "https://github.com/login/oauth/authorize",
 *   tokenEndpoint: "https://github.com/login/oauth/access_token",
 *   scopes: ["repo"],
 * };
 */
export interface SignInProvider {
  /** What people call the service. */
  readonly title: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  /** The scopes that are asked for; none where the registration of the client decides. */
  readonly scopes: readonly string[];
  /** How the authorization request has them; by default joined by spaces, as `scope` (RFC 6749 section 3.3). */
  readonly scopeParameter?: { readonly name: string; readonly separator: string };
  /** What else the authorization request needs: Google's `access_type=offline`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /**
   * Where token requests have the secret of the client (RFC 6749 section 2.3.1): in the header, which every
   * server has to take, or in the body, where many services want it.
   */
  readonly secretIn?: "header" | "body";
  /** The member of a token response that holds the person's tokens: Slack's `authed_user`. */
  readonly tokensIn?: string;
  /** The request that withdraws the tokens; without it, signing out only forgets the tokens. */
  toRevocation?(tokens: AccountTokens, client: OAuthClient): HttpRequest;
}

/** A client that is registered at an authorization server. */
export interface OAuthClient {
  readonly id: string;
  /** Undefined for a public client. */
  readonly secret: string | undefined;
}

/** The tokens of an account; those that expire come with one that renews them (RFC 6749 section 1.5). */
export interface AccountTokens {
  readonly access: string;
  readonly refresh?: string;
}

/** One request over HTTP. */
export interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The caller's own account at the service, where the operator lets each caller sign in. */
export interface Account {
  /**
   * An access token that is valid now. Given one that the service refused, another one. Throws a HintError
   * if there is none: it tells the model where its user signs in.
   */
  token(refused?: string): Promise<string>;
}

/** Who a context is made for; aborted when the server shuts down. */
export interface Caller {
  readonly principal: Principal;
  /** With `--sign-in-client-id` only: then these credentials are used, and no others. */
  readonly account?: Account;
  readonly signal: AbortSignal;
  /** What programs the server starts may inherit; options are read from `config`, never here. */
  readonly environment: Environment;
  /** Tells the operator, in the log, of something that is not as it should be. */
  warn(message: string): void;
  /** Tells clients that a list is not what it was: one of those that the server's `changes` names. */
  changed(list: ListKind): void;
}

/** What `connect` opens: the context of every tool, and how it is closed. */
export interface Connection<C> {
  readonly context: C;
  /** Called once, when the server leaves or the connection is dropped. */
  close?(): void | Promise<void>;
}

/** What a server may use to find out whether its backend answers. */
export interface Inquiry<C> {
  /** Opens the connection of the process. Rejects for a server that connects per principal. */
  context(): Promise<C>;
  /** Aborted when the answer comes too late. */
  readonly signal: AbortSignal;
}

/** A command that a person runs instead of serving: `<bin> <name> [options]`. */
export interface Command<C = unknown> {
  readonly description: string;
  /** `print` writes one line for the person; an error with a `hint` is shown as it is. */
  run(config: C, print: (line: string) => void, environment: Environment): void | Promise<void>;
}

/** A server as its author writes it. */
export interface ServerSpec<C, S extends z.ZodObject> extends ServerFacts<C> {
  readonly config: S;
  readonly commands?: Readonly<Record<string, Command<z.output<S>>>>;
  /** Opens what the tools work on; called once, at the first call that needs it. */
  connect(config: z.output<S>, caller: Caller): Connection<C> | Promise<Connection<C>>;
  /**
   * Throws if the backend does not answer. Served over HTTP, `/readyz` then answers 503, so that a
   * balancer sends its requests elsewhere. It is asked every few seconds: it should cost no quota.
   */
  ready?(config: z.output<S>, inquiry: Inquiry<C>): void | Promise<void>;
  /**
   * Where each caller signs in to an account of their own, which `connect` then gets as `account`, whatever
   * `connectPer` says, once for each principal.
   */
  signIn?(config: z.output<S>): SignInProvider;
}

interface ServerFacts<C> {
  /** The name in addresses and environment variables: lower case, no spaces. */
  readonly name: string;
  readonly title: string;
  readonly package: PackageFacts;
  /** What a model should know before it uses the tools. */
  readonly instructions?: string;
  readonly icons?: readonly Icon[];
  readonly websiteUrl?: string;
  /** One connection for the process, which is the default, or one for each principal. */
  readonly connectPer?: "process" | "principal";
  readonly toolsets: readonly Toolset<C>[];
  /** Stands around every tool call, the first outermost. */
  readonly middleware?: readonly Middleware[];
  /**
   * The tools this caller's credentials cannot use, by name, each with the reason: they are left out
   * of its lists. Asked once per caller; a list does not wait for it longer than a moment, and until
   * it is known, or where it fails, nothing is left out.
   */
  findUnusableTools?(context: C, signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /**
   * Config keys of which one must be given for `findUnusableTools` to be asked; without them it is
   * asked always. Where there are no credentials a list is answered before any code is loaded.
   */
  readonly credentials?: readonly string[];
  /** The lists that may change while the server runs; `connect` is given what tells of it. */
  readonly changes?: readonly ListKind[];
  readonly resources?: readonly Resource<C>[];
  readonly resourceTemplates?: readonly ResourceTemplate<C>[];
  readonly prompts?: readonly Prompt<C>[];
  /** The folder of its skills, each a folder with a SKILL.md: `new URL("../skills/", import.meta.url)`. */
  readonly skills?: URL;
}

/** A server with its types erased. It is plain data: importing it does nothing. */
export interface Server<C = unknown> extends ServerFacts<C> {
  readonly config: z.ZodObject;
  readonly commands?: Readonly<Record<string, Command>>;
  /** Opens what the tools work on; called once, at the first call that needs it. */
  connect(config: unknown, caller: Caller): Connection<C> | Promise<Connection<C>>;
  /** Throws if the backend does not answer. */
  ready?(config: unknown, inquiry: Inquiry<C>): void | Promise<void>;
  /** Where each caller signs in to an account of their own. */
  signIn?(config: unknown): SignInProvider;
}

/**
 * Defines a server. Nothing happens until it is served: `connect` waits for the first call.
 *
 * @example
 * ```ts
 * import { defineServer } from "@fairlead/runtime";
 * import { z } from "zod";
 *
 * export const server = defineServer({
 *   name: "clock",
 *   title: "Clock",
 *   package: { name: "clock-mcp", version: "1.0.0", description: "MCP server for the time." },
 *   config: z.object({ zone: z.string().default("UTC").describe("Time zone, such as Europe/Lisbon.") }),
 *   toolsets: [],
 *   connect: ({ zone }) => ({ context: { zone } }),
 * });
 * ```
 */
export function defineServer<C, S extends z.ZodObject>(spec: ServerSpec<C, S>): Server<C> {
  return spec;
}

import type { UrlGuard } from "@fairlead/guard";
import { type Clock, createUpstream, findNextLink, type Upstream } from "@fairlead/upstream";
import type { Octokit } from "@octokit/core";
import type { z } from "zod";
import { GitHubError, toGitHubError } from "../errors.ts";
import type { Credentials } from "./credentials.ts";

export interface ApiOptions {
  readonly baseUrl: string;
  readonly credentials: Credentials;
  /** Names the proxy. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where a redirect may lead, and time, for tests. */
  readonly guard?: UrlGuard;
  readonly clock?: Clock;
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** One request: its path from `path`, so that every value in it is encoded. */
export interface Ask {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Query;
  readonly body?: object;
  /** A moved repository answers with a redirect, which is followed only where that is asked for. */
  readonly redirect?: "follow" | "manual";
}

export interface Answer<T> {
  readonly data: T;
  /** The number of the next page, where there is one. */
  readonly next: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** An answer whose form was not looked at. */
export interface RawAnswer extends Answer<unknown> {
  /** The request it answers. */
  readonly what: string;
}

/** An answer of this form. Throws GitHubError for any other. */
export function readAnswer<S extends z.ZodType>(
  schema: S,
  { what, data, ...more }: RawAnswer,
): Answer<z.output<S>> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return { ...more, data: parsed.data };
  const [issue] = parsed.error.issues;
  throw new GitHubError(
    `${what}: the response of GitHub does not have the form that was expected (${issue?.path.join(".") || "all of it"}: ${issue?.message ?? ""}).`,
    "Try again. If it happens again, a proxy changes the responses, or --host is not a GitHub server.",
  );
}

/** The REST API of one GitHub with one set of credentials. Octokit is loaded at the first request. */
export class Api {
  readonly #options: ApiOptions;
  readonly #upstream: Upstream;
  #octokit: Promise<Octokit> | undefined;

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#upstream = createUpstream({ ...options, limitKey: toLimitKey });
  }

  /** Whether the credentials are an app's, which is nobody and has no account of its own. */
  get isApp(): boolean {
    return this.#options.credentials.kind === "app";
  }

  /** Sends one request and checks the answer's form. Throws GitHubError and UpstreamError. */
  async ask<S extends z.ZodType>(
    schema: S,
    ask: Ask,
    signal: AbortSignal,
  ): Promise<Answer<z.output<S>>> {
    return readAnswer(schema, await this.send(ask, signal));
  }

  /** Sends one request. Throws GitHubError and UpstreamError. */
  async send(ask: Ask, signal: AbortSignal): Promise<RawAnswer> {
    const { method = "GET", path, query = {}, body, redirect = "manual" } = ask;
    // A promise that many calls wait for must not end with one of them: no signal here.
    this.#octokit ??= createOctokit(this.#options, this.#upstream);
    const octokit = await this.#octokit.catch((error: unknown) => {
      // What failed once may be mended meanwhile: the next call tries again.
      this.#octokit = undefined;
      throw error;
    });
    const what = `${method} ${path}`;
    const request = (token?: string) =>
      octokit.request(`${method} ${path}${toSearch(query)}`, {
        ...(body !== undefined && { data: body }),
        ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
        request: { fetch: this.#upstream.during(signal), redirect },
      });
    const answer = await this.#send(request).catch((error: unknown) => {
      throw toGitHubError(error, what);
    });
    if (answer.status >= 300) {
      throw new GitHubError(
        `${what}: the repository was renamed or moved during the request.`,
        "Call again. search_repositories shows the new name.",
        { status: answer.status },
      );
    }
    const { data, headers } = answer;
    return { what, data, next: findNextPage(headers.link), headers };
  }

  close(): void {
    this.#upstream.close();
  }

  /** Sends it with the token of the account, and once more if GitHub refuses that and there is another. */
  async #send<T>(request: (token?: string) => Promise<T>): Promise<T> {
    const { credentials } = this.#options;
    if (credentials.kind !== "account") return request();
    const token = await credentials.account.token();
    return request(token).catch(async (error: unknown) => {
      // What was refused so has not been carried out.
      if (!isRefused(error)) throw error;
      return request(await credentials.account.token(token));
    });
  }
}

async function createOctokit(options: ApiOptions, upstream: Upstream): Promise<Octokit> {
  const { Octokit } = await import("@octokit/core");
  const silent = () => {};
  return new Octokit({
    baseUrl: options.baseUrl,
    userAgent: "fairlead-server-github",
    ...(await toAuth(options.credentials)),
    request: { fetch: upstream.fetch },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
}

async function toAuth(credentials: Credentials) {
  if (credentials.kind === "account") return {};
  if (credentials.kind === "token") return { auth: await credentials.readToken() };
  const { createAppAuth } = await import("@octokit/auth-app");
  const { appId, installationId, readPrivateKey } = credentials;
  const auth = { appId, installationId, privateKey: await readPrivateKey() };
  return { authStrategy: createAppAuth, auth };
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && "status" in error && error.status === 401;
}

/** GitHub counts requests of these kinds apart. */
function toLimitKey({ pathname }: URL): string {
  if (pathname.endsWith("/search/code")) return "code_search";
  if (pathname.includes("/search/")) return "search";
  return pathname.endsWith("/graphql") ? "graphql" : "core";
}

/** Octokit would read a plus sign in `q` as a space. */
function toSearch(query: Query): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) given.set(name, String(value));
  }
  return given.size === 0 ? "" : `?${given}`;
}

function findNextPage(link: unknown): number | undefined {
  if (typeof link !== "string") return undefined;
  const next = findNextLink(new Headers({ link }));
  const page = Number(next && URL.parse(next)?.searchParams.get("page"));
  return Number.isInteger(page) && page > 0 ? page : undefined;
}

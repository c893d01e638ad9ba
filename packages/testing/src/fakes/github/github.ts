import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { createEmulator } from "emulate";
import { type Listening, listen, type Place, type SignInPlace } from "../listen.ts";
import { checkAnswer, checkRequest } from "./description.ts";
import type { Emulator, GapAnswer } from "./gap.ts";
import { GitHubGaps } from "./gaps.ts";

/** Somebody with a token. */
export interface FakeAccount {
  readonly login: string;
  /** As `x-oauth-scopes` says them; fine-grained tokens have none. */
  readonly scopes?: readonly string[];
}

export interface FakeRepository {
  readonly owner: string;
  readonly name: string;
  readonly private?: boolean;
}

export interface FakeGitHubOptions {
  /** Accounts by their tokens. */
  readonly tokens: Readonly<Record<string, FakeAccount>>;
  readonly repositories: readonly FakeRepository[];
  /** Where people sign in, at the same address. */
  readonly signIn?: SignInPlace;
}

export interface SeenRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

/** An answer in place of GitHub's: `hang` for none at all. */
export type Intervention =
  | "hang"
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    };

export interface FakeGitHub extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** What GitHub's own description of its API does not allow: of requests, and of the fake's answers. */
  readonly problems: readonly string[];
  /** Requests whose sender went away before they were answered. */
  readonly abandoned: readonly string[];
  readonly gaps: GitHubGaps;
  /** Answers wait for what this gives for their request, until the function given back is called. */
  hold(until: (request: SeenRequest) => Promise<void>): () => void;
  /** Answers in place of the emulator, until the function given back is called. */
  intercept(answer: (request: SeenRequest) => Intervention | undefined): () => void;
  /** Does something as somebody, past all checks. */
  as(token: string, method: string, path: string, body?: object): Promise<unknown>;
}

/**
 * An emulated GitHub: `emulate` for what it does right, and a small layer in front of it for what it
 * lacks or gets wrong. Every request and each of the layer's own answers is held against GitHub's
 * description.
 */
export async function createFakeGitHub(
  options: FakeGitHubOptions,
  place?: Place,
): Promise<FakeGitHub> {
  const accounts = Object.entries(options.tokens);
  const logins = [
    ...new Set([
      ...accounts.map(([, { login }]) => login),
      ...options.repositories.map(({ owner }) => owner),
    ]),
  ];
  const emulator = await createEmulator({
    service: "github",
    port: 0,
    seed: {
      tokens: Object.fromEntries(
        accounts.map(([token, { login, scopes = ["repo", "user"] }]) => [
          token,
          { login, scopes: [...scopes] },
        ]),
      ),
      github: {
        users: logins.map((login) => ({ login })),
        repos: options.repositories.map((repo) => ({ ...repo, auto_init: true })),
      },
    },
  });
  const fake = new Fake(emulator, options);
  await fake.open(place);
  return fake;
}

class Fake implements FakeGitHub {
  readonly requests: SeenRequest[] = [];
  readonly problems: string[] = [];
  readonly abandoned: string[] = [];
  readonly gaps: GitHubGaps;
  url = "";
  readonly #emulator: Listening;
  readonly #accounts: Readonly<Record<string, FakeAccount>>;
  readonly #interventions = new Set<(request: SeenRequest) => Intervention | undefined>();
  readonly #holds = new Set<(request: SeenRequest) => Promise<void>>();
  #server: Listening | undefined;

  readonly #signIn: FakeGitHubOptions["signIn"];

  constructor(emulator: Listening, { tokens, signIn }: FakeGitHubOptions) {
    this.#emulator = emulator;
    this.#signIn = signIn;
    this.#accounts = tokens;
    const ask: Emulator = (token, method, path, body) => this.#forward(token, method, path, body);
    this.gaps = new GitHubGaps(ask);
  }

  async open(place: Place | undefined): Promise<void> {
    this.#server = await listen((request, response) => {
      if (this.#signIn?.has(request)) return this.#signIn.handle(request, response);
      this.#serve(request, response).catch((error: unknown) => {
        this.problems.push(String(error));
        response.writeHead(500).end();
      });
    }, place);
    this.url = this.#server.url;
  }

  intercept(answer: (request: SeenRequest) => Intervention | undefined): () => void {
    this.#interventions.add(answer);
    return () => this.#interventions.delete(answer);
  }

  hold(until: (request: SeenRequest) => Promise<void>): () => void {
    this.#holds.add(until);
    return () => this.#holds.delete(until);
  }

  async as(token: string, method: string, path: string, body?: object): Promise<unknown> {
    const { status, data } = await this.#forward(token, method, path, body);
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(data)}`);
    return data;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.close();
    await this.#emulator.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? "GET";
    const url = new URL(request.url ?? "/", this.url);
    const raw = await text(request);
    const body: unknown = raw === "" ? undefined : JSON.parse(raw);
    const seen = { method, url, headers: request.headers, body };
    this.requests.push(seen);
    response.on("close", () => {
      if (!response.writableEnded) this.abandoned.push(`${method} ${url.pathname}`);
    });
    await Promise.all([...this.#holds].map((until) => until(seen)));
    for (const intervene of this.#interventions) {
      const answer = intervene(seen);
      if (answer === "hang") return;
      if (answer !== undefined) {
        response.writeHead(answer.status, {
          "content-type": "application/json",
          ...answer.headers,
        });
        response.end(answer.body);
        return;
      }
    }
    const problem = checkRequest(method, url, body);
    if (problem !== undefined) this.problems.push(problem);
    const { status, data, headers = {} } = await this.#answer(seen);
    const isText = typeof data === "string";
    response.writeHead(status, {
      "content-type": isText ? "text/plain; charset=utf-8" : "application/json; charset=utf-8",
      ...headers,
    });
    const shown = isText ? data : JSON.stringify(data);
    response.end(data === undefined ? "" : shown.replaceAll(this.#emulator.url, this.url));
  }

  async #answer({ method, url, headers, body }: SeenRequest): Promise<GapAnswer> {
    const token = (headers.authorization ?? "").split(" ")[1] ?? "";
    if (url.pathname.startsWith("/app/")) return this.#check(method, url, this.gaps.logIn(token));
    const account = this.#accounts[token];
    if (account === undefined) return { status: 401, data: { message: "Bad credentials" } };
    const filled = await this.gaps.answer({ method, url, token, login: account.login, body });
    // What was only put right on its way to the emulator.
    const isRef = /\/git\/(?:refs\/|trees$)/.test(url.pathname);
    if (filled !== undefined) return isRef ? filled : this.#check(method, url, filled);
    const answer = await this.#forward(token, method, url.pathname + url.search, body);
    const improved = await this.gaps.improve(
      { method, url, token, login: account.login, body },
      answer,
    );
    const { scopes } = account;
    const more = scopes === undefined ? {} : { "x-oauth-scopes": scopes.join(", ") };
    return { ...improved, headers: { ...answer.headers, ...improved.headers, ...more } };
  }

  #check(method: string, url: URL, answer: GapAnswer): GapAnswer {
    // Logs come from their storage, which the description does not cover.
    const isDescribed = answer.status < 300 && !url.pathname.endsWith("/logs");
    const problem = isDescribed && checkAnswer(method, url.pathname, answer.status, answer.data);
    if (problem) this.problems.push(problem);
    return answer;
  }

  async #forward(token: string, method: string, path: string, body?: unknown): Promise<GapAnswer> {
    // GitHub takes nothing for an empty object; the emulator does not.
    const sent = method === "GET" || method === "DELETE" ? body : (body ?? {});
    const response = await fetch(this.#emulator.url + path, {
      method,
      redirect: "manual",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(sent !== undefined && { body: JSON.stringify(sent) }),
    });
    const kept = [
      "link",
      "x-ratelimit-limit",
      "x-ratelimit-remaining",
      "x-ratelimit-reset",
      "etag",
    ];
    const headers = Object.fromEntries(
      [...response.headers].filter(([name]) => kept.includes(name)),
    );
    const raw = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    const data: unknown = raw === "" ? undefined : isJson ? JSON.parse(raw) : raw;
    return { status: response.status, data, headers };
  }
}

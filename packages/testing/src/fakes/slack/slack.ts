import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { listen, type Place, type SignInPlace } from "../listen.ts";
import { type Arguments, methods, Refusal } from "./methods.ts";
import { createState, type SlackState } from "./state.ts";

/** One request as it arrived. */
export interface SlackRequest {
  /** The method of the Web API, or the path of a file. */
  readonly method: string;
  readonly args: Arguments;
  readonly authorization: string | undefined;
  /** Whether the caller went away before it was answered. */
  aborted: boolean;
}

/** What happens to a request instead of an answer. */
export type SlackFailure =
  | { readonly kind: "error"; readonly code: string; readonly needed?: string }
  | { readonly kind: "limit"; readonly seconds: number }
  | { readonly kind: "body"; readonly body: string; readonly type?: string }
  | { readonly kind: "status"; readonly status: number; readonly location?: string }
  | { readonly kind: "hang" };

export interface FakeSlack {
  /** What stands for https://slack.com. */
  readonly origin: string;
  readonly apiUrl: string;
  readonly state: SlackState;
  readonly requests: SlackRequest[];
  /** What does not agree with Slack's own description; a test ends by looking here. */
  readonly problems: string[];
  /** What a request waits for before it is answered; nothing by default. */
  hold(request: SlackRequest): Promise<void>;
  /** Decides what fails; nothing by default. */
  fail(request: SlackRequest): SlackFailure | undefined;
  close(): Promise<void>;
}

/**
 * A stateful Slack on loopback: what @slack/web-api's own types say about arguments and answers is
 * what it takes and gives. A request with an argument Slack does not know is refused and noted.
 */
export async function createFakeSlack(place?: Place, signIn?: SignInPlace): Promise<FakeSlack> {
  const { url: origin, close } = await listen((request, response) => {
    if (signIn?.has(request)) return signIn.handle(request, response);
    handle(fake, request, response).catch((error: unknown) => {
      fake.problems.push(String(error));
      response.destroy();
    });
  }, place);
  const fake: FakeSlack = {
    origin,
    apiUrl: `${origin}/api/`,
    state: createState(),
    requests: [],
    problems: [],
    hold: async () => {},
    fail: () => undefined,
    close,
  };
  return fake;
}

async function handle(
  fake: FakeSlack,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "", fake.origin);
  const body = await buffer(request);
  const method = url.pathname.replace(/^\/api\//, "");
  const { authorization } = request.headers;
  const seen: SlackRequest = {
    method,
    args: toArguments(url, request, body),
    authorization,
    aborted: false,
  };
  fake.requests.push(seen);
  response.on("close", () => {
    seen.aborted = !response.writableFinished;
  });
  await fake.hold(seen);
  const failure = fake.fail(seen);
  if (failure !== undefined) return sendFailure(response, failure);
  if (!url.pathname.startsWith("/api/")) return sendFile(fake, request, url, body, response);
  send(response, answer(fake, seen), toHeaders(fake, seen));
}

function toArguments(url: URL, request: IncomingMessage, body: Buffer): Arguments {
  const type = request.headers["content-type"] ?? "";
  const query = Object.fromEntries(url.searchParams);
  if (type.includes("json"))
    return body.length === 0 ? query : { ...query, ...toObject(body.toString()) };
  const form = type.includes("urlencoded")
    ? Object.fromEntries(new URLSearchParams(body.toString()))
    : {};
  const all = { ...query, ...form };
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [key, toValue(value)]));
}

/** Forms carry lists and objects as JSON. */
function toValue(text: string): unknown {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function toObject(text: string): Arguments {
  const value: unknown = JSON.parse(text);
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function answer(fake: FakeSlack, { method, args, authorization = "" }: SlackRequest): object {
  const { state, origin } = fake;
  const token = state.tokens.get(authorization.replace(/^Bearer /, ""));
  const found = methods[method];
  if (found === undefined) {
    fake.problems.push(`${method} is not a method of this fake`);
    return { ok: false, error: "unknown_method" };
  }
  if (token === undefined)
    return { ok: false, error: authorization === "" ? "not_authed" : "invalid_auth" };
  const unknown = Object.keys(args).filter((name) => !found.args.includes(name));
  const missing = (found.required ?? []).filter((name) => args[name] === undefined);
  if (unknown.length + missing.length > 0) {
    fake.problems.push(`${method}: unknown [${unknown}], missing [${missing}]`);
    return { ok: false, error: "invalid_arguments" };
  }
  if (found.only !== undefined && found.only !== token.kind) {
    return { ok: false, error: "not_allowed_token_type" };
  }
  if (found.scopes.length > 0 && !found.scopes.some((scope) => token.scopes.includes(scope))) {
    const needed = found.scopes.join(",");
    return { ok: false, error: "missing_scope", needed, provided: token.scopes.join(",") };
  }
  try {
    const text = (name: string) => (args[name] === undefined ? "" : String(args[name]));
    return found.answer({ state, token, origin, args, text });
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, error: error.code };
    throw error;
  }
}

function toHeaders({ state }: FakeSlack, { authorization = "" }: SlackRequest) {
  const token = state.tokens.get(authorization.replace(/^Bearer /, ""));
  return token === undefined ? {} : { "x-oauth-scopes": token.scopes.join(",") };
}

function send(
  response: ServerResponse,
  body: object,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(200, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(body));
}

function sendFailure(response: ServerResponse, failure: SlackFailure): void {
  if (failure.kind === "hang") return;
  if (failure.kind === "error") {
    const { code, needed } = failure;
    send(
      response,
      { ok: false, error: code, ...(needed !== undefined && { needed, provided: "identify" }) },
      {},
    );
  } else if (failure.kind === "limit") {
    response.writeHead(429, { "retry-after": String(failure.seconds) });
    response.end(JSON.stringify({ ok: false, error: "ratelimited" }));
  } else if (failure.kind === "status") {
    const { status, location } = failure;
    response.writeHead(status, location === undefined ? {} : { location }).end("upstream trouble");
  } else response.writeHead(200, { "content-type": failure.type ?? "text/html" }).end(failure.body);
}

/** Uploads go to an address that is its own permission; downloads need the token. */
function sendFile(
  fake: FakeSlack,
  request: IncomingMessage,
  url: URL,
  body: Buffer,
  response: ServerResponse,
): void {
  const [, place, id = ""] = /^\/(upload\/v1|files-pri)\/(\w+)$/.exec(url.pathname) ?? [];
  const { authorization = "" } = request.headers;
  if (place === "upload/v1" && request.method === "POST") {
    if (authorization !== "") fake.problems.push("a token was sent along with an upload");
    fake.state.contents.set(id, body);
    response.writeHead(200).end("OK");
    return;
  }
  const content = fake.state.contents.get(id);
  const known = fake.state.tokens.has(authorization.replace(/^Bearer /, ""));
  const type = fake.state.files.find((file) => file.id === id)?.mimetype ?? "text/plain";
  if (place === "files-pri" && content !== undefined && known) {
    response.writeHead(200, { "content-type": type }).end(content);
  } else response.writeHead(404).end();
}

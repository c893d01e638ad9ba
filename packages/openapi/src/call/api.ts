import {
  createUpstream,
  systemClock,
  toElapsed,
  type Upstream,
  type UpstreamOptions,
} from "@fairlead/upstream";
import { type Answer, readAnswer } from "../answer/answers.ts";
import { findMessage } from "../answer/error-words.ts";
import { createFileReader, type FileReader } from "../request/files.ts";
import type { ApiEntry, Arguments, Operation, ServerEntry } from "../request/operation.ts";
import { type WrittenRequest, writeRequest } from "../request/request.ts";
import {
  type Credentials,
  type Proof,
  prove,
  type ReadyCredentials,
  toCredentialHeaders,
} from "../request/security.ts";
import { type ServerChoice, toBaseUrl, toOperationBase } from "../request/servers.ts";
import { ApiError, scrub, toHint } from "../values/errors.ts";
import { Tokens, toTokenUrl } from "./tokens.ts";

export interface ApiOptions
  extends ServerChoice,
    Pick<
      UpstreamOptions,
      "environment" | "timeoutMs" | "maxWaitMs" | "maxBytes" | "guard" | "clock"
    > {
  readonly api: ApiEntry;
  /** Servers that single operations have of their own. */
  readonly operationServers?: readonly ServerEntry[];
  /** What proves to each security scheme who is asking. */
  readonly credentials?: Credentials;
  /** Reads the files of uploads; without one only `data:` URLs are taken. */
  readonly files?: FileReader;
  /** Other origins to use instead of those the operations name, for tests and gateways. */
  readonly origins?: Readonly<Record<string, string>>;
  readonly userAgent?: string;
}

/** What one call of an operation is bounded by. */
export interface CallOptions {
  readonly signal: AbortSignal;
  /** Characters of text the answer may hold. */
  readonly budget: number;
  /** The fields to keep of a JSON answer, dots going deeper. */
  readonly fields?: readonly string[];
}

/** An HTTP API whose operations can be called with the arguments of tools. */
export interface Api {
  /**
   * Calls one operation. Throws ArgumentError for arguments no request can be made of, ApiError for
   * what the API says against it, and UpstreamError where there was no answer.
   */
  call(operation: Operation, args: Arguments, options: CallOptions): Promise<Answer>;
  /** Closes the connections that are kept open. */
  close(): void;
}

/** Opens the way to an API. Throws TypeError where nothing says at which URL it is. */
export function createApi(options: ApiOptions): Api {
  return new HttpApi(options);
}

class HttpApi implements Api {
  readonly #options: ApiOptions;
  readonly #base: URL;
  readonly #upstream: Upstream;
  readonly #tokens: Tokens;
  readonly #files: FileReader;

  constructor(options: ApiOptions) {
    const { api, operationServers = [] } = options;
    this.#options = options;
    this.#base = toBaseUrl(api.servers, options);
    this.#files = options.files ?? createFileReader();
    const others = operationServers.map((server) => this.#locate([server]).href);
    const tokens = Object.values(api.schemes).flatMap((scheme) => {
      const urls = [toTokenUrl(scheme, "first"), toTokenUrl(scheme, "refresh")];
      return urls.flatMap((url) => (url ? this.#redirect(new URL(url, this.#base)).href : []));
    });
    this.#upstream = createUpstream({
      ...options,
      baseUrl: this.#base.href,
      origins: [...others, ...tokens],
      credentialHeaders: toCredentialHeaders(api),
    });
    this.#tokens = new Tokens({
      schemes: api.schemes,
      base: this.#base,
      fetch: (url, init) => this.#upstream.fetch(this.#redirect(new URL(String(url))), init),
      elapsed: () => toElapsed(options.clock ?? systemClock),
    });
  }

  async call(operation: Operation, args: Arguments, options: CallOptions): Promise<Answer> {
    const { credentials = {}, api } = this.#options;
    const findToken: Parameters<typeof prove>[3] = (name, credential, scopes) =>
      this.#tokens.find(name, credential, scopes);
    const tokens: string[] = [];
    const attempt = async () => {
      const ready = await toReady(credentials, tokens);
      const proof = await prove(api, operation.security ?? [], ready, findToken);
      const base = this.#locate(operation.servers);
      const request = await writeRequest(operation, args, { base, proof, files: this.#files });
      return { request, proof, response: await this.#send(request, options) };
    };
    let { request, proof, response } = await attempt();
    const renews = Object.values(credentials).some((one) => "clientId" in one || "account" in one);
    if (response.status === 401 && renews) {
      await response.body?.cancel();
      this.#tokens.drop();
      ({ request, proof, response } = await attempt());
    }
    if (response.status >= 400) throw await toApiError(request, response, proof);
    const { clock = systemClock } = this.#options;
    const { etags = false } = api;
    return readAnswer(operation, response, { ...options, clock, etags, uri: request.uri });
  }

  close(): void {
    this.#upstream.close();
  }

  #send({ method, url, headers, body }: WrittenRequest, { signal }: CallOptions) {
    headers.set("user-agent", this.#options.userAgent ?? "fairlead");
    const init = { method, headers, ...(body && { body }) };
    return this.#upstream.during(signal)(url, init);
  }

  #locate(servers: readonly ServerEntry[] | undefined): URL {
    const url = toOperationBase(this.#base, servers, this.#options);
    return url === this.#base ? url : this.#redirect(url);
  }

  #redirect(url: URL): URL {
    const { origins = {} } = this.#options;
    const other = Object.hasOwn(origins, url.origin) ? origins[url.origin] : undefined;
    return other === undefined ? url : new URL(url.pathname + url.search, other);
  }
}

/** Asks each account for a token, and for another one than was tried already. */
async function toReady(credentials: Credentials, tried: string[]): Promise<ReadyCredentials> {
  const ready: Record<string, ReadyCredentials[string]> = {};
  for (const [scheme, credential] of Object.entries(credentials)) {
    if ("account" in credential) {
      const token = await credential.account.token(tried.at(-1));
      tried.push(token);
      ready[scheme] = { token };
    } else ready[scheme] = credential;
  }
  return ready;
}

async function toApiError(
  { method, uri }: WrittenRequest,
  response: Response,
  { secrets, missing }: Proof,
): Promise<ApiError> {
  const { status, statusText } = response;
  const { origin, pathname } = new URL(uri);
  const words = findMessage(await response.text());
  const said = words === undefined ? "." : `: ${words}`;
  const message = `${method} ${origin}${pathname} answered ${`${status} ${statusText}`.trim()}${said}`;
  return new ApiError(scrub(message, secrets), toHint(status, missing), status);
}

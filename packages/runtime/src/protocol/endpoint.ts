import type { ToolAnswer } from "../call/answer.ts";
import { type Call, CallAborted } from "../call/call.ts";
import type { ContentLimits } from "../call/content.ts";
import { type ErrorSink, toMessage } from "../call/failure.ts";
import { createPolicy, type Policy, type PolicyOptions } from "../call/policy.ts";
import { createRedactor, type Redactor } from "../call/redact.ts";
import { isPromise } from "../call/tool-call.ts";
import { logLevels } from "../define/context.ts";
import type { Environment, Server } from "../define/server.ts";
import type { Surface } from "../define/surface.ts";
import { Calls } from "./calls.ts";
import { isLogLevel, Request } from "./envelope.ts";
import type { Features } from "./features.ts";
import { assertParamHeaders } from "./headers.ts";
import {
  errorCode,
  invalidParams,
  isJson,
  type Json,
  ProtocolError,
  type RequestId,
  toErrorFrame,
  toResultFrame,
} from "./json-rpc.ts";
import { type Peer, readClient } from "./peer.ts";
import { pageSize, type RegisteredTool, Registry } from "./registry.ts";
import { batchRevision, isLegacyRevision, legacyRevisions, modernRevision } from "./revisions.ts";

const featureTimeoutMs = 60_000;
/** Some 20,000 tokens: hosts refuse answers above 25,000, and code has under four characters each. */
const defaultBudget = 80_000;
const maxBatch = 100;

/** A server's definition and its checked config, once its code is loaded. */
export interface Loaded {
  readonly server: Server;
  readonly config: unknown;
  /** What programs the server starts may inherit; nothing by default. */
  readonly environment?: Environment;
}

export interface EndpointOptions {
  readonly surface: Surface;
  /** Loads the server's code and checks its config; called once, at the first need. */
  load(): Promise<Loaded>;
  readonly policy?: PolicyOptions;
  /** Characters of text an answer may hold; 80,000 by default, Infinity for no limit. */
  readonly budget?: number;
  /** No credentials were given: then nobody is asked what they can use. */
  readonly anonymous?: boolean;
  /** Values that may reach no client and no log. */
  readonly secrets?: readonly string[];
  readonly sink: ErrorSink;
  /** Stands in for what `connect` would give the tools, for tests. */
  readonly context?: unknown;
}

type Answer = string | undefined;
type Method = (request: Request) => string | Promise<string>;

/**
 * One server, ready to be spoken to over any transport and in any revision. `handle` takes a parsed
 * message and gives the frame that answers it, or undefined where nothing is to be said.
 */
export class Endpoint {
  readonly registry: Registry;
  readonly #options: EndpointOptions;
  readonly #policy: Policy;
  readonly #redactor: Redactor;
  readonly #calls: Calls;
  readonly #common: ReadonlyMap<string, Method>;
  readonly #legacy: ReadonlyMap<string, Method>;
  readonly #narrows: boolean;
  #loading: Promise<Features> | undefined;
  #features: Features | undefined;

  constructor(options: EndpointOptions) {
    const { surface, policy = {} } = options;
    this.#options = options;
    this.#policy = createPolicy(surface, policy);
    this.#narrows = surface.credentials !== undefined && options.anonymous !== true;
    this.#redactor = createRedactor(options.secrets ?? []);
    this.#calls = new Calls({
      budget: options.budget ?? defaultBudget,
      redact: this.#redactor.value,
    });
    this.registry = new Registry(surface, this.#policy, policy);
    this.#common = this.#commonMethods();
    this.#legacy = new Map<string, Method>([
      ["initialize", (request) => this.#initialize(request)],
      ["ping", () => "{}"],
      ["logging/setLevel", (request) => setLogLevel(request)],
    ]);
  }

  /** Answers one message, or a batch where the revision has them. */
  handle(message: unknown, peer: Peer): Answer | Promise<Answer> {
    if (!Array.isArray(message)) return this.#handleOne(message, peer);
    return this.#handleBatch(message, peer);
  }

  /** Answers a frame that was no JSON at all. */
  refuse(reason: string, peer: Peer, code: number = errorCode.parse): string {
    return this.#fail(undefined, new ProtocolError(code, reason, 400), peer);
  }

  /** Loads the server's code and checks its config now, so that problems show before a call. */
  async prepare(): Promise<void> {
    await this.#load();
  }

  /** Resolves when nothing is in flight and every answer has been handed over. */
  idle(): Promise<void> {
    return this.#calls.idle();
  }

  /** Aborts what is in flight and closes what the tools work on. */
  async close(): Promise<void> {
    this.#calls.abortAll(new CallAborted("shutdown", "The server is shutting down."));
    const features = await this.#loading?.catch(() => undefined);
    await features?.close();
  }

  #handleOne(message: unknown, peer: Peer): Answer | Promise<Answer> {
    if (!isJson(message) || message["jsonrpc"] !== "2.0") {
      return this.#refuseRequest(undefined, 'Not a JSON-RPC 2.0 message ("jsonrpc": "2.0").', peer);
    }
    const { id, method } = message;
    if (typeof method !== "string") {
      // An answer to a request we never sent: nothing to do, and nothing to say.
      if ("result" in message || "error" in message) return undefined;
      return this.#refuseRequest(isId(id) ? id : undefined, "method must be a string.", peer);
    }
    if (!("id" in message)) return this.#notify(method, message["params"], peer);
    if (!isId(id))
      return this.#refuseRequest(undefined, "id must be a string or an integer.", peer);
    try {
      const request = new Request(id, method, message, peer);
      const result = this.#dispatch(request);
      return typeof result === "string"
        ? toResultFrame(id, result)
        : this.#settle(id, result, peer);
    } catch (error) {
      return this.#fail(id, error, peer, method);
    }
  }

  async #settle(id: RequestId, result: Promise<string>, peer: Peer): Promise<Answer> {
    try {
      return toResultFrame(id, await result);
    } catch (error) {
      if (error instanceof CallAborted && error.why === "cancelled") return undefined;
      return this.#fail(id, error, peer, "request");
    }
  }

  async #handleBatch(messages: readonly unknown[], peer: Peer): Promise<Answer> {
    const header = peer.headers?.["mcp-protocol-version"];
    const revision = peer.headers ? (header ?? batchRevision) : (peer.revision ?? batchRevision);
    if (revision !== batchRevision) {
      return this.#refuseRequest(undefined, `${String(revision)} has no batches.`, peer);
    }
    if (messages.length === 0 || messages.length > maxBatch) {
      return this.#refuseRequest(undefined, `A batch holds 1 to ${maxBatch} messages.`, peer);
    }
    const answers = await Promise.all(messages.map((message) => this.#handleOne(message, peer)));
    const frames = answers.filter((answer) => answer !== undefined);
    // Each answer says for itself how it went.
    peer.status = 200;
    return frames.length === 0 ? undefined : `[${frames.join(",")}]`;
  }

  #notify(method: string, params: unknown, peer: Peer): undefined {
    if (method !== "notifications/cancelled" || !isJson(params)) return undefined;
    const { requestId, reason } = params;
    if (isId(requestId)) peer.cancel(requestId, typeof reason === "string" ? reason : "cancelled");
    return undefined;
  }

  #dispatch(request: Request): string | Promise<string> {
    const { method, modern } = request;
    const handler =
      this.#common.get(method) ??
      (modern ? undefined : this.#legacy.get(method)) ??
      (modern && method === "server/discover" ? () => this.registry.discover() : undefined);
    if (handler) return handler(request);
    if (!modern && method === "server/discover") {
      throw invalidParams(
        'params._meta["io.modelcontextprotocol/protocolVersion"] is required for server/discover.',
      );
    }
    throw new ProtocolError(
      errorCode.methodNotFound,
      `Method not found: ${method}`,
      modern ? 404 : 200,
    );
  }

  #commonMethods(): ReadonlyMap<string, Method> {
    const { registry } = this;
    const { tools, resources, prompts, completions } = registry.capabilities;
    const methods = new Map<string, Method>();
    if (tools) {
      methods.set("tools/list", (request) => {
        if (request.params["cursor"] !== undefined) throw invalidParams("This list has one page.");
        if (!this.#narrows) return registry.listTools(request.modern);
        return this.#feature(request, async (features, call) =>
          registry.listTools(request.modern, await features.unusable(call)),
        );
      });
      methods.set("tools/call", (request) => this.#callTool(request));
    }
    if (resources) {
      methods.set("resources/list", (request) =>
        registry.surface.dynamicResources || !fitsOnePage(request, registry.surface.resources)
          ? this.#feature(request, (features, call) => features.listResources(request, call))
          : registry.listWhole("resources", request.modern),
      );
      methods.set("resources/templates/list", (request) =>
        this.#list("resourceTemplates", request),
      );
      methods.set("resources/read", (request) =>
        this.#feature(request, (features, call) => features.readResource(request, call)),
      );
    }
    if (prompts) {
      methods.set("prompts/list", (request) => this.#list("prompts", request));
      methods.set("prompts/get", (request) =>
        this.#feature(request, (features, call) =>
          features.getPrompt(request, call, contentLimits(request)),
        ),
      );
    }
    if (completions) {
      methods.set("completion/complete", (request) =>
        this.#feature(request, (features, call) => features.complete(request, call)),
      );
    }
    return methods;
  }

  #list(key: "resourceTemplates" | "prompts", request: Request): string | Promise<string> {
    if (fitsOnePage(request, this.registry.surface[key])) {
      return this.registry.listWhole(key, request.modern);
    }
    return this.#feature(request, async (features) => features.listFixed(key, request));
  }

  #initialize({ params, peer }: Request): string {
    const { protocolVersion, clientInfo, capabilities } = params;
    const revision = isLegacyRevision(protocolVersion) ? protocolVersion : legacyRevisions[0];
    peer.revision = revision;
    peer.client = readClient(clientInfo);
    peer.clientCapabilities = isJson(capabilities) ? capabilities : {};
    return this.registry.initialize(revision);
  }

  #callTool(request: Request): string | Promise<string> {
    const { name, arguments: args = {} } = request.params;
    if (typeof name !== "string") throw invalidParams("name is required (string).");
    const registered = this.registry.tools.get(name);
    if (!registered) throw invalidParams(`Unknown tool: ${name}`);
    if (!isJson(args)) throw invalidParams("arguments must be an object.");
    if (request.modern && request.peer.headers) {
      assertParamHeaders(request.peer.headers, registered.headers, args);
    }
    assertCapabilities(registered.surface.requires, request);
    return this.#runTool(request, registered, args);
  }

  #runTool(request: Request, registered: RegisteredTool, args: Json): string | Promise<string> {
    const call = this.#calls.begin(request);
    let answer: ToolAnswer | Promise<ToolAnswer>;
    try {
      const run = (features: Features) => {
        const tool = features.tool(registered);
        const given = tool.call(args, call, contentLimits(request));
        if (isPromise(given)) this.#calls.limit(call, tool.timeoutMs);
        return given;
      };
      answer = this.#features ? run(this.#features) : this.#load().then(run);
    } catch (error) {
      this.#calls.end(request, call);
      throw error;
    }
    if (isPromise(answer)) return this.#awaitTool(request, registered, call, answer);
    this.#calls.end(request, call);
    return this.#toToolResult(request, registered, answer);
  }

  async #awaitTool(
    request: Request,
    registered: RegisteredTool,
    call: Call,
    answer: Promise<ToolAnswer>,
  ): Promise<string> {
    try {
      return this.#toToolResult(request, registered, await answer);
    } finally {
      this.#calls.end(request, call);
    }
  }

  #toToolResult(
    { modern }: Request,
    { wrapsOutput }: RegisteredTool,
    { content, structured, isError }: ToolAnswer,
  ): string {
    let members = `"content":${content}`;
    if (structured !== undefined) {
      const wrap = wrapsOutput && !modern;
      members += `,"structuredContent":${wrap ? `{"result":${structured}}` : structured}`;
    }
    if (isError) members += ',"isError":true';
    return this.registry.result(modern, members);
  }

  async #feature(
    request: Request,
    work: (features: Features, call: Call) => Promise<string>,
  ): Promise<string> {
    const call = this.#calls.begin(request);
    try {
      const features = this.#features ?? (await this.#load());
      this.#calls.limit(call, featureTimeoutMs);
      return this.#redactor.result(await call.settle(work(features, call)));
    } finally {
      this.#calls.end(request, call);
    }
  }

  #load(): Promise<Features> {
    this.#loading ??= this.#bind();
    // A failed load (a disk that was away, say) is tried again by the next call.
    this.#loading.catch(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #bind(): Promise<Features> {
    const [{ server, config, environment = {} }, { createFeatures }] = await Promise.all([
      this.#options.load(),
      import("./features.ts"),
    ]);
    this.#features = await createFeatures(server, config, {
      registry: this.registry,
      policy: this.#policy,
      redactor: this.#redactor,
      sink: this.#options.sink,
      context: this.#options.context,
      environment,
    });
    return this.#features;
  }

  #refuseRequest(id: RequestId | undefined, reason: string, peer: Peer): string {
    return this.#fail(id, new ProtocolError(errorCode.invalidRequest, reason, 400), peer);
  }

  /** The error frame for what was thrown; anything but a ProtocolError becomes a reference. */
  #fail(id: RequestId | undefined, error: unknown, peer: Peer, where = "request"): string {
    const known =
      error instanceof ProtocolError
        ? error
        : new ProtocolError(
            errorCode.internal,
            error instanceof CallAborted
              ? error.message
              : toMessage(error, where, this.#options.sink),
          );
    peer.status = known.status;
    return toErrorFrame(id, {
      code: known.code,
      message: this.#redactor.text(known.message),
      data: this.#redactor.value(known.data),
    });
  }
}

function setLogLevel({ params, peer }: Request): string {
  const { level } = params;
  if (!isLogLevel(level)) throw invalidParams(`A log level is one of ${logLevels.join(", ")}.`);
  peer.logLevel = level;
  return "{}";
}

/** Throws -32021 with the capabilities that are missing. */
function assertCapabilities(
  requires: { readonly [capability: string]: unknown } = {},
  request: Request,
): void {
  const missing = Object.entries(requires).filter(([key]) => !(key in request.clientCapabilities));
  if (missing.length === 0) return;
  throw new ProtocolError(
    errorCode.missingClientCapability,
    `The client must declare: ${missing.map(([key]) => key).join(", ")}.`,
    request.modern ? 400 : 200,
    { requiredCapabilities: Object.fromEntries(missing) },
  );
}

const everything: ContentLimits = { audio: true, links: true };

function contentLimits({ revision }: Request): ContentLimits {
  if (revision === modernRevision) return everything;
  return { audio: revision >= "2025-03-26", links: revision >= "2025-06-18" };
}

function fitsOnePage({ params }: Request, entries: readonly unknown[]): boolean {
  return params["cursor"] === undefined && entries.length <= pageSize;
}

function isId(id: unknown): id is RequestId {
  return typeof id === "string" || Number.isSafeInteger(id);
}

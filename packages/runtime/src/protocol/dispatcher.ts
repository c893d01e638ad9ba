import type { ToolAnswer } from "../call/answer/answer.ts";
import type { ContentLimits } from "../call/answer/content.ts";
import { readArguments } from "../call/arguments/readings.ts";
import { type Call, CallAborted } from "../call/call.ts";
import { createPolicy, type Policy } from "../call/policy.ts";
import { isPromise } from "../call/promise.ts";
import type { Redactor } from "../call/redact.ts";
import { logLevels } from "../define/context.ts";
import { toBudget } from "../guard/text/room.ts";
import { isLogLevel, type Request } from "./envelope.ts";
import { bindExtensions } from "./extension-methods.ts";
import { assertParamHeaders } from "./headers.ts";
import { featureTimeoutMs, InFlight } from "./in-flight.ts";
import {
  errorCode,
  invalidParams,
  isJson,
  type Json,
  methodNotFound,
  ProtocolError,
} from "./json-rpc.ts";
import type { CoreMethod, Method } from "./methods.ts";
import type { EndpointOptions } from "./options.ts";
import { readClient } from "./peer.ts";
import { isLegacyRevision, legacyRevisions, modernRevision } from "./revisions.ts";
import { Catalog, type CatalogTool, pageSize } from "./server/catalog.ts";
import type { LoadedServer } from "./server/loaded-server.ts";
import { SubscriptionMethods } from "./subscriptions/methods.ts";

/** As `--max-output-chars`, for programs that embed a server. */
const defaultBudget = 39_900;

/** What one server answers to each method of the protocol, its code loaded at the first need. */
export class Dispatcher {
  readonly catalog: Catalog;
  readonly #options: EndpointOptions;
  readonly #policy: Policy;
  readonly #redactor: Redactor;
  readonly #inFlight: InFlight;
  readonly #common: ReadonlyMap<string, Method>;
  readonly #legacy: ReadonlyMap<string, Method>;
  readonly #modern: ReadonlyMap<string, Method>;
  readonly #extended: ReadonlyMap<string, Method>;
  readonly #narrows: boolean;
  readonly #subscriptions: SubscriptionMethods;
  #loading: Promise<LoadedServer> | undefined;
  #loaded: LoadedServer | undefined;

  constructor(options: EndpointOptions, redactor: Redactor) {
    const { surface, policy = {}, budget = defaultBudget } = options;
    this.#options = options;
    this.#policy = createPolicy(surface, policy);
    this.#narrows = surface.credentials !== undefined && options.anonymous !== true;
    this.#redactor = redactor;
    this.#inFlight = new InFlight({ budget: toBudget(budget), redact: redactor.value });
    const { extensions = [] } = options;
    const capabilities = extensions.map((extension) => extension.capabilities);
    this.catalog = new Catalog(surface, this.#policy, policy, capabilities);
    this.#common = this.#commonMethods();
    const load = async () => this.#loaded ?? this.#load();
    const subscriptions = new SubscriptionMethods(options, { inFlight: this.#inFlight, load });
    this.#subscriptions = subscriptions;
    this.#legacy = new Map<CoreMethod, Method>([
      ["initialize", (request) => this.#initialize(request)],
      ["ping", () => "{}"],
      ["logging/setLevel", (request) => setLogLevel(request)],
      ["resources/subscribe", (request) => subscriptions.subscribe(request, "subscribe")],
      ["resources/unsubscribe", (request) => subscriptions.subscribe(request, "unsubscribe")],
    ]);
    this.#modern = new Map<CoreMethod, Method>([
      ["server/discover", () => this.catalog.discover()],
      ["subscriptions/listen", (request) => subscriptions.listen(request)],
    ]);
    this.#extended = bindExtensions(extensions, {
      catalog: this.catalog,
      inFlight: this.#inFlight,
      redactor,
    });
  }

  /** The result of a request; throws ProtocolError where there is none. */
  answer(request: Request): string | Promise<string> {
    const { method, modern } = request;
    const handler =
      this.#common.get(method) ??
      (modern ? this.#modern : this.#legacy).get(method) ??
      this.#extended.get(method);
    if (handler) return handler(request);
    if (!modern && method === "server/discover") {
      throw invalidParams(
        'params._meta["io.modelcontextprotocol/protocolVersion"] is required for server/discover.',
      );
    }
    throw methodNotFound(request);
  }

  /** Loads the server's code and checks its config now, so that problems show before a call. */
  async prepare(): Promise<void> {
    await this.#load();
  }

  /** Resolves when nothing is in flight and every answer has been handed over. */
  idle(): Promise<void> {
    return this.#inFlight.idle();
  }

  /** Ends every subscription in order; from now on there is no new one. */
  stopListening(): Promise<void> {
    return this.#subscriptions.close();
  }

  /** Aborts what is in flight and closes what the tools work on. */
  async close(): Promise<void> {
    await this.stopListening();
    this.#inFlight.abortAll(new CallAborted("shutdown", "The server is shutting down."));
    const loaded = await this.#loading?.catch(() => undefined);
    await loaded?.close();
  }

  #commonMethods(): ReadonlyMap<string, Method> {
    const { catalog } = this;
    const { tools, resources, prompts, completions } = catalog.capabilities;
    const methods = new Map<CoreMethod, Method>();
    if (tools) {
      methods.set("tools/list", (request) => {
        if (request.cursor !== undefined) throw invalidParams("This list has one page.");
        if (!this.#narrows) return catalog.listTools(request.era);
        return this.#feature(request, async (loaded, call) =>
          catalog.listTools(request.era, await loaded.view(call)),
        );
      });
      methods.set("tools/call", (request) => this.#callTool(request));
    }
    if (resources) {
      methods.set("resources/list", (request) =>
        catalog.surface.dynamicResources || !fitsOnePage(request, catalog.surface.resources)
          ? this.#feature(request, (loaded, call) => loaded.listResources(request, call))
          : catalog.listWhole("resources", request.era),
      );
      methods.set("resources/templates/list", (request) =>
        this.#list("resourceTemplates", request),
      );
      methods.set("resources/read", (request) =>
        this.#feature(request, (loaded, call) => loaded.readResource(request, call)),
      );
    }
    if (prompts) {
      methods.set("prompts/list", (request) => this.#list("prompts", request));
      methods.set("prompts/get", (request) =>
        this.#feature(request, (loaded, call) =>
          loaded.getPrompt(request, call, contentLimits(request)),
        ),
      );
    }
    if (completions) {
      methods.set("completion/complete", (request) =>
        this.#feature(request, (loaded, call) => loaded.complete(request, call)),
      );
    }
    return methods;
  }

  #list(key: "resourceTemplates" | "prompts", request: Request): string | Promise<string> {
    if (fitsOnePage(request, this.catalog.surface[key])) {
      return this.catalog.listWhole(key, request.era);
    }
    return this.#feature(request, async (loaded) => loaded.listFixed(key, request));
  }

  #initialize({ params, peer }: Request): string {
    const { protocolVersion, clientInfo, capabilities } = params;
    const revision = isLegacyRevision(protocolVersion) ? protocolVersion : legacyRevisions[0];
    peer.revision = revision;
    peer.client = readClient(clientInfo);
    peer.clientCapabilities = isJson(capabilities) ? capabilities : {};
    void this.#subscriptions.followLists(peer);
    return this.catalog.initialize(revision, peer.stream ? "always" : "answers");
  }

  #callTool(request: Request): string | Promise<string> {
    const { name, arguments: given = {} } = request.params;
    if (typeof name !== "string") throw invalidParams("name is required (string).");
    const listed = this.catalog.tools.get(name);
    if (!listed) throw invalidParams(`Unknown tool: ${name}`);
    const args = readArguments(given);
    if (!isJson(args)) throw invalidParams("arguments must be an object.");
    if (request.modern && request.peer.headers) {
      assertParamHeaders(request.peer.headers, listed.headers, args);
    }
    assertCapabilities(listed.surface.requires, request);
    return this.#runTool(request, listed, args);
  }

  #runTool(request: Request, listed: CatalogTool, args: Json): string | Promise<string> {
    const call = this.#inFlight.begin(request);
    let answer: ToolAnswer | Promise<ToolAnswer>;
    try {
      const run = (loaded: LoadedServer) => {
        const tool = loaded.tools.bind(listed.surface);
        const given = tool.call(args, call, contentLimits(request));
        if (isPromise(given)) this.#inFlight.limit(call, tool.timeoutMs);
        return given;
      };
      answer = this.#loaded ? run(this.#loaded) : this.#load().then(run);
    } catch (error) {
      this.#inFlight.end(request, call);
      throw error;
    }
    if (isPromise(answer)) return this.#awaitTool(request, listed, call, answer);
    this.#inFlight.end(request, call);
    return this.#toToolResult(request, listed, answer);
  }

  async #awaitTool(
    request: Request,
    listed: CatalogTool,
    call: Call,
    answer: Promise<ToolAnswer>,
  ): Promise<string> {
    try {
      return this.#toToolResult(request, listed, await answer);
    } finally {
      this.#inFlight.end(request, call);
    }
  }

  #toToolResult(
    { era }: Request,
    { wrapsOutput }: CatalogTool,
    { content, structured, isError }: ToolAnswer,
  ): string {
    let members = `"content":${content}`;
    if (structured !== undefined) {
      const wrap = wrapsOutput && era === "legacy";
      members += `,"structuredContent":${wrap ? `{"result":${structured}}` : structured}`;
    }
    if (isError) members += ',"isError":true';
    return this.catalog.result(era, members);
  }

  async #feature(
    request: Request,
    work: (loaded: LoadedServer, call: Call) => Promise<string>,
  ): Promise<string> {
    const call = this.#inFlight.begin(request);
    try {
      const loaded = this.#loaded ?? (await this.#load());
      this.#inFlight.limit(call, featureTimeoutMs);
      return this.#redactor.result(await call.settle(work(loaded, call)));
    } finally {
      this.#inFlight.end(request, call);
    }
  }

  #load(): Promise<LoadedServer> {
    this.#loading ??= this.#bind();
    // A failed load (a disk that was away, say) is tried again by the next call.
    this.#loading.catch(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #bind(): Promise<LoadedServer> {
    const [{ server, config, environment = {} }, { loadServer }] = await Promise.all([
      this.#options.load(),
      import("./server/loaded-server.ts"),
    ]);
    this.#loaded = await loadServer(server, config, {
      catalog: this.catalog,
      policy: this.#policy,
      redactor: this.#redactor,
      sink: this.#options.sink,
      middleware: this.#options.middleware ?? [],
      context: this.#options.context,
      environment,
      changed: (list, principal) => void this.#subscriptions.change(list, principal),
    });
    this.#subscriptions.load(this.#loaded);
    return this.#loaded;
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
  requires: { readonly [capability: string]: unknown } | undefined,
  request: Request,
): void {
  if (requires === undefined) return;
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

function fitsOnePage({ cursor }: Request, entries: readonly unknown[]): boolean {
  return cursor === undefined && entries.length <= pageSize;
}

import type { ListKind, Surface } from "@fairlead/define";
import { logLevels } from "@fairlead/define/start";
import type { Redactor } from "@fairlead/guard/redact";
import { toBudget } from "@fairlead/guard/text";
import type { Asker } from "../call/asker.ts";
import { type Call, CallAborted, type CallFacts } from "../call/call.ts";
import { assertInScope, OutOfScope } from "../call/out-of-scope.ts";
import { createPolicy, type Policy } from "../call/policy.ts";
import { isPromise } from "../call/promise.ts";
import { isLogLevel, type Request } from "./envelope.ts";
import { bindExtensions } from "./extension-methods.ts";
import { featureTimeoutMs, InFlight } from "./in-flight.ts";
import { invalidParams, isJson, methodNotFound } from "./json-rpc.ts";
import type { CoreMethod, Method } from "./methods.ts";
import type { EndpointOptions } from "./options.ts";
import { readClient } from "./peer.ts";
import { isLegacyRevision, legacyRevisions } from "./revisions.ts";
import type { Asks } from "./rounds/asks.ts";
import { orQuestions } from "./rounds/outcome.ts";
import { Catalog, pageSize } from "./server/catalog.ts";
import { doFeature, type FeatureRules, toFeature } from "./server/features.ts";
import type { LoadedServer } from "./server/loaded-server.ts";
import { listSkillsExtension } from "./server/skills-extension.ts";
import { narrow } from "./server/tool-availability.ts";
import { contentLimits, ToolCalls } from "./server/tool-calls.ts";
import { SubscriptionMethods } from "./subscriptions/methods.ts";
import { taskMethods } from "./tasks/support.ts";
import { TaskDoor } from "./tasks/task-door.ts";

/** What every token is good for, and the call of a tool, which says itself what it needs. */
const unscoped: ReadonlySet<string> = new Set<CoreMethod>([
  ...(["initialize", "ping", "server/discover", "logging/setLevel"] as const),
  ...(["tools/list", "tools/call"] as const),
]);

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
  readonly #tasks: TaskDoor;
  readonly #narrows: boolean;
  readonly #subscriptions: SubscriptionMethods;
  readonly #features: FeatureRules;
  #loading: Promise<LoadedServer> | undefined;
  #loaded: LoadedServer | undefined;
  #asks: Asks | undefined;

  constructor(given: EndpointOptions, redactor: Redactor) {
    const options = given.access === undefined ? given : withChanges(given);
    const { surface, policy = {}, budget = defaultBudget } = options;
    this.#options = options;
    this.#policy = createPolicy(surface, policy);
    this.#narrows = surface.credentials !== undefined && options.anonymous !== true;
    this.#redactor = redactor;
    this.#inFlight = new InFlight({
      budget: toBudget(budget),
      redact: redactor.value,
      createAsker: (call, facts) => this.#createAsker(call, facts),
    });
    const extensions = [
      ...listSkillsExtension(surface, options.access),
      ...(options.extensions ?? []),
    ];
    const capabilities = extensions.map((extension) => extension.capabilities);
    this.catalog = new Catalog(surface, this.#policy, policy, capabilities);
    const { catalog } = this;
    const host = { catalog, inFlight: this.#inFlight, redactor };
    this.#tasks = new TaskDoor({ ...host, sink: options.sink, store: options.tasks });
    this.#common = this.#commonMethods();
    const { access, features = [] } = options;
    this.#features = { access, around: features };
    const load = async () => this.#loaded ?? this.#load();
    const tasks = this.#tasks;
    const subscriptions = new SubscriptionMethods(options, {
      ...{ inFlight: this.#inFlight, load, features: this.#features },
      followTask: catalog.hasTasks ? (...given) => tasks.follow(...given) : undefined,
    });
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
    this.#extended = bindExtensions(extensions, host);
  }

  /** The result of a request; throws ProtocolError where there is none. */
  answer(request: Request): string | Promise<string> {
    const { method, modern } = request;
    const handler =
      this.#common.get(method) ??
      (modern ? this.#modern : this.#legacy).get(method) ??
      this.#extended.get(method);
    if (handler) {
      if (this.#options.authorize !== undefined) this.#assertInScope(request);
      return handler(request);
    }
    if (!modern && method === "server/discover") {
      throw invalidParams(
        'params._meta["io.modelcontextprotocol/protocolVersion"] is required for server/discover.',
      );
    }
    throw methodNotFound(request);
  }

  /** Throws OutOfScope for a caller whose scopes do not reach for the method, and tells of it. */
  #assertInScope({ method, principal, clientInfo, params }: Request): void {
    const { authorize, denied } = this.#options;
    try {
      assertInScope(authorize, principal, unscoped.has(method) ? undefined : "read");
    } catch (error) {
      if (error instanceof OutOfScope) {
        const { name } = params;
        const called = method === "tools/call" && typeof name === "string" && { tool: name };
        const { refusedBy: by, message: reason } = error;
        const feature = toFeature({ method, params }) ?? { method };
        denied?.({ principal, clientInfo, by, reason, ...(called || { feature }) });
      }
      throw error;
    }
  }

  /** Loads the server's code and checks its config now, so that problems show before a call. */
  async prepare(): Promise<void> {
    await this.#load();
  }

  /** Resolves if the backend answers, and rejects with the reason if it does not. */
  async ready(signal: AbortSignal): Promise<void> {
    await (await this.#load()).ready(signal);
  }

  /** Resolves when nothing is in flight and every answer has been handed over. */
  idle(): Promise<void> {
    return this.#inFlight.idle();
  }

  /** Tells everyone who listens that what they may see may be something else now. */
  announceAccess(): void {
    for (const list of toLists(this.catalog.surface)) void this.#subscriptions.changeForAll(list);
  }

  /** Ends every subscription in order; from now on there is no new one. */
  stopListening(): Promise<void> {
    return this.#subscriptions.close();
  }

  /** Aborts what is in flight and closes what the tools work on. */
  async close(): Promise<void> {
    await this.stopListening();
    this.#inFlight.abortAll(new CallAborted("shutdown", "The server is shutting down."));
    await this.#tasks.close();
    const loaded = await this.#loading?.catch(() => undefined);
    await loaded?.close();
  }

  #commonMethods(): ReadonlyMap<string, Method> {
    const { catalog } = this;
    const { tools, resources, prompts, completions } = catalog.capabilities;
    const methods = new Map<CoreMethod, Method>();
    if (tools) {
      const calls = new ToolCalls({
        ...{ catalog, inFlight: this.#inFlight, tasks: this.#tasks },
        readyFor: (request, call) => this.#readyFor(request, call),
        denied: this.#options.denied,
      });
      methods.set("tools/list", (request) => {
        if (request.cursor !== undefined) throw invalidParams("This list has one page.");
        const access = this.#options.access?.(request.principal);
        if (!this.#narrows) return catalog.listTools(request, narrow(undefined, access));
        return this.#feature(request, async (loaded, call) =>
          catalog.listTools(request, narrow(await loaded.view(call), access)),
        );
      });
      methods.set("tools/call", (request) => calls.answer(request));
    }
    if (catalog.hasTasks) {
      for (const [name] of taskMethods) {
        methods.set(name, (request) => this.#tasks.answer(request));
      }
    }
    if (resources) {
      methods.set("resources/list", (request) =>
        catalog.surface.dynamicResources || !this.#isWhole("resources", request)
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
    if (this.#isWhole(key, request)) {
      return this.catalog.listWhole(key, request.era);
    }
    return this.#feature(request, async (loaded) => loaded.listFixed(key, request));
  }

  /** Whether a caller gets a list as everyone does, on one page. */
  #isWhole(key: "resources" | "resourceTemplates" | "prompts", request: Request): boolean {
    if (this.#options.access?.(request.principal).features !== undefined) return false;
    return fitsOnePage(request, this.catalog.surface[key]);
  }

  #initialize({ params, peer }: Request): string {
    const { protocolVersion, clientInfo, capabilities } = params;
    const revision = isLegacyRevision(protocolVersion) ? protocolVersion : legacyRevisions[0];
    peer.revision = revision;
    peer.client = readClient(clientInfo);
    peer.clientCapabilities = isJson(capabilities) ? capabilities : {};
    void this.#subscriptions.followLists(peer);
    return this.catalog.initialize(revision, peer);
  }

  async #feature(
    request: Request,
    work: (loaded: LoadedServer, call: Call) => Promise<string>,
  ): Promise<string> {
    const call = this.#inFlight.begin(request);
    try {
      const loaded = await this.#readyFor(request, call);
      this.#inFlight.limit(call, featureTimeoutMs);
      const doing = doFeature(this.#features, request, call, () => work(loaded, call));
      const result = call.settle(doing).then((text) => this.#redactor.result(text));
      return await orQuestions(this.catalog, call, result);
    } finally {
      this.#inFlight.end(request, call);
    }
  }

  /** The server's code, once a retry has shown what it was given in the round before. */
  #readyFor(request: Request, call: Call): LoadedServer | Promise<LoadedServer> {
    const asker = isRetry(request) ? call.asker : undefined;
    return isPromise(asker) ? asker.then(() => this.#load()) : (this.#loaded ?? this.#load());
  }

  #createAsker(call: Call, facts: CallFacts): Asker | Promise<Asker> {
    const create = (asks: Asks) =>
      asks.create(call, facts, (byMs) => this.#inFlight.putOff(call, byMs));
    return this.#asks === undefined ? this.#loadAsks().then(create) : create(this.#asks);
  }

  async #loadAsks(): Promise<Asks> {
    const { Asks } = await import("./rounds/asks.ts");
    // Two calls may have come here at once, and what one sealed the other opens.
    this.#asks ??= new Asks(this.catalog, this.#options);
    return this.#asks;
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
      access: this.#options.access,
      redactor: this.#redactor,
      sink: this.#options.sink,
      middleware: this.#options.middleware ?? [],
      authorize: this.#options.authorize,
      context: this.#options.context,
      environment,
      stateKeys: this.#options.stateKeys ?? [],
      signIn: this.#options.signIn,
      changed: (list, principal) => void this.#subscriptions.change(list, principal),
    });
    this.#subscriptions.load(this.#loaded);
    return this.#loaded;
  }
}

/** What callers may have can change, so their lists do. */
function withChanges(options: EndpointOptions): EndpointOptions {
  const { surface } = options;
  const changes = [...new Set([...(surface.changes ?? []), ...toLists(surface)])];
  return { ...options, surface: { ...surface, changes } };
}

/** The lists that a policy may shorten. */
function toLists({ resources, resourceTemplates, prompts }: Surface): readonly ListKind[] {
  return [
    "tools",
    ...(resources.length + resourceTemplates.length > 0 ? (["resources"] as const) : []),
    ...(prompts.length > 0 ? (["prompts"] as const) : []),
  ];
}

/** Whether a request brings answers to what an earlier round of it asked. */
function isRetry({ modern, params }: Request): boolean {
  return modern && (params["requestState"] !== undefined || params["inputResponses"] !== undefined);
}

function setLogLevel({ params, peer }: Request): string {
  const { level } = params;
  if (!isLogLevel(level)) throw invalidParams(`A log level is one of ${logLevels.join(", ")}.`);
  peer.logLevel = level;
  return "{}";
}

function fitsOnePage({ cursor }: Request, entries: readonly unknown[]): boolean {
  return cursor === undefined && entries.length <= pageSize;
}

import { logLevels } from "@fairlead/define/start";
import { toBudget } from "@fairlead/guard/text";
import type { ToolAnswer } from "../call/answer/answer.ts";
import type { ContentLimits } from "../call/answer/content.ts";
import { readArguments } from "../call/arguments/readings.ts";
import type { Asker } from "../call/asker.ts";
import { type Call, CallAborted, type CallFacts } from "../call/call.ts";
import { createPolicy, type Policy } from "../call/policy.ts";
import { isPromise } from "../call/promise.ts";
import type { Redactor } from "../call/redact.ts";
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
import type { Asks } from "./rounds/asks.ts";
import { Catalog, type CatalogTool, pageSize } from "./server/catalog.ts";
import type { LoadedServer } from "./server/loaded-server.ts";
import { listSkillsExtension } from "./server/skills-extension.ts";
import { SubscriptionMethods } from "./subscriptions/methods.ts";
import { mayBeTask, taskMethods } from "./tasks/support.ts";
import { TaskDoor } from "./tasks/task-door.ts";

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
  #loading: Promise<LoadedServer> | undefined;
  #loaded: LoadedServer | undefined;
  #asks: Promise<Asks> | undefined;

  constructor(options: EndpointOptions, redactor: Redactor) {
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
    const extensions = [...listSkillsExtension(surface), ...(options.extensions ?? [])];
    const capabilities = extensions.map((extension) => extension.capabilities);
    this.catalog = new Catalog(surface, this.#policy, policy, capabilities);
    const { catalog } = this;
    const host = { catalog, inFlight: this.#inFlight, redactor };
    this.#tasks = new TaskDoor({ ...host, sink: options.sink, store: options.tasks });
    this.#common = this.#commonMethods();
    const load = async () => this.#loaded ?? this.#load();
    const tasks = this.#tasks;
    const subscriptions = new SubscriptionMethods(options, {
      ...{ inFlight: this.#inFlight, load },
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
    await this.#tasks.close();
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
        if (!this.#narrows) return catalog.listTools(request);
        return this.#feature(request, async (loaded, call) =>
          catalog.listTools(request, await loaded.view(call)),
        );
      });
      methods.set("tools/call", (request) => this.#callTool(request));
    }
    if (catalog.hasTasks) {
      for (const [name] of taskMethods) {
        methods.set(name, (request) => this.#tasks.answer(request));
      }
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
    return this.catalog.initialize(revision, peer);
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
    const { requires, task } = listed.surface;
    assertCapabilities(requires, request);
    if ((task !== undefined || request.params["task"] !== undefined) && this.catalog.hasTasks) {
      if (mayBeTask(request, name, task)) return this.#runTask(request, listed, args);
    }
    return this.#runTool(request, listed, args);
  }

  #runTask(request: Request, listed: CatalogTool, args: Json): Promise<string> {
    return this.#tasks.call(request, async (call, limit) => {
      const loaded = await this.#readyFor(request, call);
      const tool = loaded.tools.bind(listed.surface);
      limit(tool.timeoutMs);
      let isError = false;
      const answer = async () => {
        const given = await tool.call(args, call, contentLimits(request));
        isError = given.isError === true;
        return this.#toToolResult(request, listed, given);
      };
      return { result: await this.#orQuestions(call, answer()), isError };
    });
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
      answer =
        this.#loaded && !isRetry(request)
          ? run(this.#loaded)
          : this.#readyFor(request, call).then(run);
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
      const given = await answer;
      if (call.asked === undefined) return this.#toToolResult(request, listed, given);
      return await this.#toQuestions(call.asked);
    } catch (error) {
      if (call.asked === undefined) throw error;
      return await this.#toQuestions(call.asked);
    } finally {
      this.#inFlight.end(request, call);
    }
  }

  /** A result, or the questions that the call ended with in its place. */
  async #orQuestions(call: Call, result: Promise<string>): Promise<string> {
    try {
      const given = await result;
      return call.asked === undefined ? given : await this.#toQuestions(call.asked);
    } catch (error) {
      if (call.asked === undefined) throw error;
      return await this.#toQuestions(call.asked);
    }
  }

  /** The result of a call that ended with questions, which its client answers when it sends it again. */
  async #toQuestions(members: Promise<string>): Promise<string> {
    return this.catalog.result("modern", await members, "input_required");
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
      const loaded = await this.#readyFor(request, call);
      this.#inFlight.limit(call, featureTimeoutMs);
      const result = call.settle(work(loaded, call)).then((text) => this.#redactor.result(text));
      return await this.#orQuestions(call, result);
    } finally {
      this.#inFlight.end(request, call);
    }
  }

  /** The server's code, once a retry has shown what it was given in the round before. */
  async #readyFor(request: Request, call: Call): Promise<LoadedServer> {
    if (isRetry(request)) await call.asker;
    return this.#loaded ?? (await this.#load());
  }

  async #createAsker(call: Call, facts: CallFacts): Promise<Asker> {
    this.#asks ??= import("./rounds/asks.ts").then(
      ({ Asks }) => new Asks(this.catalog, this.#options),
    );
    return (await this.#asks).create(call, facts, (byMs) => this.#inFlight.putOff(call, byMs));
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

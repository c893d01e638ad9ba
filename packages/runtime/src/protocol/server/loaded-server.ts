import type {
  CallContext,
  Complete,
  Environment,
  ListKind,
  Middleware,
  Principal,
  Server,
  WireEntry,
} from "@fairlead/define";
import { isRawSchema } from "@fairlead/define/run";
import { anonymous, explain } from "@fairlead/define/start";
import type { Watcher } from "@fairlead/guard";
import type { Redactor } from "@fairlead/guard/redact";
import type { Authorize } from "@fairlead/operate/auth";
import type { AccessOf } from "@fairlead/operate/policy";
import type { SignIn } from "@fairlead/operate/sign-in";
import type { ContentLimits } from "../../call/answer/content.ts";
import { loadRawValidator, type RawValidator } from "../../call/arguments/json-schema.ts";
import type { Call } from "../../call/call.ts";
import type { ErrorSink } from "../../call/failure.ts";
import type { Policy } from "../../call/policy.ts";
import { Tools } from "../../call/tools.ts";
import type { Request } from "../envelope.ts";
import { invalidParams, isJson } from "../json-rpc.ts";
import { type Catalog, listTtlMs, pageSize } from "./catalog.ts";
import { Errands } from "./errands.ts";
import { assertPermitted } from "./features.ts";
import { findPrompt, getMessages } from "./prompts.ts";
import { Resources } from "./resources.ts";
import { readSkillFile } from "./skills.ts";
import { ToolAvailability, type View } from "./tool-availability.ts";

const maxCompletions = 100;

export interface FeatureOptions {
  readonly catalog: Catalog;
  readonly policy: Policy;
  readonly access: AccessOf | undefined;
  readonly redactor: Redactor;
  readonly sink: ErrorSink;
  readonly middleware: readonly Middleware[];
  /** Tells what the scopes of a caller do not reach for. */
  readonly authorize: Authorize | undefined;
  /** Signs callers in to accounts of their own. */
  readonly signIn: Pick<SignIn, "account" | "ensure"> | undefined;
  /** Stands in for `connect`, for tests. */
  readonly context: unknown;
  readonly environment: Environment;
  readonly stateKeys: readonly string[];
  /** Is told that a list changed for a principal. */
  changed(list: ListKind, principal: Principal): void;
}

/**
 * The half of the protocol that needs the server's own code: loaded at the first request that does,
 * so that a process which is only asked for its lists stays small.
 */
export class LoadedServer {
  readonly tools: Tools;
  readonly #server: Server;
  readonly #config: unknown;
  readonly #catalog: Catalog;
  readonly #errands = new Errands();
  readonly #resources: Resources;
  readonly #availability: ToolAvailability;
  readonly #sink: ErrorSink;
  readonly #access: AccessOf | undefined;

  constructor(server: Server, config: unknown, compileRaw: RawValidator, options: FeatureOptions) {
    const { catalog, sink, changed, ...rest } = options;
    this.#server = server;
    this.#config = config;
    this.#catalog = catalog;
    this.#sink = sink;
    this.#access = options.access;
    this.tools = new Tools(server, {
      ...{ ...rest, config, compileRaw, sink },
      changed: (list, principal) => {
        if (!server.changes?.includes(list)) {
          throw new TypeError(`The server's "changes" does not name "${list}".`);
        }
        if (list === "tools") this.#availability.forget(principal);
        changed(list, principal);
      },
    });
    this.#resources = new Resources(server, this.#errands, sink);
    this.#availability = new ToolAvailability(
      server,
      (principal) => this.tools.open(principal),
      this.#errands,
    );
  }

  /** What the caller's list of tools leaves out. */
  view(call: Call): Promise<View> {
    return this.#availability.of(call.principal);
  }

  async listResources(request: Request, call: Call): Promise<string> {
    const open = () => this.tools.open(call.principal);
    const members = await this.#resources.listMembers({ call, open });
    const sources = [this.#catalog.surface.resources, ...members];
    return this.#page("resources", request, this.#narrow("resources", request, sources));
  }

  /** A page of a list whose entries are fixed. */
  listFixed(key: "resourceTemplates" | "prompts", request: Request): string {
    return this.#page(key, request, this.#narrow(key, request, [this.#catalog.surface[key]]));
  }

  /** The lists without what the operator does not permit the caller. */
  #narrow(
    key: "resources" | "resourceTemplates" | "prompts",
    { principal }: Request,
    sources: readonly (readonly WireEntry[])[],
  ): readonly (readonly WireEntry[])[] {
    const features = this.#access?.(principal).features;
    if (features === undefined) return sources;
    const refuse = ({ uri, uriTemplate, name }: WireEntry) => {
      if (key === "prompts") return features.prompt(String(name));
      if (key === "resources") return features.resource(String(uri));
      return features.template(String(uriTemplate));
    };
    return sources.map((entries) => entries.filter((entry) => refuse(entry) === undefined));
  }

  async readResource(request: Request, call: Call): Promise<string> {
    const { uri } = request.params;
    if (typeof uri !== "string") throw invalidParams("uri is required (string).");
    const { skills = [] } = this.#catalog.surface;
    const skill = await readSkillFile(uri, this.#server.skills, skills);
    if (skill !== undefined) {
      const file = `"contents":[${JSON.stringify(skill)}]`;
      return this.#catalog.cacheable(request.era, file, listTtlMs, "public");
    }
    const asked = { uri, modern: request.modern, budget: call.limits };
    const contents = await this.#resources.read(asked, await this.#ready(call));
    const members = `"contents":${JSON.stringify(contents)}`;
    return this.#catalog.cacheable(request.era, members, 0, "private");
  }

  /** Throws what a read of the resource would be refused with. */
  async assertReadable(uri: string, request: Request, call: Call): Promise<void> {
    const { modern } = request;
    assertPermitted(this.#access, { method: request.method, resource: uri }, request);
    const asked = { uri, modern, budget: call.limits };
    await call.settle(this.#resources.read(asked, await this.#ready(call)));
  }

  /** Watches a resource of a principal who may read it, on a connection that is kept for as long. */
  async watch(principal: Principal, uri: string, watcher: Watcher): Promise<void> {
    const context = await this.tools.hold(principal, watcher.signal);
    await this.#resources.watch(uri, context, watcher);
  }

  /** Principals with the same key have one connection, and the same lists. */
  toConnectionKey(principal: Principal): string {
    return this.tools.keyOf(principal);
  }

  async getPrompt(request: Request, call: Call, limits: ContentLimits): Promise<string> {
    const prompt = findPrompt(this.#server.prompts, request.params["name"]);
    const context = await this.#ready(call);
    const cut = { ...limits, budget: call.limits };
    const messages = await getMessages(prompt, request.params["arguments"], context, cut);
    const description = JSON.stringify(prompt.description);
    return this.#catalog.result(request.era, `"description":${description},"messages":${messages}`);
  }

  async complete(request: Request, call: Call): Promise<string> {
    const { ref, argument, context: given } = request.params;
    if (!isJson(ref) || !isJson(argument)) {
      throw invalidParams("ref and argument are required (objects).");
    }
    const { name, value } = argument;
    if (typeof name !== "string" || typeof value !== "string") {
      throw invalidParams("argument needs a name and a value (strings).");
    }
    const completer = this.#completer(ref, name);
    const earlier = isJson(given) && isJson(given["arguments"]) ? given["arguments"] : {};
    const values = completer
      ? await this.#propose(async () =>
          completer(value, await this.#ready(call), toStrings(earlier)),
        )
      : [];
    const completion = {
      values: values.slice(0, maxCompletions),
      total: values.length,
      hasMore: values.length > maxCompletions,
    };
    return this.#catalog.result(request.era, `"completion":${JSON.stringify(completion)}`);
  }

  /** Resolves if the backend answers, as far as the server can tell; rejects with the reason. */
  async ready(signal: AbortSignal): Promise<void> {
    const context = async () => {
      if (this.#server.connectPer !== "principal") return this.tools.open(anonymous);
      throw new TypeError("A server that connects for each principal has no context for everyone.");
    };
    await this.#server.ready?.(this.#config, { context, signal });
  }

  close(): Promise<void> {
    this.#errands.stop();
    return this.tools.close();
  }

  /**
   * Proposals, or none where the backend fails. They are asked for at every letter a person types:
   * hosts show an error at each of them or drop it, and neither helps to fill in the field. The call
   * that follows says what is wrong.
   */
  async #propose(ask: () => Promise<readonly string[]>): Promise<readonly string[]> {
    try {
      return await ask();
    } catch (error) {
      if (explain(error) === undefined) this.#sink(error, "completion/complete", "-");
      return [];
    }
  }

  #completer(ref: { readonly [key: string]: unknown }, name: string): Complete | undefined {
    if (ref["type"] === "ref/prompt") {
      return ownValue(findPrompt(this.#server.prompts, ref["name"]).complete, name);
    }
    const { uri } = ref;
    if (ref["type"] !== "ref/resource" || typeof uri !== "string") {
      throw invalidParams('ref needs type "ref/prompt" with a name or "ref/resource" with a uri.');
    }
    const template = this.#resources.template(uri);
    if (!template) throw invalidParams(`Unknown resource template: ${uri}`);
    return ownValue(template.complete, name);
  }

  /**
   * One page of what several sources list. A position is one within a source, since a source may have
   * more or less to say when the next page is asked for.
   */
  #page(key: string, request: Request, sources: readonly (readonly WireEntry[])[]): string {
    const scope = `${key}\0${request.peer.principal.id}`;
    const entries: WireEntry[] = [];
    const isOwn = this.#access?.(request.principal).features !== undefined;
    let [source, start] = this.#start(scope, request.cursor);
    for (; source < sources.length; source += 1, start = 0) {
      const listed = sources[source] ?? [];
      const end = Math.min(listed.length, start + pageSize - entries.length);
      entries.push(...listed.slice(start, end));
      if (end < listed.length) {
        const next = this.tools.cursors.sign(scope, [source, end]);
        return this.#catalog.listPage(key, request.era, { entries, next, isOwn });
      }
    }
    return this.#catalog.listPage(key, request.era, { entries, isOwn });
  }

  #start(scope: string, cursor: unknown): [source: number, start: number] {
    if (cursor === undefined) return [0, 0];
    const position = typeof cursor === "string" && this.tools.cursors.read(scope, cursor)?.position;
    const [source, start] = Array.isArray(position) ? position : [];
    if (typeof source === "number" && typeof start === "number") return [source, start];
    throw invalidParams("cursor is not one of this list. Leave it out to start over.");
  }

  async #ready(call: Call): Promise<CallContext> {
    return call.toContext(await this.tools.open(call.principal));
  }
}

/** Loads what the server's schemas need and binds its tools. */
export async function loadServer(
  server: Server,
  config: unknown,
  options: FeatureOptions,
): Promise<LoadedServer> {
  const raw = server.toolsets
    .flatMap((toolset) => toolset.tools)
    .some(({ input, output }) => isRawSchema(input) || isRawSchema(output));
  const compileRaw = raw ? await loadRawValidator() : refuseRaw;
  return new LoadedServer(server, config, compileRaw, options);
}

function refuseRaw(): never {
  throw new TypeError("No tool of this server has a raw JSON Schema.");
}

/** The value under a name a client chose, which may be one that every object has. */
function ownValue<T>(values: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return values && Object.hasOwn(values, name) ? values[name] : undefined;
}

function toStrings(values: { readonly [key: string]: unknown }): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      typeof value === "string" ? [[key, value]] : [],
    ),
  );
}

import type { ListKind, Surface, SurfaceTool, WireEntry, WireTool } from "@fairlead/define";
import { anonymous, withConfirm } from "@fairlead/define/start";
import { isListed, type Policy, type PolicyOptions } from "../../call/policy.ts";
import type { Request } from "../envelope.ts";
import { findParamHeaders, type ParamHeader } from "../headers.ts";
import { isJson, type Json } from "../json-rpc.ts";
import type { Peer } from "../peer.ts";
import { type Era, modernRevision, taskRevision } from "../revisions.ts";
import { tasksExtension, toTasksCapability } from "../tasks/support.ts";
import type { View } from "./tool-availability.ts";

/** Milliseconds a client may keep a list: it changes only with the process. */
export const listTtlMs = 300_000;
/** What a server with skills declares to clients of 2026-07-28, which alone know of them. */
const skillsCapability = { "io.modelcontextprotocol/skills": { directoryRead: true } };
const failedLegacy = ',"isError":true}';
const failedWithMeta = ',"isError":true,"_meta":{';
/** Entries of a page of resources or prompts; tools are not paged. */
export const pageSize = 200;

interface ListPage {
  readonly entries: readonly WireEntry[];
  /** The cursor of the next page. */
  readonly next?: string;
  /** Whether other callers may get another list. */
  readonly isOwn: boolean;
}

/** A tool as the protocol knows it before any code of the server is loaded. */
export class CatalogTool {
  readonly surface: SurfaceTool;
  /** 2025 clients know objects only: any other output stands in `{ result }`. */
  readonly wrapsOutput: boolean;
  #headers: readonly ParamHeader[] | undefined;

  constructor(surface: SurfaceTool) {
    this.surface = surface;
    const { outputSchema } = surface.wire;
    this.wrapsOutput = outputSchema !== undefined && outputSchema["type"] !== "object";
  }

  get headers(): readonly ParamHeader[] {
    const { name, inputSchema } = this.surface.wire;
    this.#headers ??= findParamHeaders(inputSchema, name);
    return this.#headers;
  }
}

/**
 * What a server answers without running anything, compiled once from its Surface and the policy:
 * every list is one string, the same for every caller.
 */
export class Catalog {
  readonly surface: Surface;
  /** By name and by alias, those the policy hides included: calling them says why. */
  readonly tools: ReadonlyMap<string, CatalogTool>;
  /** Whether a tool that may be called runs as a task. */
  readonly hasTasks: boolean;
  /** The end of every 2026-07-28 result: who is answering. */
  readonly tail: string;
  readonly #serverInfo: string;
  readonly #policy: Policy;
  readonly #options: PolicyOptions;
  readonly #extended: readonly Json[];
  readonly #cache = new Map<string, string>();
  readonly #failedModern: string;

  constructor(
    surface: Surface,
    policy: Policy,
    options: PolicyOptions,
    extended: readonly Json[] = [],
  ) {
    this.surface = surface;
    this.#extended = extended;
    this.#policy = policy;
    this.#options = options;
    const tools = new Map<string, CatalogTool>();
    for (const tool of surface.toolsets.flatMap((toolset) => toolset.tools)) {
      const listed = new CatalogTool(tool);
      for (const name of [tool.wire.name, ...(tool.aliases ?? [])]) tools.set(name, listed);
    }
    this.tools = tools;
    this.hasTasks = [...tools.values()].some(
      ({ surface: tool }) => tool.task !== undefined && policy(tool).kind !== "hide",
    );
    const { name, version } = surface.package;
    const serverInfo = JSON.stringify({ name, version });
    this.#serverInfo = `"io.modelcontextprotocol/serverInfo":${serverInfo}`;
    this.tail = `,"_meta":{${this.#serverInfo}}}`;
    this.#failedModern = `,"isError":true${this.tail}`;
  }

  /**
   * A result of its era around members that are JSON already: `"a":1,"b":2`. So is what its `_meta`
   * has besides the facts of the server.
   */
  result(era: Era, members: string, resultType = "complete", meta?: string): string {
    if (era === "legacy") return toLegacyResult(members, meta);
    const tail = meta === undefined ? this.tail : `,"_meta":{${meta},${this.#serverInfo}}}`;
    return `{"resultType":"${resultType}"${members === "" ? "" : ","}${members}${tail}`;
  }

  /**
   * Whether a result says that a tool failed, told by how it ends: what a tool or its output says
   * cannot stand there, since `isError` is the last member of the outermost object but for `_meta`.
   */
  isToolError(result: string): boolean {
    if (result.endsWith(this.#failedModern) || result.endsWith(failedLegacy)) return true;
    return !result.endsWith(this.tail) && endsFailed(result);
  }

  /** As `result`, with the cache hints 2026-07-28 wants on everything a client may keep. */
  cacheable(era: Era, members: string, ttlMs: number, scope: "public" | "private"): string {
    const hints = `,"ttlMs":${ttlMs},"cacheScope":"${scope}"`;
    return this.result(era, era === "modern" ? members + hints : members);
  }

  /** The list of tools, without those that are of no use to the caller. */
  listTools({ era, revision }: Pick<Request, "era" | "revision">, view?: View): string {
    const without = view ? `${[...view.unusable.keys()].toSorted().join()} ${view.settled}` : "";
    return this.#cached(`tools ${revision} ${without}`, () => {
      // In the order of their definition, which clients and prompt caches rely on.
      const entries = this.visibleSurface()
        .toolsets.flatMap(({ tools }) => tools)
        .filter(({ wire }) => !view?.unusable.has(wire.name))
        // What runs as a task only is of no use where there are none.
        .filter(({ task }) => task !== "required" || revision >= taskRevision)
        .map((tool) => JSON.stringify(era === "modern" ? tool.wire : toLegacyTool(tool, revision)));
      const scope = view ? "private" : "public";
      const ttlMs = view?.settled === false ? 0 : listTtlMs;
      return this.cacheable(era, `"tools":[${entries.join(",")}]`, ttlMs, scope);
    });
  }

  /** The surface as the policy leaves it: what a client of this process sees. */
  visibleSurface(): Surface {
    const toolsets = this.surface.toolsets.map((toolset) => ({
      ...toolset,
      tools: toolset.tools
        .filter((tool) => isListed(tool, this.#options))
        .flatMap((tool) => {
          const verdict = this.#policy(tool);
          if (verdict.kind === "hide") return [];
          return verdict.kind === "confirm" ? { ...tool, wire: withConfirm(tool.wire) } : tool;
        }),
    }));
    return { ...this.surface, toolsets: toolsets.filter(({ tools }) => tools.length > 0) };
  }

  /** A list that fits one page, as one string. */
  listWhole(key: "resourceTemplates" | "prompts" | "resources", era: Era): string {
    return this.#cached(`${key} ${era}`, () => {
      const entries = JSON.stringify(this.surface[key]);
      return this.cacheable(era, `"${key}":${entries}`, listTtlMs, "public");
    });
  }

  /** One page of a list that varies or does not fit one page. */
  listPage(key: string, era: Era, { entries, next, isOwn }: ListPage): string {
    const cursor = next === undefined ? "" : `,"nextCursor":${JSON.stringify(next)}`;
    const members = `"${key}":${JSON.stringify(entries)}${cursor}`;
    const ttlMs = this.surface.dynamicResources ? 0 : listTtlMs;
    return this.cacheable(era, members, ttlMs, isOwn || ttlMs === 0 ? "private" : "public");
  }

  /** The revisions whose envelope this server takes: the older ones have none, and begin with `initialize`. */
  discover(): string {
    return this.#cached("discover", () => {
      const { instructions } = this.surface;
      const skills = this.surface.skills === undefined ? {} : { extensions: skillsCapability };
      const members = [
        `"supportedVersions":["${modernRevision}"]`,
        `"capabilities":${JSON.stringify(this.#withTasks(this.capabilities, tasksExtension, skills))}`,
        ...(instructions === undefined ? [] : [`"instructions":${JSON.stringify(instructions)}`]),
      ];
      return this.cacheable("modern", members.join(","), 3_600_000, "public");
    });
  }

  /** A client that hears nothing between its requests is promised nothing of the kind. */
  initialize(protocolVersion: string, { principal, stream }: Pick<Peer, "principal" | "stream">) {
    const hears = stream !== undefined;
    return this.#cached(`initialize ${protocolVersion} ${hears} ${principal === anonymous}`, () => {
      const { package: facts, title, icons, websiteUrl, instructions } = this.surface;
      const { name, version } = facts;
      const capabilities = this.#toCapabilities(hears ? this.surface : {});
      return JSON.stringify({
        protocolVersion,
        capabilities:
          protocolVersion === taskRevision
            ? this.#withTasks(capabilities, toTasksCapability(principal))
            : capabilities,
        serverInfo: { name, version, title, icons, websiteUrl },
        instructions,
      });
    });
  }

  get capabilities(): Json {
    return this.#toCapabilities(this.surface);
  }

  #toCapabilities({ watches, changes = [] }: Pick<Surface, "watches" | "changes">): Json {
    const { toolsets, resources, resourceTemplates, prompts, completions } = this.surface;
    const listing = (list: ListKind) => changes.includes(list) && { listChanged: true };
    return {
      ...(toolsets.length > 0 && { tools: { ...listing("tools") } }),
      ...((resources.length > 0 || resourceTemplates.length > 0) && {
        resources: { ...(watches && { subscribe: true }), ...listing("resources") },
      }),
      ...(prompts.length > 0 && { prompts: { ...listing("prompts") } }),
      ...(completions && { completions: {} }),
      logging: {},
      ...merge(this.#extended),
    };
  }

  /** Capabilities with what a revision calls tasks, if there are any, and with others of its own. */
  #withTasks(capabilities: Json, tasks: Json, own: Json = {}): Json {
    return merge([capabilities, this.hasTasks ? tasks : {}, own]);
  }

  #cached(key: string, make: () => string): string {
    let value = this.#cache.get(key);
    if (value === undefined) {
      value = make();
      this.#cache.set(key, value);
    }
    return value;
  }
}

/** Whether a result with a `_meta` of its own says that a tool failed. */
function endsFailed(result: string): boolean {
  const at = result.lastIndexOf(failedWithMeta);
  if (at < 0) return false;
  try {
    // It is the end of the outermost object, and of no other, if it is whole behind one brace.
    JSON.parse(`{${result.slice(at + 1)}`);
    return true;
  } catch {
    return false;
  }
}

/** Capabilities as one, those under `extensions` together. */
function merge(all: readonly Json[]): Json {
  const named = all.map(({ extensions }) => extensions).filter(isJson);
  const extensions: Json = Object.assign({}, ...named);
  return Object.assign({}, ...all, named.length > 0 && { extensions });
}

function toLegacyTool({ wire, task }: SurfaceTool, revision: string): WireTool & Json {
  const { outputSchema } = wire;
  const tool = {
    ...wire,
    ...(task !== undefined && revision === taskRevision && { execution: { taskSupport: task } }),
  };
  if (outputSchema === undefined || outputSchema["type"] === "object") return tool;
  const { $schema, $defs, ...result } = outputSchema;
  return {
    ...tool,
    outputSchema: {
      type: "object",
      properties: { result },
      required: ["result"],
      ...($schema !== undefined && { $schema }),
      ...($defs !== undefined && { $defs }),
    },
  };
}

function toLegacyResult(members: string, meta: string | undefined): string {
  return meta === undefined ? `{${members}}` : `{${members},"_meta":{${meta}}}`;
}

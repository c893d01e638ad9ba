import { toRecord } from "@fairlead/guard/record";
import { z } from "zod";
import { toPortable } from "../portable/write.ts";
import type { Prompt } from "../prompt.ts";
import type { ListedResource, ResourceFacts } from "../resource.ts";
import { answerKind, isRawSchema, type JsonSchema, type Schema } from "../schema.ts";
import type { PackageFacts, Server } from "../server.ts";
import type { Effect, Tool, Toolset } from "../tool.ts";
import { readSkills, withSkills } from "./skills/skills.ts";
import type { Option, Paging, Surface, SurfaceTool, WireEntry, WireTool } from "./surface.ts";

/**
 * Renders a server as its Surface. It connects to nothing, and reads nothing but the server's skills.
 *
 * @example
 * ```ts
 * import { type Server, toSurface } from "@fairlead/runtime";
 *
 * export function listNames(server: Server): string[] {
 *   const { toolsets } = toSurface(server);
 *   return toolsets.flatMap(({ tools }) => tools.map(({ wire }) => wire.name));
 * }
 * ```
 */
export function toSurface(server: Server): Surface {
  const surface = toPureSurface(server);
  return server.skills ? withSkills(surface, readSkills(server.skills)) : surface;
}

function toPureSurface(server: Server): Surface {
  const templates = server.resourceTemplates ?? [];
  const prompts = server.prompts ?? [];
  const watches = [...(server.resources ?? []), ...templates].some(({ watch }) => watch);
  return compact({
    name: server.name,
    title: server.title,
    package: toPackage(server.package),
    instructions: server.instructions,
    websiteUrl: server.websiteUrl,
    icons: server.icons,
    options: toOptions(server),
    commands: toCommands(server),
    toolsets: server.toolsets.map((toolset) =>
      compact({
        name: toolset.name,
        title: toolset.title,
        description: toolset.description,
        optional: toolset.optional,
        tools: toolset.tools.map((tool) => toSurfaceTool(tool, toolset)),
      }),
    ),
    resources: (server.resources ?? []).map((resource) => ({
      uri: resource.uri,
      ...toResourceFacts(resource),
    })),
    resourceTemplates: templates.map((template) => ({
      uriTemplate: template.uriTemplate,
      ...toResourceFacts(template),
    })),
    prompts: prompts.map(toWirePrompt),
    completions: [...templates, ...prompts].some(({ complete }) => complete !== undefined),
    dynamicResources: templates.some(({ list }) => list !== undefined),
    watches: watches || undefined,
    changes: server.changes,
    credentials: server.findUnusableTools && (server.credentials ?? []),
  });
}

/** What a list says of a resource, without its address. */
export function toResourceFacts(resource: ResourceFacts & Partial<ListedResource>): WireEntry {
  return compact({
    name: resource.name,
    title: resource.title,
    description: resource.description,
    mimeType: resource.mimeType,
    size: resource.size,
    annotations: resource.annotations,
    icons: resource.icons,
    _meta: resource.meta,
  });
}

function toPackage({ name, version, description, mcpName, bin }: PackageFacts) {
  const command = typeof bin === "object" ? Object.keys(bin)[0] : undefined;
  return compact({ name, version, description, mcpName, command });
}

function toCommands({ commands }: Server) {
  if (commands === undefined) return undefined;
  return Object.entries(commands).map(([name, { description }]) => ({ name, description }));
}

function toSurfaceTool(tool: Tool, toolset: Toolset): SurfaceTool {
  const { effect } = tool;
  return compact({
    wire: toWireTool(tool, toolset),
    effect: typeof effect === "string" ? effect : { least: effect.least, most: effect.most },
    aliases: tool.aliases,
    listed: tool.listed === false ? false : undefined,
    scopes: toScopes(tool),
    requires: tool.requires,
    task: tool.task,
    paging: toPaging(tool),
  });
}

/** Throws for what would break the challenge in which clients are told of it. */
function toScopes({ name, scopes = [] }: Tool): readonly string[] | undefined {
  const wrong = scopes.find((scope) => !/^[\x21\x23-\x5B\x5D-\x7E]+$/.test(scope));
  if (wrong !== undefined) {
    throw new TypeError(
      `${name}: ${JSON.stringify(wrong)} is not a scope. Write one without spaces, quotes and backslashes (RFC 6749 section 3.3).`,
    );
  }
  return scopes.length > 0 ? scopes : undefined;
}

function toPaging({ input, output }: Tool): Paging | undefined {
  const paging = compact({
    cursor: fieldMarked(input, "cursor"),
    items: fieldMarked(output, "cuttable"),
    next: fieldMarked(output, "cursor"),
  });
  return Object.keys(paging).length > 0 ? paging : undefined;
}

function fieldMarked(schema: Schema, mark: "cursor" | "cuttable"): string | undefined {
  if (!(schema instanceof z.ZodObject)) return undefined;
  const fields = Object.entries<z.ZodType>(schema.shape);
  return fields.find(([, field]) => z.globalRegistry.get(field)?.[mark] === true)?.[0];
}

function toWireTool(tool: Tool, toolset: Toolset): WireTool {
  const most: Effect = typeof tool.effect === "string" ? tool.effect : tool.effect.most;
  const reads = most === "read";
  return compact({
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: toInputSchema(tool.input),
    outputSchema: toOutputSchema(tool.output),
    annotations: {
      readOnlyHint: reads,
      destructiveHint: !reads && tool.additive !== true,
      idempotentHint: reads || tool.idempotent === true,
      openWorldHint: toolset.openWorld === true,
    },
    icons: tool.icons,
    _meta: tool.meta,
  });
}

function toInputSchema(input: Schema): JsonSchema {
  if (isRawSchema(input)) return input.listed?.() ?? input.jsonSchema;
  const schema = toPortable(toJsonSchema(input, "input"));
  return { ...schema, additionalProperties: false };
}

/** Undefined for a text answer and for an answer of parts alone. */
function toOutputSchema(output: Schema): JsonSchema | undefined {
  if (isRawSchema(output)) return output.jsonSchema;
  if (answerKind(output) !== "structured") return undefined;
  const schema = toJsonSchema(output, "output");
  if (fieldMarked(output, "cuttable") === undefined) return schema;
  const notice = { type: "string", description: "What was left out, and how to get it." };
  return { ...schema, properties: { ...child(schema, "properties"), notice } };
}

function toJsonSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema: _, ...document } = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema }) => {
      if (jsonSchema["cursor"] === true) {
        const { description } = jsonSchema;
        for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
        jsonSchema.type = "string";
        if (description !== undefined) jsonSchema.description = description;
      }
      delete jsonSchema["cuttable"];
      // The safe-integer bounds zod adds to every integer say nothing a model can use.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      // Strictness is enforced on every object; saying so once, at the top, is enough.
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      // What may hold anything needs no words for it, but where members are named silence is strict.
      const named = io === "input" && jsonSchema.properties !== undefined;
      if (!named && isEmpty(jsonSchema.additionalProperties)) {
        delete jsonSchema.additionalProperties;
      }
      if (io === "output" && isEmpty(jsonSchema.items)) delete jsonSchema.items;
      if (!isEmpty(jsonSchema.properties)) return;
      if (io === "output") delete jsonSchema.properties;
      // Where no members are named, silence would be read as any.
      else jsonSchema.additionalProperties ??= false;
    },
  });
  return document;
}

function isEmpty(schema: unknown): boolean {
  return typeof schema === "object" && schema !== null && Object.keys(schema).length === 0;
}

function toWirePrompt(prompt: Prompt): WireEntry {
  const shape = Object.entries(prompt.arguments.shape);
  return compact({
    name: prompt.name,
    title: prompt.title,
    description: prompt.description,
    arguments: shape.map(([name, schema]) =>
      compact({
        name,
        description: z.globalRegistry.get(schema)?.description,
        required: !z.safeParse(schema, undefined).success,
      }),
    ),
    icons: prompt.icons,
    _meta: prompt.meta,
  });
}

function toOptions(server: Server): Option[] {
  return Object.entries(server.config.shape).map(([key, field]) => {
    const schema = toJsonSchema(z.object({ [key]: field }), "input");
    const property = child(child(schema, "properties"), key);
    const many = property["type"] === "array";
    const value = many ? child(property, "items") : property;
    const required = schema["required"];
    const flag = `--${kebab(key)}`;
    return compact({
      key,
      flag,
      env: textOf(property["env"]) ?? toEnvName(server.name, key),
      description: textOf(property["description"]) ?? "",
      type: toOptionType(value["type"], `${server.name} ${flag}`),
      many: many || undefined,
      positional: property["positional"] === true || undefined,
      required: (Array.isArray(required) && required.includes(key)) || undefined,
      secret: property["secret"] === true || undefined,
      kind: toKind(property["kind"] ?? value["kind"]),
      enables: textOf(property["enables"]),
      choices: Array.isArray(value["enum"]) ? value["enum"].map(String) : undefined,
      minimum: numberOf(value["minimum"]),
      maximum: numberOf(value["maximum"]),
      default: property["default"],
    });
  });
}

function toOptionType(type: unknown, where: string): Option["type"] {
  if (type === "string" || type === "number" || type === "integer" || type === "boolean")
    return type;
  throw new TypeError(`${where}: a config value is a string, number, boolean or a list of them.`);
}

function toKind(kind: unknown): Option["kind"] {
  return kind === "directory" || kind === "file" || kind === "url" || kind === "host"
    ? kind
    : undefined;
}

function child(parent: JsonSchema, key: string): JsonSchema {
  return toRecord(parent[key]);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** `allowDelete` and `allow_delete` become `allow-delete`. */
function kebab(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase();
}

export function toEnvName(server: string, key: string): string {
  return `${kebab(server)}_${kebab(key)}`.replaceAll("-", "_").toUpperCase();
}

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

type Compact<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & Partial<Present<{ [K in keyof T as undefined extends T[K] ? K : never]: T[K] }>>;

/** The object without its undefined fields, so that JSON and types agree on what is there. */
function compact<T extends object>(fields: T): Compact<T>;
function compact(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

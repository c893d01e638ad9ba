import type { ClientCapabilities, Icon } from "../metadata.ts";
import type { JsonSchema } from "../schema.ts";
import type { ListKind } from "../server.ts";
import type { Effect, TaskSupport } from "../tool.ts";

/** One key of a config: a flag, an environment variable, a help line and a README row at once. */
export interface Option {
  readonly key: string;
  readonly flag: string;
  readonly env: string;
  readonly description: string;
  readonly type: "string" | "number" | "integer" | "boolean";
  /** Takes several values: the flag repeated, or a list in the variable. */
  readonly many?: boolean;
  readonly positional?: boolean;
  readonly required?: boolean;
  readonly secret?: boolean;
  /** The optional toolset that is on when this is. */
  readonly enables?: string;
  readonly kind?: "directory" | "file" | "url" | "host";
  readonly choices?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
}

/** A tool as `tools/list` sends it. */
export interface WireTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  readonly outputSchema?: JsonSchema;
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly idempotentHint: boolean;
    readonly openWorldHint: boolean;
  };
  readonly icons?: readonly Icon[];
  readonly _meta?: { readonly [key: string]: unknown };
}

/** The names of the fields through which a tool's answer is paged. */
export interface Paging {
  /** The input field that takes a cursor. */
  readonly cursor?: string;
  /** The output array the budget may shorten. */
  readonly items?: string;
  /** The output field that takes the next cursor. */
  readonly next?: string;
}

/** A tool in a Surface: its entry in `tools/list`, and what the policy decides by. */
export interface SurfaceTool {
  readonly wire: WireTool;
  readonly effect: Effect | { readonly least: Effect; readonly most: Effect };
  readonly aliases?: readonly string[];
  readonly listed?: boolean;
  /** Scopes of an OAuth token that a call needs, in addition to the scope of its effect. */
  readonly scopes?: readonly string[];
  readonly requires?: ClientCapabilities;
  readonly task?: TaskSupport;
  readonly paging?: Paging;
}

/** A toolset in a Surface, with the tools in it. */
export interface SurfaceToolset {
  readonly name: string;
  readonly title?: string;
  readonly description: string;
  readonly optional?: boolean;
  readonly tools: readonly SurfaceTool[];
}

/** An entry of a list, as it stands on the wire. */
export type WireEntry = { readonly [field: string]: unknown };

/** A skill as `skills/list` has it (SEP-2640, "Skill Entries"). */
export interface Skill {
  /** Of its SKILL.md: `skill://<name>/SKILL.md`. */
  readonly uri: string;
  readonly frontmatter: WireEntry & { readonly name: string; readonly description: string };
  /** Every file, by its address. */
  readonly resources: readonly SkillFile[];
}

export interface SkillFile {
  readonly uri: string;
  /** `sha256:` and the hash of its bytes in hexadecimal. */
  readonly digest: string;
  readonly size: number;
}

/**
 * Everything the world sees of a server, as JSON. Lists, help, documents and manifests are rendered
 * from it, so a process can answer for its surface before it has loaded a single tool.
 */
export interface Surface {
  readonly name: string;
  readonly title: string;
  readonly package: {
    readonly name: string;
    readonly version: string;
    readonly description: string;
    readonly mcpName?: string;
    /** The command npm installs. */
    readonly command?: string;
  };
  readonly instructions?: string;
  readonly websiteUrl?: string;
  readonly icons?: readonly Icon[];
  readonly options: readonly Option[];
  /** What the bin can do besides serving. */
  readonly commands?: readonly { readonly name: string; readonly description: string }[];
  readonly toolsets: readonly SurfaceToolset[];
  readonly resources: readonly WireEntry[];
  readonly resourceTemplates: readonly WireEntry[];
  readonly prompts: readonly WireEntry[];
  /** What teaches a model to work with the server; each SKILL.md is among the resources as well. */
  readonly skills?: readonly Skill[];
  /** Whether anything can be completed. */
  readonly completions: boolean;
  /** Whether some template lists members of its own, which only the running server knows. */
  readonly dynamicResources: boolean;
  /** Whether some resource can be watched. */
  readonly watches?: boolean;
  /** The lists that may change while the server runs. */
  readonly changes?: readonly ListKind[];
  /** Config keys of which one must be given for a caller's list to leave out what is of no use. */
  readonly credentials?: readonly string[];
}

/** Whether JSON is a Surface; it is ours and generated, so its outline is proof enough. */
export function isSurface(json: unknown): json is Surface {
  return (
    typeof json === "object" && json !== null && "toolsets" in json && Array.isArray(json.toolsets)
  );
}

/** A tool as it is listed where its calls need the user's agreement: with an argument for it. */
export function withConfirm(wire: WireTool): WireTool {
  const { properties } = wire.inputSchema;
  const own = typeof properties === "object" && properties !== null ? properties : {};
  const description =
    "Set to true once the user has agreed to this very call, if the server does not ask them itself. Default: false.";
  const confirm = { [toConfirmName(wire.inputSchema)]: { type: "boolean", description } };
  return { ...wire, inputSchema: { ...wire.inputSchema, properties: { ...own, ...confirm } } };
}

/** What the argument is called: `confirm`, unless the tool has an argument of that name, anywhere in it. */
export function toConfirmName(inputSchema: JsonSchema): string {
  const text = JSON.stringify(inputSchema);
  const isFree = (name: string) => !text.includes(`"${name}":`);
  if (isFree("confirm")) return "confirm";
  let number = 1;
  while (!isFree(number === 1 ? "confirm_call" : `confirm_call_${number}`)) number += 1;
  return number === 1 ? "confirm_call" : `confirm_call_${number}`;
}

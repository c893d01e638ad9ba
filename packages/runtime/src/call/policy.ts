import type { Effect, Option, Surface, SurfaceTool } from "@fairlead/define";

/** What the person who started the server permits. */
export interface PolicyOptions {
  readonly readOnly?: boolean;
  /** Replaces the default set; `default` and `all` are names. */
  readonly toolsets?: readonly string[];
  /** With `toolsets` these are added; alone they are all there is. */
  readonly tools?: readonly string[];
  readonly excludeTools?: readonly string[];
  /** Optional toolsets that the config switches on, in addition to those asked for here. */
  readonly enabled?: readonly string[];
  /** Lists the tools that are callable but unlisted. */
  readonly legacy?: boolean;
  /** The least effect that needs the user's agreement; `destroy` by default. */
  readonly confirm?: "destroy" | "write" | "never";
}

export type Verdict =
  | { readonly kind: "allow" | "confirm" }
  | { readonly kind: "hide" | "deny"; readonly reason: string };

/** Asked at list time without an effect, and at call time with the effect of the very arguments. */
export type Policy = (tool: SurfaceTool, effect?: Effect) => Verdict;

const severity: Readonly<Record<Effect, number>> = { read: 0, write: 1, destroy: 2 };
const allow: Verdict = { kind: "allow" };
const confirm: Verdict = { kind: "confirm" };

/** The optional toolsets that a config switches on. */
export function findEnabledToolsets(
  options: readonly Option[],
  config: Readonly<Record<string, unknown>>,
): readonly string[] {
  return options.flatMap(({ key, enables }) =>
    enables !== undefined && config[key] === true ? [enables] : [],
  );
}

/** Names in the options that the server does not have, each said with the names it has. */
export function findPolicyProblems(surface: Surface, options: PolicyOptions): string[] {
  const toolsets = [...surface.toolsets.map(({ name }) => name), "default", "all"];
  const tools = surface.toolsets.flatMap((set) => set.tools.map(({ wire }) => wire.name));
  return [
    ...unknown("--toolsets", options.toolsets, toolsets),
    ...unknown("--tools", options.tools, tools),
    ...unknown("--exclude-tools", options.excludeTools, tools),
  ];
}

function unknown(flag: string, given: readonly string[] = [], known: readonly string[]): string[] {
  return given
    .filter((name) => !known.includes(name))
    .map((name) => `${flag}: there is no "${name}". Known names: ${known.join(", ")}.`);
}

/** Makes the policy of one process. Read-only wins over everything that is asked for by name. */
export function createPolicy(surface: Surface, options: PolicyOptions): Policy {
  const disabled = findDisabled(surface, options);
  const threshold = options.confirm === "never" ? 3 : severity[options.confirm ?? "destroy"];

  return (tool, effect) => {
    const { name } = tool.wire;
    const off = disabled.get(name);
    if (off !== undefined) return { kind: "hide", reason: off };
    const least = effect ?? (typeof tool.effect === "string" ? tool.effect : tool.effect.least);
    if (options.readOnly && severity[least] > 0) {
      const reason = `${name} is off: the server runs with --read-only and this would ${least}.`;
      return { kind: effect === undefined ? "hide" : "deny", reason };
    }
    const most = effect ?? (typeof tool.effect === "string" ? tool.effect : tool.effect.most);
    return severity[most] >= threshold ? confirm : allow;
  };
}

/** Whether `tools/list` shows a tool the policy does not hide. */
export function isListed(tool: SurfaceTool, options: PolicyOptions): boolean {
  return tool.listed !== false || options.legacy === true;
}

/** The tools that are off, each with the reason; one that is on is not in the map. */
function findDisabled(surface: Surface, options: PolicyOptions): ReadonlyMap<string, string> {
  const { toolsets, tools, excludeTools = [], enabled = [] } = options;
  const off = new Map<string, string>();
  for (const toolset of surface.toolsets) {
    const byDefault = toolset.optional !== true;
    const asked = toolsets
      ? toolsets.includes("all") ||
        toolsets.includes(toolset.name) ||
        (byDefault && toolsets.includes("default"))
      : tools === undefined && byDefault;
    const on = asked || enabled.includes(toolset.name);
    const flag = surface.options.find(({ enables }) => enables === toolset.name)?.flag;
    for (const { wire } of toolset.tools) {
      if (excludeTools.includes(wire.name)) {
        off.set(wire.name, `${wire.name} is off: the server runs with --exclude-tools.`);
      } else if (!on && !tools?.includes(wire.name)) {
        off.set(
          wire.name,
          `${wire.name} is off: start the server with ${flag ?? `--toolsets ${toolset.name}`} to have it.`,
        );
      }
    }
  }
  return off;
}

import type { Surface, SurfaceTool } from "@fairlead/define";
import type { RuleText } from "../file/schema.ts";

/** The tools that a rule hides, each with the reason. */
export function findHidden(surface: Surface, rule: RuleText): ReadonlyMap<string, string> {
  const { toolsets, tools, excludeTools = [], readOnly = false } = rule;
  const hidden = new Map<string, string>();
  for (const toolset of surface.toolsets) {
    const asked =
      toolsets === undefined
        ? tools === undefined
        : toolsets.includes("all") ||
          toolsets.includes(toolset.name) ||
          (toolset.optional !== true && toolsets.includes("default"));
    for (const tool of toolset.tools) {
      const { name } = tool.wire;
      if (excludeTools.includes(name) || !(asked || tools?.includes(name))) {
        hidden.set(name, `${name} is not permitted to you: ${askOperator}`);
      } else if (readOnly && leastEffect(tool) !== "read") {
        hidden.set(name, toReadOnlyReason(name));
      }
    }
  }
  return hidden;
}

/** Hides all tools, for a caller that no rule matches. */
export function hideAll(surface: Surface): ReadonlyMap<string, string> {
  const names = surface.toolsets.flatMap(({ tools }) => tools.map(({ wire }) => wire.name));
  const reason = `No tool is permitted to you: ${askOperator}`;
  return new Map(names.map((name) => [name, reason]));
}

const askOperator =
  "the policy of this server does not give it to this caller. Ask the operator of the server.";

/** Why a call that changes something is refused to those who may only read. */
export function toReadOnlyReason(tool: string): string {
  return `${tool} may only read for you: the policy of this server does not permit you to change anything. Ask the operator of the server.`;
}

function leastEffect({ effect }: SurfaceTool) {
  return typeof effect === "string" ? effect : effect.least;
}

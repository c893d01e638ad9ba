import type { Effect, Surface, SurfaceTool } from "@fairlead/define";

/** What a tool does at most, and whether some arguments do less. */
export function toEffect(tool: SurfaceTool): { readonly most: Effect; readonly label: string } {
  const { effect } = tool;
  if (typeof effect === "string") return { most: effect, label: effect };
  return { most: effect.most, label: `${effect.least} to ${effect.most}` };
}

/** What a list entry costs a model, at four characters a token. */
export function toTokens(tools: readonly SurfaceTool[]): number {
  return Math.ceil(tools.reduce((sum, { wire }) => sum + JSON.stringify(wire).length, 0) / 4);
}

/** False for a superseded tool, which is callable but not in the list. */
export function isListed(tool: SurfaceTool): boolean {
  return tool.listed !== false;
}

/** The tools that a server lists by default. */
export function toDefaultTools(surface: Surface): SurfaceTool[] {
  return surface.toolsets
    .filter(({ optional }) => optional !== true)
    .flatMap(({ tools }) => tools.filter(isListed));
}

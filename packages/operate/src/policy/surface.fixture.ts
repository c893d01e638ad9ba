import type { Effect, Surface, SurfaceTool } from "@fairlead/define";

function tool(name: string, effect: SurfaceTool["effect"]): SurfaceTool {
  return {
    wire: {
      ...{ name, title: name, description: `Does ${name}.`, inputSchema: { type: "object" } },
      annotations: {
        ...{ readOnlyHint: false, destructiveHint: true },
        ...{ idempotentHint: false, openWorldHint: false },
      },
    },
    effect,
  };
}

const either: { readonly least: Effect; readonly most: Effect } = { least: "read", most: "write" };

/** A server with a tool of each effect, one of them in an optional toolset. */
export const surface: Surface = {
  name: "shelf",
  title: "Shelf",
  package: { name: "shelf-mcp", version: "1.0.0", description: "Books." },
  options: [],
  completions: false,
  dynamicResources: false,
  resources: [],
  resourceTemplates: [],
  prompts: [],
  toolsets: [
    {
      name: "books",
      description: "Books.",
      tools: [tool("find_book", "read"), tool("add_book", "write"), tool("edit_book", either)],
    },
    {
      name: "admin",
      description: "Everything.",
      optional: true,
      tools: [tool("burn_book", "destroy")],
    },
  ],
};

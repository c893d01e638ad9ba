import type { Effect, JsonSchema, Surface, SurfaceTool } from "@fairlead/define";

/** A surface with one of everything that rendering has to tell apart. */
export const surface: Surface = {
  name: "shelf",
  title: "Shelf",
  package: {
    name: "@fairlead/server-shelf",
    version: "1.2.3",
    description: "Books on a shelf.",
    mcpName: "io.github.fairlead/shelf",
    command: "fairlead-shelf",
  },
  websiteUrl: "https://example.com/shelf",
  options: [
    {
      key: "roots",
      flag: "--roots",
      env: "SHELF_ROOTS",
      description: "Directories the books are in",
      type: "string",
      many: true,
      positional: true,
      required: true,
      kind: "directory",
    },
    {
      key: "token",
      flag: "--token",
      env: "SHELF_TOKEN",
      description: "Key of the shelf.",
      type: "string",
      required: true,
      secret: true,
    },
    {
      key: "order",
      flag: "--order",
      env: "SHELF_ORDER",
      description: "Order of the books: a|b, `<title>` or <author>.",
      type: "string",
      choices: ["title", "author"],
      default: "title",
    },
    {
      key: "depth",
      flag: "--depth",
      env: "SHELF_DEPTH",
      description: "Rows to look behind.",
      type: "integer",
      minimum: 1,
      maximum: 9,
      default: 2,
    },
    {
      key: "skip",
      flag: "--skip",
      env: "SHELF_SKIP",
      description: "Rows to leave out.",
      type: "string",
      many: true,
      default: ["top", "bottom"],
    },
    {
      key: "allowDelete",
      flag: "--allow-delete",
      env: "SHELF_ALLOW_DELETE",
      description: "Permit throwing books away.",
      type: "boolean",
      default: false,
    },
  ],
  toolsets: [
    {
      name: "books",
      title: "Books",
      description: "Finding and reading books.",
      tools: [
        tool("find_book", "Finds a book, e.g. by title. Call it before read_book.", "read", {
          title: { type: "string", description: "Words of the title." },
        }),
        { ...tool("put_book", "Puts a book on the shelf.", "write"), aliases: ["add_book"] },
        { ...tool("get_book", "Finds a book. Old.", "read"), listed: false },
      ],
    },
    {
      name: "attic",
      description: "What is stored away.",
      optional: true,
      tools: [
        {
          ...tool("clear_attic", "Empties **the attic** | for good.", "destroy"),
          effect: { least: "read", most: "destroy" },
        },
      ],
    },
  ],
  resources: [],
  resourceTemplates: [],
  prompts: [],
  completions: false,
  dynamicResources: false,
};

/** A surface in which every text tries to be more than text. */
export const hostile: Surface = {
  ...surface,
  name: '"><img src=x onerror=alert(1)>',
  title: "<script>alert(1)</script>",
  package: { ...surface.package, description: "</p><script>alert(2)</script>" },
  websiteUrl: "javascript:alert(3)",
  toolsets: [
    {
      name: "x",
      description: "x",
      tools: [tool("</code><script>alert(4)</script>", "' onmouseover='alert(5)", "read")],
    },
  ],
};

function tool(
  name: string,
  description: string,
  effect: Effect,
  properties: JsonSchema = {},
): SurfaceTool {
  const required = Object.keys(properties);
  return {
    wire: {
      name,
      title: name,
      description,
      inputSchema: { type: "object", properties, required, additionalProperties: false },
      annotations: {
        readOnlyHint: effect === "read",
        destructiveHint: effect === "destroy",
        idempotentHint: true,
        openWorldHint: false,
      },
    },
    effect,
  };
}

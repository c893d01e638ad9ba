import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { showName } from "../names.ts";
import { deletePath } from "../write/transfer.ts";

const remove = defineTool({
  name: "delete_path",
  title: "Delete path",
  description:
    "Delete a file, a link or a directory for good. There is no trash to get it back from.",
  effect: "destroy",
  input: z.object({
    path: z.string().describe("File or directory to delete."),
    recursive: z
      .boolean()
      .optional()
      .describe("Delete what is in the directory too; by default only an empty one is deleted."),
  }),
  output: z.object({ path: z.string() }),
  async run({ path, recursive = false }, { guard, signal }) {
    await deletePath(guard, path, { recursive, signal });
    return { path };
  },
  render: ({ path }) => `Successfully deleted ${showName(path)}`,
});

export const destroy = defineToolset({
  name: "delete",
  title: "Delete",
  description: "Delete files and directories.",
  optional: true,
  tools: [remove],
});

import { MCPClient } from "@mastra/mcp";
import { drive } from "./drive.mjs";

drive({ tools: open });

async function open(server) {
  const client = new MCPClient({ servers: { driven: server } });
  const { driven: tools } = await client.listToolsets();
  return {
    offered: Object.entries(tools).map(([name, { inputSchema }]) => {
      return {
        name,
        schema: inputSchema["~standard"].jsonSchema.input({ target: "draft-2020-12" }),
      };
    }),
    async call(name, args) {
      const tool = tools[name];
      const output = await tool.execute(args, {});
      // A tool without a form of its own for the model is shown as what it returned.
      return {
        "execute()": output,
        "the model": (await tool.toModelOutput?.(output)) ?? output,
      };
    },
    close: () => client.disconnect(),
  };
}

import { convertToOpenAITool } from "@langchain/core/utils/function_calling";
import { MultiServerMCPClient } from "@langchain/mcp-adapters";
import { drive } from "./drive.mjs";

drive({ tools: open });

async function open(server) {
  const client = new MultiServerMCPClient({ driven: { ...server, transport: "stdio" } });
  const tools = await client.getTools();
  return {
    offered: tools.map((tool) => {
      const { name, parameters } = convertToOpenAITool(tool).function;
      return { name, schema: parameters };
    }),
    async call(name, args) {
      const tool = tools.find((one) => one.name === name);
      const message = await tool.invoke({ type: "tool_call", id: "1", name, args });
      return { "the model": message.content };
    },
    close: () => client.close(),
  };
}

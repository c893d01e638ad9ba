import { mcpToTool } from "@google/genai";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { drive } from "./drive.mjs";

drive({ mcpToTool: open });

async function open(server) {
  const client = new Client({ name: "driver", version: "1.0.0" });
  await client.connect(new StdioClientTransport(server));
  const callable = mcpToTool(client);
  const { functionDeclarations } = await callable.tool();
  return {
    offered: functionDeclarations.map(({ name, parametersJsonSchema }) => {
      return { name, schema: parametersJsonSchema };
    }),
    async call(name, args) {
      const [part] = await callable.callTool([{ name, args }]);
      return { "the model": part.functionResponse.response };
    },
    close: () => client.close(),
  };
}

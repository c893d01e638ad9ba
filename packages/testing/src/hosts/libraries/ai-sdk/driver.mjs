import { createMCPClient } from "@ai-sdk/mcp";
import { Experimental_StdioMCPTransport as StdioTransport } from "@ai-sdk/mcp/mcp-stdio";
import { generateText, stepCountIs } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { drive } from "./drive.mjs";

drive({ tools: open });

async function open(server) {
  const client = await createMCPClient({ transport: new StdioTransport(server) });
  const tools = await client.tools();
  // What the last request of a generation asks the model with.
  async function ask(...calls) {
    const model = new MockLanguageModelV4({
      doGenerate: async () => {
        const call = calls.shift();
        const done = { type: "text", text: "done" };
        const reason = call === undefined ? "stop" : "tool-calls";
        return {
          content: [call ?? done],
          finishReason: { unified: reason, raw: reason },
          usage: { inputTokens: { total: 1 }, outputTokens: { total: 1 } },
          warnings: [],
        };
      },
    });
    await generateText({ model, tools, prompt: "go", stopWhen: stepCountIs(2) });
    return model.doGenerateCalls.at(-1);
  }
  const { tools: offered } = await ask();
  return {
    offered: offered.map(({ name, inputSchema }) => ({ name, schema: inputSchema })),
    async call(toolName, args) {
      const input = JSON.stringify(args);
      const { prompt } = await ask({ type: "tool-call", toolCallId: "1", toolName, input });
      const [result] = prompt.find(({ role }) => role === "tool").content;
      return { "the model": result.output };
    },
    close: () => client.close(),
  };
}

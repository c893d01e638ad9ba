import { Agent, MCPServerStdio, run, setTracingDisabled, Usage } from "@openai/agents";
import { drive } from "./drive.mjs";

setTracingDisabled(true);

drive({
  strict: (server) => open(server, { useStructuredContent: false }),
  structured: (server) => open(server, { useStructuredContent: true }),
});

/** A run of an agent for each call, whose model is a script: what it is asked with is what a model sees. */
async function open(server, options) {
  // It waits for an answer no longer than five seconds of its own accord, which says nothing of answers.
  const clientSessionTimeoutSeconds = 120;
  const settings = { name: "driven", cacheToolsList: true, clientSessionTimeoutSeconds };
  const mcp = new MCPServerStdio({ ...server, ...options, ...settings });
  await mcp.connect();
  const model = new Script();
  const agent = new Agent({
    name: "driver",
    model,
    mcpServers: [mcp],
    mcpConfig: { convertSchemasToStrict: true },
  });
  await run(agent, "go");
  const offered = model.request.tools.map(({ name, parameters, strict }) => {
    return { name, schema: parameters, strict };
  });
  return {
    offered,
    async call(name, args) {
      model.next = { type: "function_call", callId: "1", name, arguments: JSON.stringify(args) };
      await run(agent, "go");
      const shown = model.request.input.find(({ type }) => type === "function_call_result");
      return { "the model": shown.output };
    },
    close: () => mcp.close(),
  };
}

class Script {
  next;
  request;

  async getResponse(request) {
    this.request = request;
    const done = { type: "output_text", text: "done" };
    const output = this.next ?? {
      type: "message",
      role: "assistant",
      status: "completed",
      content: [done],
    };
    this.next = undefined;
    return { output: [output], usage: new Usage() };
  }
}

import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import {
  annotations,
  echoFacts,
  fillerCount,
  fillerFacts,
  fillerFields,
  largeFacts,
  port,
  serverInfo,
  textDescription,
  toLargeText,
  workload,
} from "./workload.ts";

const large = workload === "ten-megabytes" ? toLargeText() : "";
const fillers = Array.from({ length: workload === "thousand" ? fillerCount : 0 }, (_, index) => ({
  ...fillerFacts(index),
  inputSchema: Object.fromEntries(
    fillerFields.map(([name, description]) => [name, z.string().describe(description)]),
  ),
}));

function toServer(): McpServer {
  const server = new McpServer(serverInfo);
  if (workload === "ten-megabytes") {
    const { name, ...facts } = largeFacts;
    server.registerTool(name, { ...facts, annotations, inputSchema: {} }, () => ({
      content: [{ type: "text", text: large }],
    }));
    return server;
  }
  for (const { name, ...facts } of fillers) {
    server.registerTool(name, { ...facts, annotations }, () => ({ content: [] }));
  }
  const { name, ...facts } = echoFacts;
  const inputSchema = { text: z.string().describe(textDescription) };
  server.registerTool(name, { ...facts, annotations, inputSchema }, ({ text }) => ({
    content: [{ type: "text", text }],
  }));
  return server;
}

if (port === undefined) {
  await toServer().connect(new StdioServerTransport());
} else {
  const { createServer } = await import("node:http");
  const { StreamableHTTPServerTransport } = await import(
    "@modelcontextprotocol/sdk/server/streamableHttp.js"
  );
  // A server and a transport for each request is what the SDK asks of a stateless server, and an
  // answer in JSON is the quicker of its two.
  createServer(async (request, response) => {
    const server = toServer();
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    response.on("close", () => {
      void transport.close();
      void server.close();
    });
    await server.connect(transport);
    await transport.handleRequest(request, response);
  }).listen(Number(port), "127.0.0.1");
}

import { McpServer } from "@modelcontextprotocol/server";
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
const nothing = z.object({});
const fillers = Array.from({ length: workload === "thousand" ? fillerCount : 0 }, (_, index) => ({
  ...fillerFacts(index),
  inputSchema: z.object(
    Object.fromEntries(
      fillerFields.map(([name, description]) => [name, z.string().describe(description)]),
    ),
  ),
}));
const echoInput = z.object({ text: z.string().describe(textDescription) });

function toServer(): McpServer {
  const server = new McpServer(serverInfo);
  if (workload === "ten-megabytes") {
    const { name, ...facts } = largeFacts;
    server.registerTool(name, { ...facts, annotations, inputSchema: nothing }, () => ({
      content: [{ type: "text", text: large }],
    }));
    return server;
  }
  for (const { name, ...facts } of fillers) {
    server.registerTool(name, { ...facts, annotations }, () => ({ content: [] }));
  }
  const { name, ...facts } = echoFacts;
  server.registerTool(name, { ...facts, annotations, inputSchema: echoInput }, ({ text }) => ({
    content: [{ type: "text", text }],
  }));
  return server;
}

if (port === undefined) {
  const { serveStdio } = await import("@modelcontextprotocol/server/stdio");
  serveStdio(toServer);
} else if (process.argv.includes("--sessions")) {
  const { createServer } = await import("node:http");
  const { randomUUID } = await import("node:crypto");
  const { NodeStreamableHTTPServerTransport } = await import("@modelcontextprotocol/node");
  const transports = new Map<unknown, InstanceType<typeof NodeStreamableHTTPServerTransport>>();
  const open = async () => {
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      enableJsonResponse: true,
      onsessioninitialized: (id) => void transports.set(id, transport),
    });
    await toServer().connect(transport);
    return transport;
  };
  createServer(async (request, response) => {
    const transport = transports.get(request.headers["mcp-session-id"]) ?? (await open());
    await transport.handleRequest(request, response);
  }).listen(Number(port), "127.0.0.1");
} else {
  const { createServer } = await import("node:http");
  const { createMcpHandler } = await import("@modelcontextprotocol/server");
  const { toNodeHandler } = await import("@modelcontextprotocol/node");
  const handler = toNodeHandler(createMcpHandler(toServer));
  createServer((request, response) => {
    void handler(request, response);
  }).listen(Number(port), "127.0.0.1");
}

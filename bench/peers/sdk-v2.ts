import { randomBytes, randomUUID } from "node:crypto";
import type { NodeMcpRequestHandler } from "@modelcontextprotocol/node";
import {
  acceptedContent,
  createRequestStateCodec,
  inputRequired,
  McpServer,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import {
  annotations,
  askFacts,
  bearer,
  echoFacts,
  fillerCount,
  fillerFacts,
  fillerFields,
  largeFacts,
  port,
  question,
  questionName,
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

const agreement = z.object({ agree: z.boolean() });
const states = createRequestStateCodec({ key: randomBytes(32), ttlSeconds: 600 });

function toServer(): McpServer {
  const server = new McpServer(serverInfo, { requestState: { verify: states.verify } });
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
  if (workload === "asking") registerAsk(server);
  return server;
}

/** Asks as a server must that does more than read: its state is signed and verified. */
function registerAsk(server: McpServer): void {
  const { name, ...facts } = askFacts;
  server.registerTool(name, { ...facts, inputSchema: echoInput }, async ({ text }, { mcpReq }) => {
    const answer = acceptedContent(mcpReq.inputResponses, questionName, agreement);
    if (answer?.agree === true && mcpReq.requestState() === text) {
      return { content: [{ type: "text", text }] };
    }
    const asked = inputRequired.elicit({ message: question, requestedSchema: agreement });
    return inputRequired({
      inputRequests: { [questionName]: asked },
      requestState: await states.mint(text),
    });
  });
}

function toHeader({ headers: { authorization } }: Parameters<NodeMcpRequestHandler>[0]) {
  return typeof authorization === "string" ? authorization : undefined;
}

/** The official bearer check in front of a handler, in the form that takes the header as it is. */
async function toGuarded(
  handler: NodeMcpRequestHandler,
  options: NonNullable<typeof bearer>,
): Promise<typeof handler> {
  const { bearerAuthChallengeResponse, verifyBearerToken } = await import(
    "@modelcontextprotocol/server"
  );
  const { createVerifier } = await import("./bearer.ts");
  const verifier = createVerifier(options);
  const rules = { verifier, requiredScopes: ["mcp:read"] };
  return async (request, response) => {
    try {
      const auth = await verifyBearerToken(toHeader(request), rules);
      await handler(Object.assign(request, { auth }), response);
    } catch (error) {
      const refusal = bearerAuthChallengeResponse(error, rules);
      response.writeHead(refusal.status, Object.fromEntries(refusal.headers));
      response.end(await refusal.text());
    }
  };
}

if (port === undefined) {
  const { serveStdio } = await import("@modelcontextprotocol/server/stdio");
  serveStdio(toServer);
} else if (process.argv.includes("--sessions")) {
  const { createServer } = await import("node:http");
  const { NodeStreamableHTTPServerTransport } = await import("@modelcontextprotocol/node");
  const transports = new Map<unknown, InstanceType<typeof NodeStreamableHTTPServerTransport>>();
  const open = async () => {
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      enableJsonResponse: !process.argv.includes("--events"),
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
  const guarded = bearer === undefined ? handler : await toGuarded(handler, bearer);
  createServer((request, response) => {
    void guarded(request, response);
  }).listen(Number(port), "127.0.0.1");
}

import { createServer } from "node:http";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { annotations } from "../workload.ts";
import { openShop } from "./shop.ts";
import { itemDescription, need, readPlace, tools } from "./tools.ts";

const shop = openShop(readPlace());
const inputSchema = z.object({ item: z.string().describe(itemDescription) });

function toServer(): McpServer {
  const server = new McpServer({ name: "shop", version: "0.1.0" });
  for (const { name, work, ...facts } of tools) {
    server.registerTool(name, { ...facts, annotations, inputSchema }, async ({ item }) => ({
      content: [{ type: "text", text: await shop[work](item) }],
    }));
  }
  return server;
}

const handler = toNodeHandler(createMcpHandler(toServer));
createServer((request, response) => {
  void handler(request, response);
}).listen(Number(need("--port")), "127.0.0.1");

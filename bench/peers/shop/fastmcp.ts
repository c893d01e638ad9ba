import { FastMCP } from "fastmcp";
import { z } from "zod";
import { annotations } from "../workload.ts";
import { openShop } from "./shop.ts";
import { itemDescription, need, readPlace, tools } from "./tools.ts";

const shop = openShop(readPlace());
const server = new FastMCP({ name: "shop", version: "0.1.0" });

for (const { work, title, ...facts } of tools) {
  server.addTool({
    ...facts,
    annotations: { title, ...annotations },
    parameters: z.object({ item: z.string().describe(itemDescription) }),
    execute: ({ item }) => shop[work](item),
  });
}

await server.start({
  transportType: "httpStream",
  httpStream: {
    port: Number(need("--port")),
    host: "127.0.0.1",
    stateless: true,
    enableJsonResponse: true,
  },
});

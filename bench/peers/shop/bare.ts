// The limit: parses a frame, does the work and answers. It validates nothing.
import { createServer } from "node:http";
import { openShop } from "./shop.ts";
import { need, readPlace, tools } from "./tools.ts";

interface Frame {
  readonly id: number | string;
  readonly params: { readonly name: string; readonly arguments: { readonly item: string } };
}

const shop = openShop(readPlace());
const works = new Map<string, (item: string) => Promise<string>>(
  tools.map(({ name, work }) => [name, shop[work]]),
);

createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (chunk: string) => {
    body += chunk;
  });
  request.on("end", async () => {
    const frame: Frame = JSON.parse(body);
    const { name, arguments: given } = frame.params;
    const text = await works.get(name)?.(given.item);
    const result = { content: [{ type: "text", text }], resultType: "complete" };
    const answer = JSON.stringify({ jsonrpc: "2.0", id: frame.id, result });
    response.writeHead(200, {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(answer),
    });
    response.end(answer);
  });
}).listen(Number(need("--port")), "127.0.0.1");

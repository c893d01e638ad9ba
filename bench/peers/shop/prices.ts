// The HTTP API of the shop: the same price for every item, after nothing but parsing the request.
import { createServer } from "node:http";
import { need } from "./tools.ts";

const server = createServer((request, response) => {
  const item = decodeURIComponent(request.url?.slice(1) ?? "");
  const text = JSON.stringify({ item, price: 12.5, currency: "EUR" });
  response.writeHead(200, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
  });
  response.end(text);
});
// Contenders rest between their rounds: a connection that is closed meanwhile would fail a call.
server.keepAliveTimeout = 0;
server.listen(Number(need("--port")), "127.0.0.1");

import { createServer } from "node:http";
import { answer } from "./bare.ts";
import { port } from "./workload.ts";

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (chunk: string) => {
    body += chunk;
  });
  request.on("end", () => {
    const text = answer(body) ?? "";
    response.writeHead(200, {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(text),
    });
    response.end(text);
  });
});
server.listen(Number(port), "127.0.0.1");

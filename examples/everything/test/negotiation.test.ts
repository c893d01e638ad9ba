import { type HttpServer, serveHttp } from "@fairlead/testing";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { bin } from "./bin.ts";

let server: HttpServer;
beforeAll(async () => {
  server = await serveHttp(bin);
});
afterAll(async () => {
  expect(await server.close(), "the exit code of a server asked to leave").toBe(0);
});

test.for([
  ["auto", "modern", "2026-07-28"],
  ["legacy", "legacy", "2025-11-25"],
] as const)("mode %s agrees on the %s era", async ([mode, era, version]) => {
  const transports = {
    stdio: new StdioClientTransport({ command: process.execPath, args: [bin], stderr: "ignore" }),
    http: new StreamableHTTPClientTransport(new URL(server.url)),
  };
  for (const transport of Object.values(transports)) {
    const client = new Client(
      { name: "negotiation", version: "1.0.0" },
      { versionNegotiation: { mode } },
    );
    onTestFinished(() => client.close());
    await client.connect(transport);
    expect(client.getProtocolEra()).toBe(era);
    expect(client.getNegotiatedProtocolVersion()).toBe(version);
    expect(await client.callTool({ name: "test_simple_text", arguments: {} })).toMatchObject({
      content: [{ type: "text" }],
    });
  }
});

test("the server writes down what it keeps back, under the reference it gives", async () => {
  const client = new Client({ name: "reference", version: "1.0.0" });
  onTestFinished(() => client.close());
  await client.connect(new StreamableHTTPClientTransport(new URL(server.url)));
  const answer = JSON.stringify(await client.callTool({ name: "fail_with_secret" }));
  const reference = /reference (\w+)/.exec(answer)?.[1];
  expect(reference).toBeDefined();
  expect(server.stderr()).toMatch(
    new RegExp(`\\[${reference}\\] Error: connect postgres.*\\n +at `),
  );
});

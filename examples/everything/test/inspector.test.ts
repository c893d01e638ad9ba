import { createInspector, type HttpServer, serveHttp } from "@fairlead/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bin } from "./bin.ts";

const inspector = createInspector();
let server: HttpServer;
beforeAll(async () => {
  server = await serveHttp(bin);
});
afterAll(async () => {
  await server.close();
  inspector.close();
});

async function inspect(target: readonly string[], args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await inspector.run([...target, ...args]);
  expect(code, stdout + stderr).toBe(0);
  return JSON.parse(stdout);
}

const targets: Readonly<Record<string, () => readonly string[]>> = {
  stdio: () => [process.execPath, bin],
  HTTP: () => [server.url, "--transport", "http"],
};

describe.for(Object.entries(targets))("the Inspector over %s", ([, target]) => {
  describe.for(["legacy", "modern"])("in the %s era", (era) => {
    const common = ["--protocol-era", era, "--quiet"];

    test("lists tools", async () => {
      expect(await inspect(target(), [...common, "--method", "tools/list"])).toMatchObject({
        tools: expect.arrayContaining([
          expect.objectContaining({ name: "test_simple_text", inputSchema: expect.anything() }),
        ]),
      });
    });

    test("calls a tool", async () => {
      const call = ["--method", "tools/call", "--tool-name", "measure_text"];
      const args = ["--tool-args-json", JSON.stringify({ text: "two words" })];
      expect(await inspect(target(), [...common, ...call, ...args])).toMatchObject({
        content: [{ type: "text", text: "9 characters, 2 words" }],
        structuredContent: { characters: 9, words: 2 },
      });
    });
  });
});

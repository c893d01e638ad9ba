import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bin, type HttpServer, run, serveHttp } from "./process.ts";

const manifest = createRequire(import.meta.url).resolve(
  "@modelcontextprotocol/inspector/package.json",
);
const inspector = join(dirname(manifest), "clients", "launcher", "build", "index.js");

// The Inspector keeps a catalog and a client file in the home directory; ours stays untouched.
const home = mkdtempSync(join(tmpdir(), "inspector-"));
const env = {
  HOME: home,
  MCP_CATALOG_PATH: join(home, "catalog.json"),
  MCP_CLIENT_CONFIG_PATH: join(home, "client.json"),
};

let server: HttpServer;
beforeAll(async () => {
  server = await serveHttp();
});
afterAll(async () => {
  await server.close();
  rmSync(home, { recursive: true, force: true });
});

async function inspect(target: readonly string[], args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await run(inspector, ["--cli", ...target, ...args], env);
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

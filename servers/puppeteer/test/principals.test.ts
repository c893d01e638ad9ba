import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serveHttp } from "@fairlead/testing";
import { expect, onTestFinished } from "vitest";
import { z } from "zod";
import { browserTest, toExecutable } from "./support/browser.ts";
import { createSite } from "./support/site.ts";

const bin = fileURLToPath(new URL("../dist/main.cjs", import.meta.url));
const answer = z.object({
  result: z.object({
    isError: z.boolean().optional(),
    content: z.array(z.object({ text: z.string().optional() })),
  }),
});

browserTest("two principals of one process share a browser and nothing in it", async () => {
  const directory = await mkdtemp(join(tmpdir(), "fairlead-tokens-"));
  const tokens = ["first", "second"].map((name) => {
    return `${name} sha256:${createHash("sha256").update(`token-of-${name}`).digest("hex")}`;
  });
  await writeFile(join(directory, "tokens"), tokens.join("\n"));
  const site = await createSite({
    "/": (request, response) => {
      response.setHeader("set-cookie", "who=seen");
      response.end(`<p>cookie: ${request.headers.cookie ?? "none"}</p><input id=i>`);
    },
  });
  const server = await serveHttp(bin, [
    ...["--token-file", join(directory, "tokens"), "--sandbox", "auto"],
    ...["--allow-hosts", `localhost:${site.port}`, ...toExecutable()],
  ]);
  onTestFinished(async () => {
    await server.close();
    await site.close();
    await rm(directory, { recursive: true });
  });

  async function call(who: string, tool: string, args: Record<string, unknown> = {}) {
    const name = `puppeteer_${tool}`;
    const response = await fetch(server.url, {
      method: "POST",
      headers: {
        authorization: `Bearer token-of-${who}`,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/call",
        "mcp-name": name,
      },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: {
          name,
          arguments: args,
          _meta: {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": { name: "test", version: "0" },
            "io.modelcontextprotocol/clientCapabilities": {},
          },
        },
      }),
    });
    const { result } = answer.parse(await response.json());
    return result.content.map(({ text }) => text ?? "").join("\n");
  }

  await call("first", "navigate", { url: site.origin });
  await call("first", "navigate", { url: site.origin });
  expect(await call("first", "get_text")).toBe("cookie: who=seen");
  const [id] = /p_\w+/.exec(await call("first", "tabs")) ?? [];
  expect(id).toBeDefined();
  expect(await call("second", "snapshot", { page_id: id })).toContain("There is no page");
  expect(await call("second", "tabs", { action: "close", page_id: id })).toContain("no page");
  await call("second", "navigate", { url: site.origin });
  expect(await call("second", "get_text")).toBe("cookie: none");
  await call("first", "fill", { selector: "#i", value: "of the first" });
  await call("first", "press_key", { selector: "#i", key: "Control+A" });
  await call("first", "press_key", { key: "Control+C" });
  for (const key of ["Control+V", "control+v", "Meta+V", "Control+Shift+V", "Shift+Insert"]) {
    expect(await call("second", "press_key", { selector: "#i", key })).toContain("Pressed");
  }
  await call("second", "evaluate", { script: "i.focus(); document.execCommand('paste'); 1" });
  expect(await call("second", "evaluate", { script: "i.value" })).toContain('result:\n""');
  expect(await call("second", "close")).toBe("Closed 1 pages.");
  expect(await call("first", "tabs")).toContain(id);
});

import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { defineTool } from "@fairlead/define";
import { readTokens } from "@fairlead/operate/tokens";
import { expect, test } from "vitest";
import { z } from "zod";
import { connect, spawn } from "../src/testing/index.ts";
import { legacy, listen, modern, send } from "./fixture/http.ts";
import { plain, serverOf } from "./fixture/make.ts";

const clients = Array.from({ length: 200 }, (_, n) => `client-${n}`);

/** Says back to its caller what it was told, in parts and after turns that differ by caller. */
const tell = defineTool({
  ...plain,
  name: "tell",
  input: z.object({ secret: z.string() }),
  output: z.object({ secret: z.string(), principal: z.string(), capabilities: z.unknown() }),
  async run({ secret }, { principal, progress, log, clientCapabilities, ...context }) {
    for (let step = 1; step <= 3; step += 1) {
      await sleep(Math.random() * 10);
      progress(step, 3, secret);
      log("info", secret);
      Reflect.set(context, "secret", secret);
    }
    return { secret, principal: principal.id, capabilities: clientCapabilities };
  },
});
const server = serverOf([tell], { connect: () => ({ context: { shared: {} } }) });
const authenticate = readTokens(
  clients
    .map((id) => `${id} sha256:${createHash("sha256").update(`token-${id}`).digest("hex")}`)
    .join("\n"),
);

test.for(["modern", "legacy"] as const)(
  "T6, CVE-2026-25536: 200 HTTP clients with equal ids see only what is theirs (%s)",
  async (era) => {
    const listening = await listen(server, { authenticate });
    const answers = await Promise.all(
      clients.map((id) => {
        const params = {
          name: "tell",
          arguments: { secret: id },
          _meta: {
            progressToken: "same",
            "io.modelcontextprotocol/logLevel": "info",
            ...(era === "modern" && {
              "io.modelcontextprotocol/clientCapabilities": { experimental: { [id]: {} } },
            }),
          },
        };
        const [body, headers] =
          era === "modern" ? modern("tools/call", params) : legacy("tools/call", params);
        return send(listening.url, body, { ...headers, authorization: `Bearer token-${id}` });
      }),
    );
    for (const [index, { body, message, notifications }] of answers.entries()) {
      const id = `client-${index}`;
      expect(new Set(body.match(/client-\d+/g))).toEqual(new Set([id]));
      expect(notifications).toHaveLength(6);
      expect(message).toMatchObject({
        id: 1,
        result: {
          structuredContent: {
            secret: id,
            principal: id,
            capabilities: era === "modern" ? { experimental: { [id]: {} } } : {},
          },
        },
      });
    }
    await listening.close();
  },
);

test("T6, CVE-2026-25536: nor do 200 calls of one client that are in flight together", async () => {
  const client = await connect(server);
  const answers = await Promise.all(
    clients.map((secret) => client.callTool("tell", { secret }, { progressToken: secret })),
  );
  expect(answers.map(({ structuredContent }) => structuredContent)).toMatchObject(
    clients.map((secret) => ({ secret })),
  );
  for (const { params } of client.notifications) {
    expect(params).toHaveProperty("progressToken");
    const { progressToken, message } = z
      .object({ progressToken: z.string(), message: z.string() })
      .parse(params);
    expect(message).toBe(progressToken);
  }
});

test("T6, CVE-2026-25536: nor do processes that speak to clients with equal ids", async () => {
  const main = new URL("fixture/main.ts", import.meta.url);
  const spawned = await Promise.all(clients.slice(0, 8).map(() => spawn(main, { era: "legacy" })));
  const answers = await Promise.all(
    spawned.map((client, n) => client.callTool("who_am_i", { secret: `client-${n}`, ms: 5 })),
  );
  await Promise.all(spawned.map((client) => client.close()));
  for (const [n, { structuredContent }] of answers.entries()) {
    expect(structuredContent).toEqual({ id: "local", secret: `client-${n}` });
    expect(new Set(spawned[n]?.stdout.join("").match(/client-\d+/g))).toEqual(
      new Set([`client-${n}`]),
    );
  }
});

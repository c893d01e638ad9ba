import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { defineTool } from "@fairlead/define";
import { readTokens } from "@fairlead/operate/tokens";
import { expect, onTestFinished, test } from "vitest";
import { connect } from "../src/testing/index.ts";
import { legacy, listen, modern, send } from "./fixture/http.ts";
import { plain, serverOf } from "./fixture/make.ts";

const tools = ["read_news", "write_news"].map((name) =>
  defineTool({ ...plain, name, run: () => "done" }),
);
const reason = new Map([["write_news", "The token has no scope news:write."]]);

async function listOf(server: ReturnType<typeof serverOf>) {
  const client = await connect(server);
  onTestFinished(() => client.close());
  return async () => (await client.listTools()).map(({ name }) => name);
}

test("a list leaves out what the caller's credentials cannot use, and the caller is asked about once", async () => {
  let asked = 0;
  const list = await listOf(
    serverOf(tools, {
      async findUnusableTools() {
        asked += 1;
        return reason;
      },
    }),
  );
  expect(await Promise.all([list(), list()])).toEqual([["read_news"], ["read_news"]]);
  expect(await list()).toEqual(["read_news"]);
  expect(asked).toBe(1);
});

test("a probe that fails, or cannot even connect, hides nothing", async () => {
  const failing = await listOf(
    serverOf(tools, { findUnusableTools: () => Promise.reject(new Error("no network")) }),
  );
  expect(await failing()).toEqual(["read_news", "write_news"]);
  const offline = await listOf(
    serverOf(tools, {
      connect: () => Promise.reject(new Error("no network")),
      findUnusableTools: async () => reason,
    }),
  );
  expect(await offline()).toEqual(["read_news", "write_news"]);
});

test("a probe that is late hides nothing in that list, which nobody may keep, and is heard in the next", async () => {
  const { promise, resolve } = Promise.withResolvers<ReadonlyMap<string, string>>();
  const client = await connect(serverOf(tools, { findUnusableTools: () => promise }));
  onTestFinished(() => client.close());
  const list = () => client.request("tools/list");
  for (const first of await Promise.all([list(), list()])) {
    expect(first).toMatchObject({ ttlMs: 0, cacheScope: "private" });
    expect(first["tools"]).toHaveLength(2);
  }
  resolve(reason);
  await sleep(0);
  const next = await list();
  expect(next).toMatchObject({ ttlMs: 300_000, cacheScope: "private" });
  expect(next["tools"]).toEqual([expect.objectContaining({ name: "read_news" })]);
});

test("a probe that never answers is told when the server shuts down", async () => {
  let signal: AbortSignal | undefined;
  const server = serverOf(tools, {
    findUnusableTools(_, given) {
      signal = given;
      return new Promise(() => {});
    },
  });
  const client = await connect(server);
  expect(await client.listTools()).toHaveLength(2);
  await client.close();
  expect(signal?.aborted).toBe(true);
});

test("each principal has a list of its own, which no cache may share", async () => {
  const line = (id: string) => `${id} sha256:${createHash("sha256").update(id).digest("hex")}`;
  const server = serverOf(tools, {
    connectPer: "principal",
    connect: (_, { principal }) => ({ context: { who: principal.id } }),
    findUnusableTools: async (context) =>
      JSON.stringify(context).includes("reader") ? reason : new Map(),
  });
  const listening = await listen(server, {
    authenticate: readTokens([line("reader"), line("writer")].join("\n")),
  });
  onTestFinished(() => listening.close());
  const ask = async (who: string, [body, headers]: ReturnType<typeof modern>) =>
    (await send(listening.url, body, { ...headers, authorization: `Bearer ${who}` })).body;
  for (const era of [modern, legacy]) {
    expect(await ask("reader", era("tools/list"))).not.toContain("write_news");
    expect(await ask("writer", era("tools/list"))).toContain("write_news");
  }
  expect(await ask("writer", modern("tools/list"))).toContain('"cacheScope":"private"');
});

test("without credentials nobody is asked, and the list is whole and for everyone", async () => {
  let asked = 0;
  const server = serverOf(tools, {
    credentials: ["token"],
    async findUnusableTools() {
      asked += 1;
      return reason;
    },
  });
  const listening = await listen(server, { anonymous: true });
  onTestFinished(() => listening.close());
  const { body } = await send(listening.url, ...modern("tools/list"));
  expect(body).toContain("write_news");
  expect(body).toContain('"cacheScope":"public"');
  expect(asked).toBe(0);
});

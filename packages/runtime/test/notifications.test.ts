import { setTimeout as sleep } from "node:timers/promises";
import { defineTool } from "@fairlead/define";
import { describe, expect, test } from "vitest";
import { isJson } from "../src/protocol/json-rpc.ts";
import { connect } from "../src/testing/index.ts";
import { legacy, listen, modern, send } from "./fixture/http.ts";
import { plain, serverOf } from "./fixture/make.ts";

const report = defineTool({
  ...plain,
  name: "report",
  async run(_, { progress, log }) {
    for (const done of [1, 0, 1, 2.5, 2, -1, Number.NaN, 10]) progress(done, 10, `at ${done}`);
    for (const level of ["debug", "info", "warning", "emergency"] as const) log(level, level);
    setTimeout(() => {
      progress(11);
      log("emergency", "late");
    }, 5);
    return "reported";
  },
});
const server = serverOf([report]);
const levels = (client: {
  readonly notifications: readonly { readonly [key: string]: unknown }[];
}) =>
  client.notifications
    .filter(({ method }) => method === "notifications/message")
    .map(({ params }) => isJson(params) && params["level"]);

describe("progress", () => {
  test("only grows, goes to who asked, and stops with the answer", async () => {
    const client = await connect(server);
    await client.callTool("report", {}, { progressToken: "mine" });
    await sleep(20);
    const params = client.notifications.map((notification) => notification["params"]);
    expect(params).toEqual(
      [1, 2.5, 10].map((progress) => ({
        progressToken: "mine",
        progress,
        total: 10,
        message: `at ${progress}`,
      })),
    );
  });

  test.for([undefined, null, {}, [], true])(
    "is not sent for the token %j",
    async (progressToken) => {
      const client = await connect(server);
      await client.callTool("report", {}, { progressToken });
      expect(client.notifications).toEqual([]);
    },
  );

  test.for([0, "", "__proto__", 1.5])("is sent for the token %j", async (progressToken) => {
    const client = await connect(server);
    await client.callTool("report", {}, { progressToken });
    expect(client.notifications[0]).toMatchObject({ params: { progressToken } });
  });
});

describe("log messages", () => {
  test("are sent to a 2026-07-28 client from the level its request names, and else not", async () => {
    const silent = await connect(server);
    await silent.callTool("report");
    expect(levels(silent)).toEqual([]);
    const asking = await connect(server, { logLevel: "warning" });
    await asking.callTool("report");
    await sleep(20);
    expect(levels(asking)).toEqual(["warning", "emergency"]);
  });

  test("are sent to an older client as logging/setLevel says", async () => {
    const client = await connect(server, { era: "legacy" });
    await client.callTool("report");
    expect(levels(client)).toEqual(["info", "warning", "emergency"]);
    client.notifications.length = 0;
    expect(await client.request("logging/setLevel", { level: "emergency" })).toEqual({});
    await client.callTool("report");
    expect(levels(client)).toEqual(["emergency"]);
    for (const level of ["loud", "", null, undefined, 3, {}, "INFO"]) {
      const set = client.request("logging/setLevel", { level });
      await expect(set).rejects.toMatchObject({ code: -32602 });
    }
  });
});

describe("on HTTP", () => {
  test("logging/setLevel is kept with the session, or refused where there is none", async () => {
    const listening = await listen(server);
    const hello = { protocolVersion: "2025-11-25", capabilities: {} };
    const shake = async () =>
      (await send(listening.url, ...legacy("initialize", hello))).headers["mcp-session-id"];
    const [mine, other] = [await shake(), await shake()];
    const post = (method: string, params: object, session?: string | string[]) => {
      const [body, headers] = legacy(method, { ...params }, { version: "2025-11-25" });
      const own = session === undefined ? {} : { "mcp-session-id": session };
      return send(listening.url, body, { ...headers, ...own });
    };
    const heard = async (session?: string | string[]) =>
      levels(await post("tools/call", { name: "report" }, session));
    const set = await post("logging/setLevel", { level: "emergency" }, mine);
    expect(set.message).toMatchObject({ result: {} });
    expect(await heard(mine)).toEqual(["emergency"]);
    expect(await heard(other)).toEqual(["info", "warning", "emergency"]);
    expect(await heard()).toEqual(["info", "warning", "emergency"]);
    await post("logging/setLevel", { level: "debug" }, mine);
    expect(await heard(mine)).toEqual(["debug", "info", "warning", "emergency"]);
    const refused = await post("logging/setLevel", { level: "debug" });
    expect(refused.message).toMatchObject({
      error: { code: -32600, message: expect.stringMatching(/Mcp-Session-Id.*logLevel/) },
    });
    await listening.close();
  });

  test.for(["modern", "legacy"] as const)(
    "come in a stream that ends with the answer (%s)",
    async (era) => {
      const listening = await listen(server);
      const params = { name: "report", _meta: { progressToken: 1 } };
      const [body, headers] =
        era === "modern" ? modern("tools/call", params) : legacy("tools/call", params);
      const answer = await send(listening.url, body, headers);
      expect(answer.headers).toMatchObject({
        "content-type": "text/event-stream",
        "cache-control": "no-cache",
        "x-accel-buffering": "no",
      });
      expect(answer.notifications.length).toBeGreaterThanOrEqual(3);
      expect(answer.message).toMatchObject({ id: 1, result: { content: [{ text: "reported" }] } });
      expect(answer.body).not.toContain("late");
      await listening.close();
    },
  );

  test("are left out for a client that takes no stream", async () => {
    const listening = await listen(server);
    const params = { name: "report", _meta: { progressToken: 1 } };
    const headers = { accept: "application/json" };
    const answer = await send(listening.url, ...modern("tools/call", params, { headers }));
    expect(answer.headers["content-type"]).toBe("application/json");
    expect(answer.message).toHaveProperty("result");
    await listening.close();
  });
});

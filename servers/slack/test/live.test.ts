import { connect } from "@fairlead/runtime/testing";
import { expect, test } from "vitest";
import { server } from "../src/index.ts";

// Against Slack itself, where a token is given: reads only, so that any workspace will do.

const botToken = process.env["FAIRLEAD_LIVE_SLACK_TOKEN"];
if (botToken === undefined) {
  console.warn("NOT RUN: the live Slack tests. Set FAIRLEAD_LIVE_SLACK_TOKEN=xoxb-… to run them.");
}

test.skipIf(botToken === undefined)("reads a workspace of Slack itself", async () => {
  const client = await connect(server, { config: { botToken } });
  const names = (await client.listTools()).map(({ name }) => name);
  expect(names.length).toBeGreaterThan(0);
  for (const [name, args] of [
    ["slack_list_channels", { limit: 5 }],
    ["slack_get_users", { limit: 5 }],
  ] as const) {
    if (!names.includes(name)) continue;
    const { isError, text } = await client.callTool(name, args);
    expect(isError, text).toBe(false);
  }
  const missing = await client.callTool("slack_get_channel_info", { channel_id: "C00000000" });
  expect(missing.isError).toBe(true);
  await client.close();
});

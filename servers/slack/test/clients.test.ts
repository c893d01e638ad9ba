import { fileURLToPath } from "node:url";
import { findSessions } from "@fairlead/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { botToken, startFake } from "./support/fake.ts";

const bin = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const sessions = await findSessions("slack", bin);

// Emulator tests: the built bin, and its image, on a fake Slack.

/** A person's errand: what was said, an answer to it, and the names of who is there. */
describe.for(Object.entries(sessions))("the official %s", ([, { open }]) => {
  test("lists, reads, answers, completes and prompts", async () => {
    const fake = await startFake();
    const env = { SLACK_BOT_TOKEN: botToken, SLACK_API_URL: fake.apiUrl };
    const session = await open({ env, network: "host" });
    onTestFinished(() => session.close());
    const names = (await session.listTools()).map(({ name }) => name);
    expect(names).toContain("slack_get_channel_history");
    expect(names, "no bot can search").not.toContain("slack_search_messages");

    const channel = { channel_id: "#general" };
    const history = JSON.stringify(await session.call("slack_get_channel_history", channel));
    expect(history).toContain("1700000002.000200");
    const reply = { ...channel, thread_ts: "1700000002.000200", text: "on it" };
    expect(await session.call("slack_reply_to_thread", reply)).not.toHaveProperty("isError");
    const thread = { ...channel, thread_ts: "1700000002.000200" };
    expect(JSON.stringify(await session.call("slack_get_thread_replies", thread))).toContain(
      "on it",
    );

    expect(
      await session.call("slack_get_channel_info", { channel_id: "C000NOTHING" }),
    ).toMatchObject({
      isError: true,
    });
    expect(JSON.stringify(await session.read("slack://channels"))).toContain("general");
    const ref = { type: "ref/prompt", name: "summarize_channel" } as const;
    expect(JSON.stringify(await session.complete(ref, "channel", "gen"))).toContain("general");
  });
});

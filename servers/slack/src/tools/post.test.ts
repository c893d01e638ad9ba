import { describe, expect, test } from "vitest";
import { call, connectTo, ok, startFake } from "../../test/support/fake.ts";

const general = { channel_id: "C000GENERAL" };

test("a message is escaped, keeps its links, and tells its ts", async () => {
  const fake = await startFake();
  const { client } = await connectTo(fake);
  const text = "a < b & c > d <https://example.com/?a=1&b=2|link> &amp; *bold*\n> quote 家 👩‍🚀";
  const { output } = await ok(client, "slack_post_message", { channel_id: "#general", text });
  expect(fake.state.messages.get("C000GENERAL")?.at(-1)).toMatchObject({
    ts: output.ts,
    text: "a &lt; b &amp; c &gt; d <https://example.com/?a=1&b=2|link> &amp; *bold*\n> quote 家 👩‍🚀",
  });
});

test("a dry run sends nothing and shows everything", async () => {
  const fake = await startFake();
  const { client } = await connectTo(fake);
  const draft = { ...general, text: "hi <!channel>", dry_run: true };
  const { text, output } = await ok(client, "slack_post_message", draft);
  expect(text).toContain("Nothing was sent");
  expect(output).not.toHaveProperty("ts");
  expect(fake.requests).toEqual([]);
});

test("a reaction is there once, however often it is added, and gone as often", async () => {
  const { client } = await connectTo(await startFake());
  const args = { ...general, timestamp: "1700000001.000100", reaction: ":eyes:" };
  expect((await ok(client, "slack_add_reaction", args)).output).toEqual({ added: true });
  expect((await ok(client, "slack_add_reaction", args)).output).toEqual({ added: false });
  expect((await ok(client, "slack_remove_reaction", args)).output).toEqual({ removed: true });
  expect((await ok(client, "slack_remove_reaction", args)).output).toEqual({ removed: false });
});

describe("a thread is checked before anything is sent to it", () => {
  const nowhere = "1600000000.000000";
  const calls = [
    ["slack_reply_to_thread", { ...general, thread_ts: nowhere, text: "x" }],
    [
      "slack_schedule_message",
      { ...general, thread_ts: nowhere, text: "x", post_at: "2099-01-01T00:00:00Z" },
    ],
    ["slack_upload_file", { ...general, thread_ts: nowhere, content: "x" }],
  ] as const;

  test.each(calls)("%s to an unknown thread_ts sends nothing", async (name, args) => {
    const fake = await startFake();
    const { client } = await connectTo(fake);
    const { isError, text } = await call(client, name, args);
    expect([isError, text]).toEqual([
      true,
      expect.stringContaining(`There is no message ${nowhere} in C000GENERAL`),
    ]);
    expect(fake.requests.map(({ method }) => method)).toEqual(["conversations.replies"]);
  });

  test("a reply to a reply goes to its thread", async () => {
    const fake = await startFake();
    const all = fake.state.messages.get("C000GENERAL");
    const reply = all?.find(({ ts, thread_ts = ts }) => thread_ts !== ts);
    const { client } = await connectTo(fake);
    const args = { ...general, thread_ts: reply?.ts, text: "and this" };
    await ok(client, "slack_reply_to_thread", args);
    expect(fake.state.messages.get("C000GENERAL")?.at(-1)).toMatchObject({
      text: "and this",
      thread_ts: reply?.thread_ts,
    });
  });

  test("a token that may write and not read replies unchecked", async () => {
    const fake = await startFake();
    for (const token of fake.state.tokens.values()) token.scopes = ["chat:write"];
    const { client } = await connectTo(fake);
    const args = { ...general, thread_ts: "1700000002.000200", text: "x" };
    expect((await call(client, "slack_reply_to_thread", args)).isError).toBe(false);
  });
});

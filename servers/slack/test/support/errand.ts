import type { Session } from "@fairlead/testing";
import { expect } from "vitest";

const thread_ts = "1700000002.000200";
const general = { channel_id: "#general" };

/** What was said is read, answered, posted, reacted to and put right; the rest stays closed. */
export async function runErrand(session: Session): Promise<void> {
  const call = async (name: string, given: object = {}) => {
    const answer = Object(await session.call(name, { ...given }));
    expect(answer.isError, JSON.stringify(answer)).not.toBe(true);
    return answer;
  };
  const list = async () => (await session.listTools()).map(({ name }) => name);
  expect(await list()).toEqual(
    expect.arrayContaining(["slack_get_channel_history", "slack_upload_file"]),
  );
  // A list waits only a moment for Slack to say whose token it is, and names every tool until then.
  await expect
    .poll(list, { timeout: 20_000, message: "no bot can search" })
    .not.toContain("slack_search_messages");

  const channels = await call("slack_list_channels");
  expect(JSON.stringify(channels)).toContain("general");
  expect(JSON.stringify(channels), "only what is allowed").not.toContain("launch");
  expect(JSON.stringify(await call("slack_get_users"))).toContain("Chloë Dubois 🚀");
  expect(JSON.stringify(await call("slack_get_channel_history", general))).toContain(thread_ts);
  const text = "Ja 👋 <!channel> https://example.com/?q=secret";
  await call("slack_reply_to_thread", { ...general, thread_ts, text });
  const replies = JSON.stringify(await call("slack_get_thread_replies", { ...general, thread_ts }));
  expect(replies).toContain("Ja 👋");
  const { structuredContent: posted } = await call("slack_post_message", {
    ...general,
    text: "Hi",
  });
  const { ts } = posted;
  await call("slack_update_message", { ...general, ts, text: "Hello" });
  await call("slack_add_reaction", { ...general, timestamp: ts, reaction: "eyes" });
  const read = JSON.stringify(await call("slack_get_channel_history", general));
  expect(read).toContain("Hello");
  expect(read).toContain("eyes");
  const file = { ...general, content: "a,ü\n", filename: "t.csv" };
  const { structuredContent: sent } = await call("slack_upload_file", file);
  expect(JSON.stringify(await call("slack_get_file", { file_id: sent.file_id }))).toContain("a,ü");

  const fenced = await session.call("slack_get_channel_history", { channel_id: "C000LAUNCH0" });
  expect(fenced).toMatchObject({ isError: true });
  const { isError, content } = Object(
    await session.call("slack_get_user_profile", { user_id: "U000NOBODY0" }),
  );
  expect([isError, JSON.stringify(content)]).toEqual([true, expect.stringContaining("not_found")]);

  expect(JSON.stringify(await session.read("slack://channels"))).toContain("general");
  const ref = { type: "ref/prompt", name: "summarize_channel" } as const;
  expect(JSON.stringify(await session.complete(ref, "channel", "gen"))).toContain("general");
  const prompt = await session.prompt("summarize_channel", { channel: "#general" });
  expect(JSON.stringify(prompt)).toContain("Hello");
}

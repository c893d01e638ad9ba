import { expect, test } from "vitest";
import { call, connectTo, ok, startFake } from "../../test/support/fake.ts";

const general = { channel_id: "C000GENERAL" };

test("a message can be changed and deleted by the app that wrote it, and by no other", async () => {
  const fake = await startFake();
  const { client } = await connectTo(fake);
  const { output } = await ok(client, "slack_post_message", { ...general, text: "one" });
  const message = { ...general, ts: output.ts };
  await ok(client, "slack_update_message", { ...message, text: "two" });
  expect(fake.state.messages.get("C000GENERAL")?.at(-1)?.text).toBe("two");
  await ok(client, "slack_delete_message", message);
  expect((await call(client, "slack_delete_message", message)).text).toContain("message_not_found");
  const others = { ...general, ts: "1700000001.000100" };
  const refused = await call(client, "slack_update_message", { ...others, text: "x" });
  expect(refused.text).toContain("Only messages of the app itself");
});

test("scheduling wants a time ahead", async () => {
  const fake = await startFake();
  const { client } = await connectTo(fake);
  const past = { ...general, text: "x", post_at: "2020-01-01T00:00:00Z" };
  expect((await call(client, "slack_schedule_message", past)).text).toContain("time_in_past");
  await ok(client, "slack_schedule_message", { ...past, post_at: "2099-01-01T00:00:00Z" });
  expect(fake.state.scheduled).toMatchObject([{ at: 4_070_908_800 }]);
});

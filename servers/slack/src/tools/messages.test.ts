import { connect } from "@fairlead/runtime/testing";
import { expect, test } from "vitest";
import {
  botToken,
  call,
  connectTo,
  ok,
  startFake,
  toBody,
  userToken,
} from "../../test/support/fake.ts";
import { config } from "../config.ts";
import { server } from "../index.ts";
import { openWorkspace } from "../workspace.ts";

const general = { channel_id: "C000GENERAL" };

test("a channel comes newest first in rows, with names and reactions", async () => {
  const { client } = await connectTo(await startFake());
  const { text, output } = await ok(client, "slack_get_channel_history", general);
  expect(text).toContain(
    '1700000002.000200 U0000000ADA [tada:2 wave:1] [1 replies]:\n<untrusted source="Slack: ada">\nHello @ben (U0000000BEN), see the plan (https://example.com/a) & #launch\n</untrusted>',
  );
  expect(output.messages.map(({ ts }: { ts: string }) => ts)).toEqual([
    "1700000099.000100",
    "1700000002.000200",
    "1700000001.000100",
  ]);
  expect(output.messages[1]).toMatchObject({ user: "U0000000ADA", replies: 1 });
});

test("a channel is found by its name, which is looked up once", async () => {
  const fake = await startFake();
  const { client } = await connectTo(fake);
  for (const channel_id of ["#General", "general", "<#C000GENERAL|general>"]) {
    const { output } = await ok(client, "slack_get_channel_history", { channel_id });
    expect(output.channel).toBe("C000GENERAL");
  }
  expect(fake.requests.filter(({ method }) => method === "conversations.list")).toHaveLength(1);
  const users = fake.requests.filter(({ method }) => method === "users.info");
  expect(new Set(users.map(({ args }) => args["user"])).size).toBe(users.length);
});

test("pages follow one another without gap or repetition, also where the budget cuts", async () => {
  const fake = await startFake();
  const all = Array.from({ length: 120 }, (_, index) => ({
    ts: `17000010${String(index).padStart(2, "0").slice(-2)}.${String(index).padStart(6, "0")}`,
    user: "U0000000ADA",
    text: `message ${index} ${"x".repeat(300)}`,
  }));
  fake.state.messages.set("C000LAUNCH0", all);
  const slack = await openWorkspace(config.parse({ botToken, apiUrl: fake.apiUrl }), {
    principal: "test",
    environment: {},
  });
  const client = await connect(server, { context: { slack }, budget: 6_000 });
  const seen: string[] = [];
  let cursor: unknown;
  for (let page = 0; page < 60; page += 1) {
    const args = {
      channel_id: "C000LAUNCH0",
      limit: 30,
      ...(cursor !== undefined && { cursor }),
    };
    const { text, isError, structuredContent } = await client.callTool(
      "slack_get_channel_history",
      args,
    );
    expect(isError, text).toBe(false);
    expect(text.length).toBeLessThan(6_400);
    const output = Object(structuredContent);
    seen.push(...output.messages.map((row: { text: string }) => toBody(row.text).split(" ")[1]));
    cursor = output.next_cursor;
    if (cursor === undefined) break;
  }
  await client.close();
  await slack.close();
  expect(seen).toEqual(all.map((_, index) => String(119 - index)));
});

test("oldest and latest take dates and bound what is read", async () => {
  const { client } = await connectTo(await startFake());
  const span = { oldest: "1700000001.000100", latest: "2023-11-14T22:13:30Z" };
  const { output } = await ok(client, "slack_get_channel_history", { ...general, ...span });
  expect(output.messages).toHaveLength(1);
  const wrong = await call(client, "slack_get_channel_history", { ...general, oldest: "today" });
  expect(wrong.text).toContain("not a point in time");
});

test("long messages are cut in channels and whole in threads", async () => {
  const fake = await startFake();
  const ts = "1700000200.000100";
  fake.state.messages.get("C000GENERAL")?.push({ ts, user: "U0000000ADA", text: "🦊".repeat(900) });
  const { client } = await connectTo(fake);
  const { text } = await ok(client, "slack_get_channel_history", { ...general, limit: 1 });
  expect(text).toContain("[1000 of 1800 characters; slack_get_thread_replies shows all]:");
  expect(text.isWellFormed()).toBe(true);
  const whole = await ok(client, "slack_get_thread_replies", { ...general, thread_ts: ts });
  expect(whole.text).toContain("🦊".repeat(900));
});

test("a message without text is read from its blocks", async () => {
  const fake = await startFake();
  const blocks = [{ text: { text: "in" }, fields: [{ text: "blocks" }] }];
  fake.state.messages.get("C000GENERAL")?.push({ ts: "1700000201.000100", text: "", blocks });
  const { client } = await connectTo(fake);
  const { text } = await ok(client, "slack_get_channel_history", { ...general, limit: 1 });
  expect(text).toContain("in blocks");
});

test("the ts of a permalink and one without its point are understood", async () => {
  const { client } = await connectTo(await startFake());
  for (const thread_ts of ["p1700000002000200", "1700000002000200", "1700000002.000200"]) {
    const { output } = await ok(client, "slack_get_thread_replies", { ...general, thread_ts });
    expect(output.messages).toHaveLength(2);
  }
});

test("search narrows by channel, person and day, and goes with the user's token", async () => {
  const fake = await startFake();
  const { client } = await connectTo(fake);
  const filters = { in_channel: "#launch", from_user: "U0000000ADA", after: "2023-01-01" };
  const { text } = await ok(client, "slack_search_messages", { query: "launch", ...filters });
  expect(text).toContain("C000LAUNCH0 #launch 1700000010.000100 U0000000ADA [");
  const asked = fake.requests.find(({ method }) => method === "search.messages");
  expect(asked?.authorization).toBe(`Bearer ${userToken}`);
  expect(asked?.args["query"]).toBe(
    "launch in:<#C000LAUNCH0> from:<@U0000000ADA> after:2023-01-01",
  );
});

test("search pages through what may be shown", async () => {
  const fake = await startFake();
  const all = Array.from({ length: 130 }, (_, index) => ({
    ts: `17000020${String(index % 100).padStart(2, "0")}.${String(index).padStart(6, "0")}`,
    user: "U0000000ADA",
    text: `needle ${index}`,
  }));
  fake.state.messages.set("C000LAUNCH0", all);
  const { client } = await connectTo(fake);
  const seen: string[] = [];
  let cursor: unknown;
  do {
    const args = { query: "needle", ...(cursor !== undefined && { cursor }) };
    const { output } = await ok(client, "slack_search_messages", args);
    seen.push(...output.messages.map((row: { text: string }) => toBody(row.text)));
    cursor = output.next_cursor;
  } while (cursor !== undefined);
  expect(seen).toEqual(all.map(({ text }) => text));
});

test("unread messages are counted per channel, as the user sees them", async () => {
  const fake = await startFake();
  const { client } = await connectTo(fake);
  const { text } = await ok(client, "slack_get_unreads");
  expect(text).toContain("C000GENERAL #general: 2 since 1700000001.000100");
  expect(new Set(fake.requests.map(({ authorization }) => authorization))).toEqual(
    new Set([`Bearer ${userToken}`]),
  );
});

test("a text file comes as text and a picture as a picture", async () => {
  const fake = await startFake();
  const png = Buffer.from("89504e470d0a1a0a", "hex");
  const facts = { mimetype: "image/png", size: png.length, channels: ["C000GENERAL"] };
  fake.state.files.push({ id: "F000PICTURE", name: "p.png", ...facts });
  fake.state.contents.set("F000PICTURE", png);
  const { client } = await connectTo(fake);
  expect((await ok(client, "slack_get_file", { file_id: "F000NOTES00" })).text).toContain(
    "Grüße 👋",
  );
  const { content } = await ok(client, "slack_get_file", { file_id: "F000PICTURE" });
  expect(content.at(-1)).toMatchObject({ type: "image", data: png.toString("base64") });
});

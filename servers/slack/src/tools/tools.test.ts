import { connect } from "@fairlead/runtime/testing";
import { describe, expect, test } from "vitest";
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

describe("reading", () => {
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
    fake.state.messages
      .get("C000GENERAL")
      ?.push({ ts, user: "U0000000ADA", text: "🦊".repeat(900) });
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

  test("people are found by name and by address, and a profile by either", async () => {
    const { client } = await connectTo(await startFake());
    expect((await ok(client, "slack_search_users", { query: "dubois design" })).text).toContain(
      "Chloë",
    );
    expect((await ok(client, "slack_search_users", { query: "ben@example.com" })).text).toContain(
      "U0000000BEN",
    );
    const { output } = await ok(client, "slack_get_user_profile", { user_id: "@ada" });
    expect(output.user_id).toBe("U0000000ADA");
    expect(toBody(output.profile).split("\n")).toEqual(
      expect.arrayContaining(["title: Engineer", "Team: Platform"]),
    );
  });

  test("a long list of people is read a part at a time, and once", async () => {
    const fake = await startFake();
    const many = Array.from({ length: 2_500 }, (_, index) => ({
      id: `U${String(index).padStart(10, "0")}`,
      name: `person${index}`,
    }));
    fake.state.users.push(...many);
    const { client } = await connectTo(fake);
    const search = () => ok(client, "slack_search_users", { query: "person2400" });
    expect((await search()).output).toMatchObject({ users: [], complete: false });
    expect((await search()).output).toMatchObject({ users: [], complete: false });
    expect((await search()).output).toMatchObject({
      users: [{ name: "person2400" }],
      complete: true,
    });
    const asked = fake.requests.length;
    await search();
    expect(fake.requests).toHaveLength(asked);
  });
});

describe("writing", () => {
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

  test("a message can be changed and deleted by the app that wrote it, and by no other", async () => {
    const fake = await startFake();
    const { client } = await connectTo(fake);
    const { output } = await ok(client, "slack_post_message", { ...general, text: "one" });
    const message = { ...general, ts: output.ts };
    await ok(client, "slack_update_message", { ...message, text: "two" });
    expect(fake.state.messages.get("C000GENERAL")?.at(-1)?.text).toBe("two");
    await ok(client, "slack_delete_message", message);
    expect((await call(client, "slack_delete_message", message)).text).toContain(
      "message_not_found",
    );
    const others = { ...general, ts: "1700000001.000100" };
    const refused = await call(client, "slack_update_message", { ...others, text: "x" });
    expect(refused.text).toContain("Only messages of the app itself");
  });

  test("a reaction is there once, however often it is added, and gone as often", async () => {
    const { client } = await connectTo(await startFake());
    const args = { ...general, timestamp: "1700000001.000100", reaction: ":eyes:" };
    expect((await ok(client, "slack_add_reaction", args)).output).toEqual({ added: true });
    expect((await ok(client, "slack_add_reaction", args)).output).toEqual({ added: false });
    expect((await ok(client, "slack_remove_reaction", args)).output).toEqual({ removed: true });
    expect((await ok(client, "slack_remove_reaction", args)).output).toEqual({ removed: false });
  });

  test("scheduling wants a time ahead", async () => {
    const fake = await startFake();
    const { client } = await connectTo(fake);
    const past = { ...general, text: "x", post_at: "2020-01-01T00:00:00Z" };
    expect((await call(client, "slack_schedule_message", past)).text).toContain("time_in_past");
    await ok(client, "slack_schedule_message", { ...past, post_at: "2099-01-01T00:00:00Z" });
    expect(fake.state.scheduled).toMatchObject([{ at: 4_070_908_800 }]);
  });
});

describe("what a token cannot do", () => {
  async function list(tokens: object, change: (scopes: string[]) => void = () => {}) {
    const fake = await startFake();
    for (const token of fake.state.tokens.values()) change(token.scopes);
    const client = await connect(server, {
      config: { apiUrl: fake.apiUrl, ...tokens },
      policy: { toolsets: ["all"] },
    });
    const names = (await client.listTools()).map(({ name }) => String(name));
    await client.close();
    return names;
  }

  test("is not listed without a user token", async () => {
    const names = await list({ botToken });
    expect(names).not.toContain("slack_search_messages");
    expect(names).not.toContain("slack_get_unreads");
    expect(names).toHaveLength(21);
    expect(await list({ botToken, userToken })).toHaveLength(23);
  });

  test("is not listed without the scope", async () => {
    const names = await list({ botToken }, (scopes) =>
      scopes.splice(0, scopes.length, "channels:read", "chat:write"),
    );
    expect(names).toContain("slack_post_message");
    expect(names).toContain("slack_list_channels");
    expect(names).not.toContain("slack_get_channel_history");
    expect(names).not.toContain("slack_upload_file");
  });

  test("is all listed where there is no token, and every call says how to give one", async () => {
    expect(await list({})).toHaveLength(23);
    const fake = await startFake();
    const { client } = await connectTo(fake, { botToken: "", userToken: undefined });
    const { text, isError } = await call(client, "slack_list_channels");
    expect(isError).toBe(true);
    expect(text).toContain("SLACK_BOT_TOKEN");
    expect(fake.requests).toEqual([]);
  });
});

describe("resources, prompts and completions", () => {
  test("channels and users are CSV, a thread is text", async () => {
    const fake = await startFake();
    for (const channel of fake.state.channels) {
      if (channel.name === "launch") channel.topic = { value: '=cmd, "x"' };
    }
    const { client } = await connectTo(fake);
    const read = async (uri: string) => {
      const { contents } = await client.request("resources/read", { uri });
      return String(Object(contents)[0].text);
    };
    expect(await read("slack://channels")).toContain('C000LAUNCH0,launch,public,3,"\'=cmd, ""x"""');
    expect(await read("slack://users")).toContain("U0000000ADA,ada,Ada Adler,Engineer");
    expect(await read("slack://channel/C000GENERAL/thread/1700000002.000200")).toContain("On it");
    await expect(read("slack://channel/C000SECRET0/thread/1700000020.000100")).rejects.toThrow();
  });

  test("prompts bring the messages along, marked as data", async () => {
    const { client } = await connectTo(await startFake());
    const get = async (name: string, args: object) => {
      const { messages } = await client.request("prompts/get", { name, arguments: { ...args } });
      return JSON.stringify(messages);
    };
    const thread = { channel: "general", thread_ts: "1700000002.000200" };
    expect(await get("summarize_channel", { channel: "general", user: "ada" })).toContain(
      "Hello @ben",
    );
    expect(await get("summarize_channel", { channel: "general", emoji: "tada" })).not.toContain(
      "morning",
    );
    expect(await get("summarize_thread", thread)).toContain("On it");
    expect(await get("draft_reply", { ...thread, intent: "Say yes." })).toContain("Say yes.");
    expect(await get("draft_reply", thread)).toContain("<untrusted");
  });

  test("channels, users and emoji are completed", async () => {
    const { client } = await connectTo(await startFake());
    const complete = async (name: string, value: string) => {
      const ref = { type: "ref/prompt", name: "summarize_channel" };
      const { completion } = await client.request("completion/complete", {
        ref,
        argument: { name, value },
      });
      return Object(completion).values;
    };
    expect(await complete("channel", "#la")).toEqual(["launch"]);
    expect(await complete("user", "@ch")).toEqual(["chloe"]);
    expect(await complete("emoji", ":ship")).toEqual(["shipit"]);
    expect(await complete("emoji", "roc")).toEqual(["rocket"]);
  });
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

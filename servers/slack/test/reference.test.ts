import { fileURLToPath } from "node:url";
import { connect, type RawClient, spawn } from "@fairlead/runtime/testing";
import { assertReadmeRow, toTokens } from "@fairlead/testing";
import { expect, onTestFinished, test } from "vitest";
import { server } from "../src/index.ts";
import { startEmulator, token } from "./support/emulator.ts";
import { toBody } from "./support/fake.ts";

// The archived server's own calls, on one emulator of each kind alike: what it answers is compared
// with what ours answers, fact by fact.

const installed = "../node_modules/@modelcontextprotocol/server-slack/dist/index.js";
const reference = new URL(installed, import.meta.url);
const ours = new URL("../dist/main.cjs", import.meta.url);
const preload = fileURLToPath(new URL("support/redirect.ts", import.meta.url));

async function startReference(origin: string): Promise<RawClient> {
  const client = await spawn(reference, {
    era: "legacy",
    env: {
      SLACK_BOT_TOKEN: token,
      SLACK_TEAM_ID: "T000000001",
      SLACK_TEST_ORIGIN: origin,
      NODE_OPTIONS: `--import=${preload}`,
    },
  });
  onTestFinished(() => client.close());
  return client;
}

async function startOurs(apiUrl: string): Promise<RawClient> {
  const client = await spawn(ours, {
    era: "legacy",
    args: ["--api-url", apiUrl],
    env: { SLACK_BOT_TOKEN: token, SLACK_TEAM_ID: "T000000001" },
  });
  onTestFinished(() => client.close());
  return client;
}

/** What both say, in words of this test's own. */
interface Said {
  channels: unknown[];
  posted: boolean;
  replied: boolean;
  reacted: boolean;
  history: unknown[];
  thread: unknown[];
  users: unknown[];
  profile: unknown;
}

type Ask = (name: string, args: object) => Promise<unknown>;

/** The sequence an agent goes through with the eight tools; names and parameters are the reference's. */
async function replay(ask: Ask, read: Reader): Promise<Said> {
  const channels = read.channels(await ask("slack_list_channels", { limit: 100 }));
  const launch = channels.find(({ name }) => name === "launch");
  const channel_id = String(launch?.id);
  const text = "Ready & set: version 2";
  const posted = read.posted(await ask("slack_post_message", { channel_id, text }));
  const at = { channel_id, thread_ts: posted };
  const replied = read.posted(await ask("slack_reply_to_thread", { ...at, text: "Go" }));
  const reaction = { channel_id, timestamp: posted, reaction: "rocket" };
  const reacted = await ask("slack_add_reaction", reaction);
  const history = read.messages(await ask("slack_get_channel_history", { channel_id, limit: 10 }));
  const thread = read.messages(await ask("slack_get_thread_replies", at));
  const users = read.users(await ask("slack_get_users", { limit: 100 }));
  const ada = users.find(({ name }) => name === "ada");
  const profile = read.profile(await ask("slack_get_user_profile", { user_id: String(ada?.id) }));
  return {
    channels: channels.map(({ name, topic }) => ({ name, topic })),
    posted: /^\d{10}\.\d{6}$/.test(posted),
    replied: Number(replied) >= Number(posted),
    reacted: read.reacted(reacted),
    history,
    thread,
    users: users.map(({ name, real }) => ({ name, real })),
    profile,
  };
}

/** How one server's answers are read. */
interface Reader {
  channels(answer: unknown): { id: string; name: string; topic: string }[];
  posted(answer: unknown): string;
  reacted(answer: unknown): boolean;
  messages(answer: unknown): { text: string; reactions: string }[];
  users(answer: unknown): { id: string; name: string; real: string }[];
  profile(answer: unknown): { real: string; email: string };
}

interface RawMessage {
  text: string;
  reactions?: { name: string; count: number }[];
}

/** The reference hands on Slack's JSON, where `& < >` are written as entities. */
const referenceReader: Reader = {
  channels: (answer) =>
    Object(answer).channels.map((one: { id: string; name: string; topic: { value: string } }) => {
      return { id: one.id, name: one.name, topic: one.topic.value };
    }),
  posted: (answer) => String(Object(answer).ts),
  reacted: (answer) => Object(answer).ok === true,
  messages: (answer) =>
    Object(answer).messages.map(({ text, reactions = [] }: RawMessage) => {
      const counted = reactions.map(({ name, count }) => `${name}:${count}`).join(" ");
      return { text, reactions: counted };
    }),
  users: (answer) =>
    Object(answer).members.map((one: { id: string; name: string; real_name: string }) => {
      return { id: one.id, name: one.name, real: one.real_name };
    }),
  profile: (answer) => {
    const { real_name, email } = Object(answer).profile;
    return { real: real_name, email };
  },
};

const ourReader: Reader = {
  channels: (answer) =>
    Object(answer).channels.map((one: { id: string; name: string; about: string }) => {
      return { id: one.id, name: one.name, topic: /^Topic: (.*)$/m.exec(one.about)?.[1] ?? "" };
    }),
  posted: (answer) => String(Object(answer).ts),
  reacted: (answer) => Object(answer).added === true,
  messages: (answer) =>
    Object(answer).messages.map((one: { text: string; reactions?: string }) => {
      return { text: toBody(one.text), reactions: one.reactions ?? "" };
    }),
  users: (answer) =>
    Object(answer).users.map((one: { id: string; name: string; real_name: string }) => {
      return { id: one.id, name: one.name, real: one.real_name };
    }),
  profile: (answer) => {
    const find = (key: string) => new RegExp(`^${key}: (.*)$`, "m").exec(Object(answer).profile);
    return { real: find("real_name")?.[1] ?? "", email: find("email")?.[1] ?? "" };
  },
};

test("the reference server's calls get the same answers from ours", async () => {
  const [theirs, own] = [await startEmulator(), await startEmulator()];
  const referenceClient = await startReference(theirs.origin);
  const ourClient = await startOurs(own.apiUrl);

  const before = await replay(async (name, args) => {
    const { text, isError } = await referenceClient.callTool(name, { ...args });
    expect(isError, text).toBe(false);
    return JSON.parse(text);
  }, referenceReader);
  const after = await replay(async (name, args) => {
    const { structuredContent, isError, text } = await ourClient.callTool(name, { ...args });
    expect(isError, text).toBe(false);
    return structuredContent;
  }, ourReader);

  expect(before.channels.length).toBe(3);
  expect(before.thread.length).toBe(2);
  expect(after).toEqual(before);
});

test("every tool of the reference server is in our default list, with its parameters", async () => {
  const { origin, apiUrl } = await startEmulator();
  const theirs = await (await startReference(origin)).listTools();
  const own = new Map(
    (await (await startOurs(apiUrl)).listTools()).map((tool) => [tool["name"], tool]),
  );
  expect(theirs).toHaveLength(8);
  for (const { name, inputSchema } of theirs) {
    const { properties = {}, required = [] } = Object(inputSchema);
    const ourInput = Object(own.get(name)?.["inputSchema"]);
    expect(Object.keys(ourInput.properties ?? {}), String(name)).toEqual(
      expect.arrayContaining(Object.keys(properties)),
    );
    // Nothing more is asked for than there.
    expect(required, String(name)).toEqual(expect.arrayContaining(ourInput.required ?? []));
    for (const [key, { type }] of Object.entries<{ type: string }>(properties)) {
      expect(ourInput.properties[key], `${name}.${key}`).toMatchObject({ type });
    }
  }
});

test("the README's figures are those of a workspace of some size", async () => {
  const readme = new URL("../README.md", import.meta.url);
  const users = Array.from({ length: 29 }, (_, at) => {
    return { name: at === 0 ? "ada" : `person${at}`, real_name: `Person Number ${at}` };
  });
  const channels = Array.from({ length: 20 }, (_, at) => {
    return { name: `project-${at + 1}`, topic: `What project ${at + 1} is about` };
  });
  const { origin, apiUrl } = await startEmulator({ users, channels });
  const [theirs, own] = [await startReference(origin), await startOurs(apiUrl)];
  const cost = async (client: RawClient, name: string, args: object) => {
    const { text, structuredContent = "", isError } = await client.callTool(name, { ...args });
    expect(isError, text).toBe(false);
    // Hosts show the model one of the two, so the larger one counts.
    return Math.max(toTokens(text), toTokens(JSON.stringify(structuredContent)));
  };
  const list = Object((await own.callTool("slack_list_channels")).structuredContent).channels;
  expect(list).toHaveLength(22);
  const channel_id = String(list.find(({ name = "" }) => name === "project-1").id);
  const said = "Load test is green: 12,000 requests a second and no errors so far.";
  let thread_ts = "";
  for (let at = 0; at < 10; at += 1) {
    const sent = await own.callTool("slack_post_message", { channel_id, text: `${at}. ${said}` });
    thread_ts = Object(sent.structuredContent).ts;
  }
  for (let at = 0; at < 10; at += 1) {
    await own.callTool("slack_reply_to_thread", { channel_id, thread_ts, text: `Seen, ${at}.` });
  }
  const rows: readonly (readonly [string, string, object])[] = [
    ["22 channels", "slack_list_channels", {}],
    ["10 messages", "slack_get_channel_history", { channel_id }],
    ["a thread of 11", "slack_get_thread_replies", { channel_id, thread_ts }],
    ["31 people", "slack_get_users", {}],
  ];
  const listed = await theirs.listTools();
  const wrong: unknown[] = [];
  const hold = (label: string, figures: readonly (number | undefined)[]) => {
    try {
      assertReadmeRow(readme, label, figures);
    } catch (error) {
      wrong.push(error);
    }
  };
  for (const [label, tool, args] of rows) {
    hold(label, [await cost(own, tool, args), await cost(theirs, tool, args)]);
  }
  const whole = await connect(server, { policy: { toolsets: ["all"] } });
  const all = await whole.listTools();
  await whole.close();
  const usual = await connect(server);
  const both = await usual.listTools();
  await usual.close();
  const byUser = ["slack_search_messages", "slack_get_unreads"];
  const bot = both.filter(({ name }) => !byUser.includes(String(name)));
  const size = (tools: unknown) => toTokens(JSON.stringify(tools));
  hold("list, bot token", [size(bot), size(listed)]);
  hold("list, bot and user token", [size(both)]);
  hold("list, everything on", [size(all)]);
  expect([listed, bot, both, all].map(({ length }) => length)).toEqual([8, 14, 16, 23]);
  expect(wrong).toEqual([]);
});

test("where ours differs, it is for a reason", async () => {
  const { origin, apiUrl } = await startEmulator();
  const theirs = await startReference(origin);
  const own = await startOurs(apiUrl);
  const post = { channel_id: "C000000001", text: "<!channel> https://evil.example" };
  const sent = JSON.parse((await theirs.callTool("slack_post_message", post)).text);
  // It lets Slack preview links and notify everybody; ours does neither unless asked.
  expect(sent.message).toMatchObject({ text: post.text });
  expect(sent.message).not.toHaveProperty("unfurl_links");
  await own.callTool("slack_post_message", post);
  const read = { method: "POST", headers: { authorization: `Bearer ${token}` } };
  const body = new URLSearchParams({ channel: "C000000001" });
  const response = await fetch(`${apiUrl}conversations.history`, { ...read, body });
  const { messages } = Object(await response.json());
  expect(messages[0]).toMatchObject({
    text: "@\u2060channel https://evil.example",
    unfurl_links: false,
    unfurl_media: false,
  });
  // It answers what failed as if it had not; ours says so.
  const nowhere = { channel_id: "C0NOTHING00" };
  expect(await theirs.callTool("slack_get_channel_history", nowhere)).toMatchObject({
    isError: false,
  });
  expect(await own.callTool("slack_get_channel_history", nowhere)).toMatchObject({ isError: true });
});

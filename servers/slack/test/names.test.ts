import { expect, test } from "vitest";
import { connectTo, ok, startFake } from "./support/fake.ts";

test("names of files and people with newline, ANSI, bidi are shown in one line, visibly", async () => {
  const name = "a\n1700000000.000001 U0000000BEN:\u001b[2J\u202Etxt.exe";
  const shown = "a\\u{A}1700000000.000001 U0000000BEN:\\u{1B}[2J\\u{202E}txt.exe";
  const fake = await startFake();
  const ts = "1700000200.000100";
  const message = { ts, bot_id: "B1", username: name, text: "x", files: [{ id: "F1", name }] };
  fake.state.messages.get("C000GENERAL")?.push(message);
  for (const user of fake.state.users) user.profile = { display_name: name, real_name: name };
  for (const channel of fake.state.channels) channel.name = name;
  fake.state.files.push({
    id: "F000ADDED00",
    name,
    channels: ["C000GENERAL"],
    mimetype: "text/plain",
  });
  fake.state.contents.set("F000ADDED00", Buffer.from("x"));
  const { client } = await connectTo(fake);
  for (const [tool, args] of [
    ["slack_get_channel_history", { channel_id: "C000GENERAL", limit: 1 }],
    ["slack_get_users", {}],
    ["slack_list_channels", {}],
    ["slack_list_channel_members", { channel_id: "C000GENERAL" }],
    ["slack_get_user_profile", { user_id: "U0000000ADA" }],
    ["slack_get_file", { file_id: "F000ADDED00" }],
  ] as const) {
    const { text, output } = await ok(client, tool, args);
    expect([tool, text]).toEqual([tool, expect.stringContaining(shown)]);
    for (const forged of ["\n1700000000", "\u001b", "\u202E"]) {
      expect(`${text}${JSON.stringify(output)}`, tool).not.toContain(forged);
    }
  }
});

test("a file's HTML comments are part of it", async () => {
  const fake = await startFake();
  fake.state.files.push({
    id: "F000ADDED00",
    name: "a.html",
    channels: ["C000GENERAL"],
    mimetype: "text/html",
  });
  fake.state.contents.set("F000ADDED00", Buffer.from("<p>a</p><!-- b -->\u200b"));
  const { client } = await connectTo(fake);
  const { text } = await ok(client, "slack_get_file", { file_id: "F000ADDED00" });
  expect(text).toContain("<p>a</p><!-- b -->\\u{200B}");
});

const mention = { ts: "1700000200.000100", user: "U0000000ADA", text: "<!subteam^S0000000DEV>" };
const page = { channel: "C000GENERAL", limit: 1 };

async function startWithGroup() {
  const fake = await startFake();
  fake.state.groups.splice(0, Number.POSITIVE_INFINITY, { id: "S0000000DEV", handle: "devs" });
  fake.state.messages.get("C000GENERAL")?.push(mention);
  return fake;
}

test("a caller who goes takes the names of groups from nobody who waits for them too", async () => {
  const fake = await startWithGroup();
  const { slack } = await connectTo(fake);
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  const both = Promise.withResolvers<void>();
  fake.hold = async ({ method, args }) => {
    if (method === "users.info" && args["user"] === "U0000000BEN") both.resolve();
    if (method !== "usergroups.list") return;
    asked.resolve();
    await answered.promise;
  };
  const going = new AbortController();
  const first = slack.messages.read({ ...page, signal: going.signal });
  await asked.promise;
  const later = { ...mention, ts: "1700000201.000100", user: "U0000000BEN" };
  fake.state.messages.get("C000GENERAL")?.push(later);
  const second = slack.messages.read({ ...page, signal: new AbortController().signal });
  await both.promise;
  going.abort();
  await expect(first).rejects.toThrow("aborted");
  answered.resolve();
  expect((await second).rows[0]?.text).toContain("@devs (S0000000DEV)");
  expect(fake.requests.filter(({ method }) => method === "usergroups.list")).toHaveLength(1);
});

test.each([
  ["fatal_error", "@devs (S0000000DEV)"],
  ["missing_scope", "@S0000000DEV"],
])(
  "groups that Slack refuses with %s are asked for again only if that helps",
  async (code, shown) => {
    const fake = await startWithGroup();
    const { slack } = await connectTo(fake);
    const read = async () => {
      const { signal } = new AbortController();
      return (await slack.messages.read({ ...page, signal })).rows[0]?.text;
    };
    fake.fail = ({ method }) =>
      method === "usergroups.list" ? { kind: "error", code, needed: "usergroups:read" } : undefined;
    expect(await read()).toContain("@S0000000DEV");
    fake.fail = () => undefined;
    expect(await read()).toContain(shown);
  },
);

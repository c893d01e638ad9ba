import { toSurface } from "@fairlead/runtime";
import type { SlackFailure, SlackRequest } from "@fairlead/testing";
import { describe, expect, test, vi } from "vitest";
import { server } from "../src/index.ts";
import { call, connectTo, ok, startFake } from "./support/fake.ts";
import { absent, samples } from "./support/samples.ts";

const tools = toSurface(server).toolsets.flatMap(({ tools: all }) =>
  all.map(({ wire }) => wire.name),
);
/** They name nothing, so nothing can be missing. */
const nameless = [
  ...["slack_list_channels", "slack_get_users", "slack_list_usergroups", "slack_get_unreads"],
];

const writes =
  /^$|^(?:chat|reactions|canvases)\.|^conversations\.open$|^files\.(?:get|complete)Upload/;

function argsOf(name: string) {
  const args = samples[name];
  if (args === undefined) throw new Error(`${name} has no sample in test/support/samples.ts`);
  return args;
}

test("every tool has its samples", () => {
  expect(Object.keys(samples).sort()).toEqual([...tools].sort());
  expect([...Object.keys(absent), ...nameless].sort()).toEqual([...tools].sort());
});

describe.each(tools.filter((name) => !nameless.includes(name)))("%s", (name) => {
  test("says what is not there", async () => {
    const { client } = await connectTo(await startFake());
    const { text, isError } = await call(client, name, absent[name]);
    if (name === "slack_search_users") expect(text).toBe("There are none.");
    else {
      expect(isError, text).toBe(true);
      expect(text).toMatch(/_not_found|There is no/);
      expect(text.split("\n").length).toBeGreaterThan(1);
    }
  });
});

describe.each(tools)("%s", (name) => {
  test("answers", async () => {
    const { client } = await connectTo(await startFake());
    const { text } = await ok(client, name, argsOf(name));
    expect(text).not.toBe("");
  });

  test("says which permission is missing", async () => {
    const fake = await startFake();
    const { client } = await connectTo(fake);
    fake.fail = () => ({ kind: "error", code: "missing_scope", needed: "some:scope" });
    const { text, isError } = await call(client, name, argsOf(name));
    expect(isError, text).toBe(true);
    expect(text).toContain("needs some:scope");
  });

  test("waits as long as a rate limit asks, and goes on", async () => {
    const fake = await startFake();
    const { client, waits } = await connectTo(fake);
    const first = new Set<string>();
    fake.fail = ({ method }) => {
      if (first.has(method)) return undefined;
      first.add(method);
      return { kind: "limit", seconds: 2 };
    };
    await ok(client, name, argsOf(name));
    expect(waits.length).toBeGreaterThan(0);
    expect(Math.max(...waits)).toBe(2_000);
  });

  test("says how long a rate limit lasts that is too long to wait for", async () => {
    const fake = await startFake();
    const { client, waits } = await connectTo(fake);
    fake.fail = () => ({ kind: "limit", seconds: 600 });
    const { text, isError } = await call(client, name, argsOf(name));
    expect(isError, text).toBe(true);
    expect(text).toContain("600 seconds");
    expect(waits).toEqual([]);
  });

  const malformed: readonly SlackFailure[] = [
    { kind: "body", body: "<html><title>canary of a proxy</title></html>" },
    { kind: "body", body: "null", type: "application/json" },
    { kind: "body", body: '{"ok":true,"channels":7,"canary":', type: "application/json" },
  ];
  test.each(malformed)("takes $body for no answer", async (failure) => {
    const fake = await startFake();
    const { client } = await connectTo(fake);
    fake.fail = () => failure;
    const { text, isError } = await call(client, name, argsOf(name));
    expect(isError, text).toBe(true);
    expect(text).toContain("could not be read");
    expect(text).not.toContain("canary");
  });

  test("takes no answer of another form, whichever it is", async () => {
    for (let which = 1; ; which += 1) {
      const fake = await startFake();
      const { client } = await connectTo(fake);
      const body = '"canary"';
      fake.fail = () =>
        fake.requests.length === which
          ? { kind: "body", body, type: "application/json" }
          : undefined;
      const { text, isError } = await call(client, name, argsOf(name));
      if (fake.requests.length < which) {
        expect([which > 1, isError]).toEqual([true, false]);
        return;
      }
      const { method = "" } = fake.requests[which - 1] ?? {};
      // A file may hold anything, and a name that cannot be found out is left out.
      const isFree = /^\/files-pri|^users\.info$/.test(method) && name !== "slack_get_user_profile";
      expect([method, isError]).toEqual([method, !isFree]);
      expect(text).not.toContain("Internal error");
    }
  });

  test("says that Slack is in trouble", async () => {
    const fake = await startFake();
    const { client } = await connectTo(fake);
    fake.fail = () => ({ kind: "status", status: 500 });
    const { text, isError } = await call(client, name, argsOf(name));
    expect(isError, text).toBe(true);
    expect(text).toContain("HTTP 500");
  });

  test("sends again what only reads where a gateway failed, and nothing else", async () => {
    const fake = await startFake();
    const { client } = await connectTo(fake);
    const first = new Set<string>();
    fake.fail = ({ method }) => {
      if (first.has(method)) return undefined;
      first.add(method);
      return { kind: "status", status: 502 };
    };
    const { isError } = await call(client, name, argsOf(name));
    const last = fake.requests.at(-1)?.method ?? "";
    // What it ended with was sent once: a write, or the bytes of a file.
    expect(isError ? last : "").toMatch(writes);
    const sent = fake.requests.filter(({ method }) => method === last);
    expect([isError, sent.length > 1]).toEqual([isError, !isError]);
  });

  test("says that Slack cannot be reached", async () => {
    const fake = await startFake();
    await fake.close();
    fake.close = async () => {};
    const { client } = await connectTo(fake);
    const { text, isError } = await call(client, name, argsOf(name));
    expect(isError, text).toBe(true);
    expect(text).toContain("could not be reached");
  });

  test("ends its request when it is cancelled, whichever it is", async () => {
    for (let which = 1; ; which += 1) {
      const fake = await startFake();
      const { client } = await connectTo(fake);
      const { promise: hanging, resolve } = Promise.withResolvers<SlackRequest>();
      fake.fail = (request) => {
        if (fake.requests.length !== which) return undefined;
        resolve(request);
        return { kind: "hang" };
      };
      const pending = client
        .request("tools/call", { name, arguments: argsOf(name) }, 77)
        .catch(() => "closed");
      const outcome = await Promise.race([pending, hanging]);
      if (!(outcome instanceof Object && "aborted" in outcome)) {
        // It has no further request to hang.
        expect([which > 1, outcome]).toEqual([
          true,
          expect.not.objectContaining({ isError: true }),
        ]);
        return;
      }
      client.notify("notifications/cancelled", { requestId: 77, reason: "enough" });
      await vi.waitFor(() => expect(outcome.aborted).toBe(true));
      const sent = fake.requests.length;
      await client.close();
      expect([await pending, fake.requests.length]).toEqual(["closed", sent]);
    }
  });

  test("shows nothing that nobody sees", async () => {
    const fake = await startFake();
    const hidden = "\u{E0041}\u200B\u202E\u2060";
    for (const channel of fake.state.channels) {
      channel.name = `${channel.name}${hidden}`;
      channel.topic = { value: `topic${hidden}` };
    }
    for (const user of fake.state.users) {
      user.profile = { ...user.profile, display_name: `Zoë 👩‍🚀${hidden}`, title: `T${hidden}` };
    }
    for (const all of fake.state.messages.values()) {
      for (const message of all) message.text = `launch ${message.text} 家 ${hidden}`;
    }
    for (const file of fake.state.files) file.name = `notes${hidden}.txt`;
    fake.state.contents.set("F000NOTES00", Buffer.from(`Grüße ${hidden}`));
    for (const group of fake.state.groups) group.description = hidden;
    const { client } = await connectTo(fake);
    const { text, output } = await ok(client, name, argsOf(name));
    const shown = `${text}${JSON.stringify(output)}`;
    expect(shown).not.toMatch(/[\u{E0000}-\u{E007F}\u200B\u202E\u2060]/u);
  });
});

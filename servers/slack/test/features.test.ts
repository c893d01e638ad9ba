import { describe, expect, test } from "vitest";
import { connectTo, startFake } from "./support/fake.ts";

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

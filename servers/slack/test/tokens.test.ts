import { connect } from "@fairlead/runtime/testing";
import { describe, expect, test } from "vitest";
import { server } from "../src/index.ts";
import { botToken, call, connectTo, startFake, userToken } from "./support/fake.ts";

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

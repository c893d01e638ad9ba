import { fileURLToPath } from "node:url";
import { createEmulators, findSessions } from "@fairlead/testing";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { runErrand } from "./support/errand.ts";
import { botToken } from "./support/fake.ts";

// Emulator tests: the built bin and a fake Slack on loopback, and the image and one in a container,
// which it reaches by name and over TLS.

const bin = fileURLToPath(new URL("../dist/main.cjs", import.meta.url));
const sessions = await findSessions("slack", bin);
const emulators = createEmulators("slack");
afterAll(() => emulators.close());

describe.for(Object.entries(sessions))("the official %s", ([, way]) => {
  test("reads, answers, posts and reacts as a colleague would", async () => {
    const emulator = await emulators.get(way);
    const { api } = await emulator.seed({});
    const SLACK_API_URL = `${api}/api/`;
    const env = { ...emulator.launch.env, SLACK_BOT_TOKEN: botToken, SLACK_API_URL };
    const args = ["--toolsets", "default,write", "--channel-ids", "C000GENERAL"];
    const session = await way.open({ ...emulator.launch, env, args });
    onTestFinished(() => session.close());
    await runErrand(session);
    const { problems, requests } = await emulator.look();
    expect(problems).toEqual([]);
    const posts = requests.filter(({ path }) => path === "chat.postMessage");
    expect(posts).toHaveLength(2);
    for (const { body } of posts) {
      expect(body).toMatchObject({ unfurl_links: "false", unfurl_media: "false" });
    }
    expect(JSON.stringify(requests), "nothing is sent to what is fenced off").not.toContain(
      "C000LAUNCH0",
    );
    expect(session.stderr()).not.toContain(botToken);
  });
});

const contained = Object.entries(sessions).filter(([, way]) => way.contained);

describe.for(contained.slice(0, 1))("the official %s", ([, way]) => {
  test("sends no token by name without TLS", async () => {
    const emulator = await emulators.get(way);
    await emulator.seed({});
    const SLACK_API_URL = "http://slack.emulator:8443/api/";
    const env = { ...emulator.launch.env, SLACK_BOT_TOKEN: botToken, SLACK_API_URL };
    const session = await way.open({ ...emulator.launch, env });
    onTestFinished(() => session.close());
    const answer = JSON.stringify(await session.call("slack_list_channels"));
    expect(answer).toContain("--api-url is not an https URL");
    expect(answer).not.toContain(botToken);
    expect((await emulator.look()).requests).toEqual([]);
  });
});

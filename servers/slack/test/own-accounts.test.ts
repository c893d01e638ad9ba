import { fileURLToPath } from "node:url";
import { createFakeSlack } from "@fairlead/testing";
import {
  ada,
  askingClients,
  createUser,
  grace,
  ourApp,
  type Person,
  SignInService,
  slackHabits,
  startSigningIn,
} from "@fairlead/testing/identity";
import { expect, onTestFinished, test } from "vitest";

const bin = fileURLToPath(new URL("../dist/main.cjs", import.meta.url));
const given = { ada: ["xoxp-1-ada-own", "xoxp-2-ada-own"], grace: ["xoxp-1-grace-own"] };

/** A Slack, and a server whose callers sign in there. */
async function createWorld(args: readonly string[] = []) {
  let service: SignInService | undefined;
  const fake = await createFakeSlack(undefined, {
    has: (request) => service?.has(request) === true,
    handle: (request, response) => service?.handle(request, response),
  });
  const known = fake.state.tokens.get("xoxp-1-ada-canary");
  if (known === undefined) throw new TypeError("The fake has no user token.");
  for (const token of Object.values(given).flat()) fake.state.tokens.set(token, { ...known });
  const world = await startSigningIn({
    bin,
    args: (redirectUri) => {
      const client = { ...ourApp, redirectUri };
      service = new SignInService({ habits: slackHabits, tokens: given, client });
      service.lifeSeconds = 0;
      return ["--api-url", fake.apiUrl, ...args];
    },
  });
  onTestFinished(async () => {
    await world.close();
    await fake.close();
    expect(fake.problems).toEqual([]);
  });
  if (service === undefined) throw new TypeError("The server was not started.");
  const connect = async (person: Person) => {
    const user = createUser(person);
    const options = { token: await world.tokenOf(person), onAddress: user.onAddress };
    const client = await askingClients["client v2"](world.server.url, options);
    onTestFinished(() => client.close());
    return { client, user };
  };
  return { fake, service, connect };
}

test("A8: callers sign in to Slack as themselves, and the app's own token is never used", async () => {
  const { fake, service, connect } = await createWorld();
  const [adas, graces] = [await connect(ada), await connect(grace)];
  expect((await adas.client.call("slack_list_channels")).isError).toBe(false);
  expect(new Set(fake.requests.map(({ authorization }) => authorization))).toEqual(
    new Set(["Bearer xoxp-1-ada-own"]),
  );
  expect((await graces.client.call("slack_list_channels")).isError).toBe(false);
  expect(fake.requests.at(-1)?.authorization).toBe("Bearer xoxp-1-grace-own");
  const [asked] = service.visits;
  expect(asked?.get("scope")).toBeNull();
  expect(asked?.get("user_scope")).toMatch(/^channels:read,channels:history,search:read,/);
});

test("a token that was revoked in Slack ends the sign-in, and the next call asks again", async () => {
  const { fake, connect } = await createWorld();
  const { client, user } = await connect(ada);
  await client.call("slack_list_channels");
  fake.state.tokens.delete("xoxp-1-ada-own");
  const { isError, text } = await client.call("slack_list_channels");
  expect([isError, text]).toEqual([true, expect.stringContaining("not signed in to Slack")]);
  expect((await client.call("slack_list_channels")).isError).toBe(false);
  expect(user.pages).toHaveLength(2);
  expect(fake.requests.at(-1)?.authorization).toBe("Bearer xoxp-2-ada-own");
});

test("no shared token is used next to the accounts of the callers", async () => {
  const { fake, connect } = await createWorld(["--bot-token", "xoxb-1-app-canary"]);
  const { client } = await connect(ada);
  const { isError, text } = await client.call("slack_list_channels");
  expect([isError, text]).toEqual([true, expect.stringContaining("More than one way to sign in")]);
  expect(fake.requests).toEqual([]);
});

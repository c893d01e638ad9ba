import { fileURLToPath } from "node:url";
import { createFakeDrive } from "@fairlead/testing";
import {
  ada,
  askingClients,
  createUser,
  googleHabits,
  grace,
  ourApp,
  type Person,
  SignInService,
  startSigningIn,
} from "@fairlead/testing/identity";
import { expect, onTestFinished, test } from "vitest";

const bin = fileURLToPath(new URL("../dist/main.cjs", import.meta.url));
const given = { ada: ["ya29.ada-1", "ya29.ada-2", "ya29.ada-3"], grace: ["ya29.grace-1"] };

/** A Drive with two accounts, and a server whose callers sign in there. */
async function createWorld(args: readonly string[] = []) {
  let service: SignInService | undefined;
  const fake = await createFakeDrive(undefined, {
    has: (request) => service?.has(request) === true,
    handle: (request, response) => service?.handle(request, response),
  });
  for (const [name, tokens] of Object.entries(given)) {
    const owner = `${name}@example.com`;
    for (const token of tokens) fake.allow(token, owner, ["drive.readonly"]);
    fake.files.add({ name: `diary of ${name}`, id: `diary-${name}`, owner });
  }
  const world = await startSigningIn({
    bin,
    args: (redirectUri) => {
      const client = { ...ourApp, redirectUri };
      service = new SignInService({ habits: googleHabits, tokens: given, client });
      return ["--base-url", fake.url, ...args];
    },
  });
  onTestFinished(async () => {
    await world.close();
    await fake.close();
  });
  if (service === undefined) throw new TypeError("The server was not started.");
  const connect = async (person: Person) => {
    const user = createUser(person);
    const options = { token: await world.tokenOf(person), onAddress: user.onAddress };
    const client = await askingClients["client v2"](world.server.url, options);
    onTestFinished(() => client.close());
    return { client, user };
  };
  return { world, fake, service, connect };
}

test("A8: callers sign in to Google, each to their own Drive, for reading alone", async () => {
  const { service, connect } = await createWorld();
  const [adas, graces] = [await connect(ada), await connect(grace)];
  expect((await adas.client.call("list_recent_files")).text).toContain("diary of ada");
  const hers = (await graces.client.call("list_recent_files")).text;
  expect(hers).toContain("diary of grace");
  expect(hers).not.toContain("diary of ada");
  expect(service.visits[0]?.get("scope")).toBe("https://www.googleapis.com/auth/drive.readonly");
});

test("Google's sign-in is renewed, and where Google ended it the link is in the answer", async () => {
  const { fake, service, connect, world } = await createWorld();
  const { client, user } = await connect(ada);
  await client.call("list_recent_files");
  fake.revoke("ya29.ada-1");
  expect((await client.call("list_recent_files")).isError).toBe(false);
  expect(service.exchanges.map((form) => form.get("grant_type"))).toEqual([
    "authorization_code",
    "refresh_token",
  ]);
  fake.revoke("ya29.ada-2");
  service.refusal = "invalid_grant";
  const { isError, text } = await client.call("list_recent_files");
  expect(isError).toBe(true);
  expect(text).toContain("You are not signed in to Google");
  expect(text).toContain("/sign-in?link=");
  service.refusal = undefined;
  expect((await client.call("list_recent_files")).isError).toBe(false);
  expect(user.pages).toHaveLength(2);
  const page = await user.browser.visit(new URL("sign-in", world.server.url));
  expect(page.text).toContain("Signed out");
  expect(service.revocations).toEqual([expect.stringMatching(/token=refresh-/)]);
});

test("one person's sign-in of `auth` is not used next to those of the callers", async () => {
  const { fake, connect } = await createWorld(["--credentials-path", "credentials.json"]);
  const { client } = await connect(ada);
  const { isError, text } = await client.call("list_recent_files");
  expect([isError, text]).toEqual([true, expect.stringContaining("More than one way to sign in")]);
  expect(fake.seen).toEqual([]);
});

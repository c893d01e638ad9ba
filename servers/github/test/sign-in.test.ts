import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createFakeGitHub, type FakeGitHub } from "@fairlead/testing/github";
import {
  ada,
  askingClients,
  createBrowser,
  createUser,
  githubHabits,
  grace,
  ourApp,
  type Person,
  SignInService,
  startSigningIn,
} from "@fairlead/testing/identity";
import { describe, expect, onTestFinished, test } from "vitest";

const bin = fileURLToPath(new URL("../dist/main.cjs", import.meta.url));
const given = {
  ada: ["ghu_ada_1", "ghu_ada_2", "ghu_ada_3"],
  grace: ["ghu_grace_1", "ghu_grace_2"],
};
const stateKey = "a-state-key-of-our-tests-0123456789";

/** A GitHub with two accounts, and a server whose callers sign in there. */
async function createWorld(args: readonly string[] = []) {
  const accounts = Object.entries(given).flatMap(([login, tokens]) =>
    tokens.map((token) => [token, { login }] as const),
  );
  let service: SignInService | undefined;
  const fake = await createFakeGitHub({
    tokens: Object.fromEntries(accounts),
    repositories: [{ owner: "ada", name: "engine", private: true }],
    signIn: {
      has: (request) => service?.has(request) === true,
      handle: (request, response) => service?.handle(request, response),
    },
  });
  const world = await startSigningIn({
    bin,
    args: (redirectUri) => {
      const client = { ...ourApp, redirectUri };
      service ??= new SignInService({ habits: githubHabits, tokens: given, client });
      service.redirectUri = redirectUri;
      return ["--host", fake.url, ...args];
    },
  });
  onTestFinished(async () => {
    await world.close();
    await fake[Symbol.asyncDispose]();
  });
  if (service === undefined) throw new TypeError("The server was not started.");
  /** Callers of this server, with or without somebody who opens what they are shown. */
  const connect = async (
    person: Person,
    onAddress?: (address: string) => Promise<"accept" | "decline" | "cancel">,
  ) => {
    const token = await world.tokenOf(person);
    const client = await askingClients["client v2"](world.server.url, {
      token,
      ...(onAddress && { onAddress }),
    });
    onTestFinished(() => client.close());
    return client;
  };
  const bearers = () => fake.requests.map(({ headers }) => headers.authorization);
  return { world, fake, service, connect, bearers };
}

/** The link in what a client that shows no addresses is told. */
function findLink(text: string): string {
  return /http:\S+\/sign-in\?link=[\w-]+/.exec(text)?.[0] ?? `no link in: ${text}`;
}

describe.each(Object.entries(askingClients))("%s", (_, open) => {
  test("a caller signs in at the first call and uses their own account from then on", async () => {
    const { world, service, bearers } = await createWorld();
    const token = await world.tokenOf(ada);
    const { onAddress, pages } = createUser(ada);
    const client = await open(world.server.url, { token, onAddress });
    onTestFinished(() => client.close());
    expect(await client.call("get_me")).toMatchObject({
      isError: false,
      text: expect.stringContaining("ada"),
    });
    expect(pages).toMatchObject([
      { status: 200, text: expect.stringContaining("You are signed in") },
    ]);
    // Once for all calls.
    expect((await client.call("get_me")).isError).toBe(false);
    expect(pages).toHaveLength(1);
    expect(client.completed).toEqual(client.shown);
    expect(service.exchanges).toHaveLength(1);
    expect(new Set(bearers())).toEqual(new Set(["Bearer ghu_ada_1"]));
    // Neither what came in nor what went out is in the log.
    const log = world.server.stderr();
    expect(log).toContain("signed in to GitHub");
    for (const secret of [...token.split("."), "ghu_ada_1", ourApp.secret]) {
      expect(log).not.toContain(secret);
    }
  });

  test("a caller who declines is not asked for more, and nothing goes to GitHub", async () => {
    const { world, fake } = await createWorld();
    const token = await world.tokenOf(ada);
    const onAddress = async () => "decline" as const;
    const client = await open(world.server.url, { token, onAddress });
    onTestFinished(() => client.close());
    const { isError, text } = await client.call("get_me");
    expect(isError).toBe(true);
    expect(text).toContain("did not agree to sign in to GitHub");
    expect(fake.requests).toEqual([]);
  });
});

test("a client that cannot show an address is given the link in words", async () => {
  const { connect, fake, bearers } = await createWorld();
  const client = await connect(ada);
  const { isError, text } = await client.call("get_me");
  expect(isError).toBe(true);
  expect(fake.requests).toEqual([]);
  const page = await createBrowser(ada).visit(findLink(text));
  expect(page.status).toBe(200);
  expect((await client.call("get_me")).isError).toBe(false);
  expect(bearers()).toEqual(["Bearer ghu_ada_1"]);
});

test("A8: each principal has their own account, and no token of one is used for another", async () => {
  const { connect, bearers, world, fake } = await createWorld();
  const clients = {
    ada: await connect(ada, createUser(ada).onAddress),
    grace: await connect(grace, createUser(grace).onAddress),
  };
  // At once, so that one could get into the other's way.
  const answers = await Promise.all([
    ...[clients.ada.call("get_me"), clients.grace.call("get_me")],
    ...[clients.grace.call("get_me"), clients.ada.call("get_me")],
  ]);
  expect(answers.map(({ isError, text }) => [isError, /ada|grace/.exec(text)?.[0]])).toEqual([
    ...[
      [false, "ada"],
      [false, "grace"],
      [false, "grace"],
      [false, "ada"],
    ],
  ]);
  for (const bearer of bearers()) expect(bearer).toMatch(/^Bearer ghu_(?:ada|grace)_\d$/);
  expect(JSON.stringify(fake.requests)).not.toContain(await world.tokenOf(ada));
});

test("A8: the same subject in two tenants is two principals, each with an account of their own", async () => {
  const { connect, world, bearers } = await createWorld(["--oauth-tenant-claim", "tenant"]);
  world.identity.tenant = "acme";
  const atAcme = await connect(ada, createUser(ada).onAddress);
  await atAcme.call("get_me");
  const link = findLink((await (await connect(grace)).call("get_me")).text);
  world.identity.tenant = "initech";
  const atInitech = await connect(ada);
  const before = bearers().length;
  expect((await atInitech.call("get_me")).text).toContain("/sign-in?link=");
  expect(bearers()).toHaveLength(before);
  // Nor does the same person in another tenant pass for the one that a link was made for.
  expect((await createBrowser(grace).visit(link)).status).toBe(403);
  expect((await atAcme.call("get_me")).isError).toBe(false);
});

test("phishing: a victim who opens a link that was made for another caller gives nothing away", async () => {
  const { connect, service, world } = await createWorld();
  const attacker = await connect(grace);
  const link = findLink((await attacker.call("get_me")).text);
  // The victim opens it, signs in everywhere and agrees to all.
  const page = await createBrowser(ada).visit(link);
  expect(page).toMatchObject({ status: 403, text: expect.stringContaining("not made for you") });
  expect(service.visits).toEqual([]);
  expect(service.exchanges).toEqual([]);
  expect((await attacker.call("get_me")).isError).toBe(true);
  await expect.poll(() => world.server.stderr()).toContain("and was refused");
});

test("phishing: a sign-in cannot be handed to another browser at any step", async () => {
  const { connect, service } = await createWorld();
  const attacker = await connect(grace);
  const open = async () => findLink((await attacker.call("get_me")).text);
  // After the attacker has shown who they are, the victim is sent to the service in their place.
  const graces = createBrowser(grace);
  const identity = await graces.signIn(await open());
  const back = await graces.signIn(identity);
  const first = await createBrowser(ada).visit(back);
  expect(first).toMatchObject({ status: 400, text: expect.stringContaining("did not begin") });
  const service1 = await graces.signIn(await graces.signIn(await graces.signIn(await open())));
  expect(service1.pathname).toBe("/login/oauth/authorize");
  const second = await createBrowser(ada).visit(service1);
  expect(second).toMatchObject({ status: 400, text: expect.stringContaining("did not begin") });
  expect(service.visits).toHaveLength(1);
  expect(service.exchanges).toEqual([]);
  expect((await attacker.call("get_me")).isError).toBe(true);
});

test("a link is good for one use, and neither a changed link nor another's state is good for any", async () => {
  const { connect, service, world } = await createWorld();
  const client = await connect(ada);
  const link = findLink((await client.call("get_me")).text);
  const broken = `${link.slice(0, -2)}${link.endsWith("AA") ? "BB" : "AA"}`;
  expect((await createBrowser(ada).visit(broken)).status).toBe(400);
  const browser = createBrowser(ada);
  expect((await browser.visit(link)).status).toBe(200);
  expect((await browser.visit(link)).text).toContain("not valid any more");
  const again = findLink((await (await connect(grace)).call("get_me")).text);
  const graces = createBrowser(grace);
  const back = await graces.signIn(await graces.signIn(again));
  // The cookie of this visit, and not what was sent out with it.
  const state = back.searchParams.get("state") ?? "";
  back.searchParams.set("state", `${state.slice(0, 8)}another`);
  expect((await graces.visit(back)).text).toContain("did not begin");
  // A page of another site that sends the form.
  const posted = await fetch(again, {
    method: "POST",
    redirect: "manual",
    headers: { origin: "https://evil.example.com" },
  });
  expect(posted.status).toBe(403);
  const shown = await fetch(`${new URL("sign-in", world.server.url)}`);
  expect(shown.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  expect(shown.headers.get("cache-control")).toBe("no-store");
  expect(service.exchanges).toHaveLength(1);
});

/** Lets GitHub refuse these tokens from now on, as it does with those that expired or were withdrawn. */
function refuse(fake: FakeGitHub, ...tokens: readonly string[]): void {
  fake.intercept(({ headers }) =>
    tokens.some((token) => headers.authorization === `Bearer ${token}`)
      ? { status: 401, body: '{"message":"Bad credentials"}' }
      : undefined,
  );
}

test("calls whose token is refused at the same time share one renewal", async () => {
  const { connect, service, bearers, fake } = await createWorld();
  const user = createUser(ada);
  const client = await connect(ada, user.onAddress);
  await client.call("get_me");
  refuse(fake, "ghu_ada_1");
  const many = Array.from({ length: 8 }, () => client.call("get_me"));
  expect((await Promise.all(many)).map(({ isError }) => isError)).not.toContain(true);
  expect(service.exchanges.map((form) => form.get("grant_type"))).toEqual([
    "authorization_code",
    "refresh_token",
  ]);
  expect(bearers().at(-1)).toBe("Bearer ghu_ada_2");
  expect(user.pages).toHaveLength(1);
});

test("a token that GitHub refuses is renewed, and where that fails the caller signs in again", async () => {
  const { connect, service, fake, bearers } = await createWorld();
  const user = createUser(ada);
  const client = await connect(ada, user.onAddress);
  await client.call("get_me");
  refuse(fake, "ghu_ada_1");
  expect((await client.call("get_me")).isError).toBe(false);
  expect(bearers().slice(-2)).toEqual(["Bearer ghu_ada_1", "Bearer ghu_ada_2"]);
  refuse(fake, "ghu_ada_2");
  service.revokeAll();
  const { isError, text } = await client.call("get_me");
  expect([isError, text]).toEqual([true, expect.stringContaining("not signed in to GitHub")]);
  expect((await client.call("get_me")).isError).toBe(false);
  expect(user.pages).toHaveLength(2);
  expect(bearers().at(-1)).toBe("Bearer ghu_ada_3");
});

test("a service that is down or refuses the client ends no sign-in", async () => {
  const { connect, service, fake } = await createWorld();
  const user = createUser(ada);
  const client = await connect(ada, user.onAddress);
  await client.call("get_me");
  refuse(fake, "ghu_ada_1");
  service.refusal = "incorrect_client_credentials";
  const { isError, text } = await client.call("get_me");
  expect([isError, text]).toEqual([true, expect.stringContaining("--sign-in-client-secret")]);
  service.refusal = undefined;
  expect((await client.call("get_me")).isError).toBe(false);
  expect(user.pages).toHaveLength(1);
});

test("signing out forgets the tokens of that person alone, and withdraws them at GitHub", async () => {
  const { connect, service, world } = await createWorld();
  const adas = createUser(ada);
  const graces = createUser(grace);
  const client = await connect(ada, adas.onAddress);
  const other = await connect(grace, graces.onAddress);
  await client.call("get_me");
  await other.call("get_me");
  const page = await adas.browser.visit(new URL("sign-in", world.server.url));
  expect(page).toMatchObject({ status: 200, text: expect.stringContaining("is forgotten") });
  const basic = Buffer.from(`${ourApp.id}:${ourApp.secret}`).toString("base64");
  expect(service.revocations).toEqual([`Basic ${basic} {"access_token":"ghu_ada_1"}`]);
  await other.call("get_me");
  await client.call("get_me");
  expect([adas.pages.length, graces.pages.length]).toEqual([2, 1]);
});

describe("--sign-in-file", () => {
  /** A file for sign-ins in a folder of its own. */
  function createFile(): string {
    const directory = mkdtempSync(join(tmpdir(), "fairlead-github-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    return join(directory, "accounts.json");
  }

  test("keeps accounts over a restart, sealed, for its owner alone", async () => {
    const file = createFile();
    const { connect, world } = await createWorld([
      "--sign-in-file",
      file,
      "--state-keys",
      stateKey,
    ]);
    const user = createUser(ada);
    await (await connect(ada, user.onAddress)).call("get_me");
    const kept = readFileSync(file, "utf8");
    expect(kept).toContain("user:ada");
    expect(kept).not.toContain("ghu_ada_1");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await world.restart();
    expect((await (await connect(ada, user.onAddress)).call("get_me")).isError).toBe(false);
    expect(user.pages).toHaveLength(1);
  });

  test("an entry that is moved to another principal is good for nothing", async () => {
    const file = createFile();
    const { connect, world, fake } = await createWorld([
      "--sign-in-file",
      file,
      "--state-keys",
      stateKey,
    ]);
    await (await connect(ada, createUser(ada).onAddress)).call("get_me");
    await world.server.close();
    const moved = readFileSync(file, "utf8").replace("user:ada", "user:grace");
    writeFileSync(file, moved);
    await world.restart();
    const before = fake.requests.length;
    const { isError, text } = await (await connect(grace)).call("get_me");
    expect([isError, findLink(text)]).toEqual([true, expect.stringContaining("link=")]);
    expect(fake.requests).toHaveLength(before);
  });
});

test.each([
  ["without keys to seal with", ["--sign-in-file", "accounts.json"], "--state-keys"],
  ["for another server's credentials too", ["--personal-access-token", "ghp_x"], undefined],
])("does not serve a shared credential %s", async (_, args, problem) => {
  if (problem !== undefined) {
    await expect(createWorld(args)).rejects.toThrow(problem);
    return;
  }
  const { connect, fake } = await createWorld(args);
  const { isError, text } = await (await connect(ada, createUser(ada).onAddress)).call("get_me");
  expect([isError, text]).toEqual([true, expect.stringContaining("More than one way to log in")]);
  expect(fake.requests).toEqual([]);
});

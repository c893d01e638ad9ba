import { hash } from "node:crypto";
import { defineTool } from "@fairlead/define";
import { Tokens } from "@fairlead/operate/tokens";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { modern, openStream } from "./fixture/http.ts";
import { createKey, from, type Issuer, resource, startIssuer } from "./fixture/issuer.ts";
import { plain, serverOf } from "./fixture/make.ts";
import { type Protected, protect } from "./fixture/protected.ts";

const whoAmI = defineTool({
  ...plain,
  name: "who_am_i",
  output: z.record(z.string(), z.unknown()),
  run: (_, { principal }) => ({ ...principal }),
});
/** A resource that can be listened to. */
const poem = { name: "poem", uri: "x://poem", read: () => ({ body: "Roses" }), watch: () => {} };
const server = serverOf([whoAmI], { resources: [poem] });

afterEach(() => {
  vi.useRealTimers();
});

/** Somebody sets the clock; no time passes. */
const set = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1_000);
const passes = (seconds: number) => vi.advanceTimersByTime(seconds * 1_000);

async function openIssuer(path = ""): Promise<Issuer> {
  const issuer = await startIssuer(path);
  onTestFinished(() => issuer.close());
  return issuer;
}

async function open(...given: Parameters<typeof protect>): Promise<Protected> {
  const site = await protect(...given);
  onTestFinished(() => site.close());
  return site;
}

const ask = (site: Protected, token: string) =>
  site.ask({ authorization: `Bearer ${token}` }, "tools/call", { name: "who_am_i" });
const toStatus = async (site: Protected, token: string) => (await ask(site, token)).status;
const fetches = ({ requests }: Issuer, end: string) =>
  requests.filter(({ path }) => path.endsWith(end)).length;

describe("the keys of an issuer", () => {
  test("are found through its metadata, with a path or without", async () => {
    for (const path of ["", "/realms/a"]) {
      const issuer = await openIssuer(path);
      const site = await open(server, issuer);
      expect(await toStatus(site, await issuer.sign())).toBe(200);
      expect(issuer.requests[0]?.path).toBe(`/.well-known/oauth-authorization-server${path}`);
    }
  });

  test("are fetched from --oauth-jwks-url where that is given", async () => {
    const issuer = await openIssuer();
    const site = await open(server, issuer, { oauthJwksUrl: `${issuer.url}/jwks` });
    expect(await toStatus(site, await issuer.sign())).toBe(200);
    expect(issuer.requests.map(({ path }) => path)).toEqual(["/jwks"]);
  });

  test("are taken from no metadata of another issuer", async () => {
    const issuer = await openIssuer();
    const token = await issuer.sign({ iss: `${issuer.url}/` });
    const site = await open(server, issuer, { oauthIssuer: [`${issuer.url}/`] });
    expect(await toStatus(site, token)).toBe(503);
    expect(site.warnings.join()).toContain(
      `is of the issuer "${issuer.url}", which must be "${issuer.url}/" character by character`,
    );
  });

  test("may be new, and are fetched for a token that names them", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    const issuer = await openIssuer();
    const site = await open(server, issuer);
    expect(await toStatus(site, await issuer.sign())).toBe(200);
    const two = await createKey("two");
    issuer.keys.push(two);
    passes(11);
    expect(await toStatus(site, await issuer.sign({}, {}, two))).toBe(200);
    expect(fetches(issuer, "/jwks")).toBe(2);
  });

  test("are fetched once in 10 seconds, however many tokens name keys that are not there", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    const issuer = await openIssuer();
    const site = await open(server, issuer);
    const asks = async () => {
      const tokens = Array.from({ length: 30 }, (_, n) => issuer.sign({}, { kid: `no-${n}` }));
      const found = await Promise.all(tokens.map(async (token) => toStatus(site, await token)));
      expect(new Set(found)).toEqual(new Set([401]));
    };
    await asks();
    expect(fetches(issuer, "/jwks")).toBe(1);
    passes(11);
    await asks();
    expect(fetches(issuer, "/jwks")).toBe(2);
  });

  test("open nothing 10 minutes after they were withdrawn, whoever was let in before", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    const issuer = await openIssuer();
    const site = await open(server, issuer);
    const token = await issuer.sign({ exp: from(3_600) });
    expect(await toStatus(site, token)).toBe(200);
    issuer.keys.splice(0, 1, await createKey("two"));
    expect(await toStatus(site, token)).toBe(200);
    passes(5 * 60 + 1);
    expect(await toStatus(site, token)).toBe(401);
  });

  test("stay good for an hour while the issuer is away, and not for longer", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    const issuer = await openIssuer();
    const site = await open(server, issuer);
    const sign = () => issuer.sign({ exp: from(86_400) });
    expect(await toStatus(site, await sign())).toBe(200);
    issuer.down = 500;
    passes(59 * 60);
    expect(await toStatus(site, await sign())).toBe(200);
    passes(10 * 60);
    const { status, body, headers } = await ask(site, await sign());
    expect([status, headers["retry-after"]]).toEqual([503, "1"]);
    expect(body).toMatch(/^Access tokens cannot be checked just now/);
    expect(body).not.toContain(issuer.url);
    expect(site.log).toEqual([]);
    issuer.down = undefined;
    passes(3);
    expect(await toStatus(site, await sign())).toBe(200);
  });

  test.for([3_600, -3_600, 86_400, -86_400])(
    "are those of now after the clock was set by %d seconds, and no token is refused for longer",
    async (seconds) => {
      vi.useFakeTimers({ toFake: ["Date", "performance"] });
      const issuer = await openIssuer();
      const site = await open(server, issuer);
      const old = await issuer.sign();
      expect(await toStatus(site, old)).toBe(200);
      set(seconds);
      issuer.keys.splice(0, 1, await createKey("two"));
      expect(await toStatus(site, await issuer.sign({ exp: from(300) }))).toBe(200);
      set(-seconds);
      const right = await issuer.sign({ exp: from(300) });
      set(seconds);
      expect(await toStatus(site, right)).toBe(401);
      set(-seconds);
      expect(await toStatus(site, right)).toBe(200);
    },
  );

  test("that cannot be had are told once a minute, and asked for every 2 seconds at most", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    const issuer = await openIssuer();
    issuer.down = 302;
    const site = await open(server, issuer);
    const found = await Promise.all(
      Array.from({ length: 20 }, async () => toStatus(site, await issuer.sign())),
    );
    expect(new Set(found)).toEqual(new Set([503]));
    const told = site.warnings.filter((text) => text.startsWith("Access tokens cannot be checked"));
    expect(told).toHaveLength(1);
    expect(issuer.requests.length).toBe(2);
    issuer.down = undefined;
    passes(3);
    expect(await toStatus(site, await issuer.sign())).toBe(200);
  });
});

describe("a token that is no JWT is asked about", () => {
  const credentials = { oauthIntrospectionId: "mcp:server", oauthIntrospectionSecret: "s cr%t" };
  const openAsked = async (common = {}) => {
    const issuer = await openIssuer();
    const oauthIntrospectionUrl = `${issuer.url}/introspect`;
    const site = await open(server, issuer, { oauthIntrospectionUrl, ...credentials, ...common });
    return { issuer, site };
  };
  const said = (more: object = {}) => ({
    ...{ active: true, aud: resource, sub: "ada", client_id: "app", scope: "mcp:read" },
    ...{ exp: from(3_600), ...more },
  });

  test("with the credentials of the server, and names a principal", async () => {
    const { issuer, site } = await openAsked();
    issuer.known.set("opaque", said());
    const { message } = await ask(site, "opaque");
    expect(message).toMatchObject({
      result: { structuredContent: { id: `user:ada ${issuer.url}`, scopes: ["mcp:read"] } },
    });
    const authorization = `Basic ${Buffer.from("mcp%3Aserver:s+cr%25t").toString("base64")}`;
    expect(issuer.requests).toContainEqual({ path: "/introspect", authorization });
  });

  test.each([
    ["is unknown", undefined],
    ["is over", { active: false }],
    ["is said to be active in other words", said({ active: "true" })],
    ["has no audience", said({ aud: undefined })],
    ["has a sibling's audience", said({ aud: ["https://mcp.example.com/other"] })],
    ["has no end", said({ exp: undefined })],
    ["has expired", said({ exp: 1 })],
    ["is not valid yet", said({ nbf: 9_999_999_999 })],
    ["is of another issuer", said({ iss: "https://other.example" })],
    ["is of a user without a name", said({ sub: undefined, username: "ada" })],
    ["is of nobody", said({ sub: undefined, client_id: undefined })],
    ["is bound to a key", said({ cnf: { jkt: "x" } })],
  ])("and refused where it %s", async (_, answer) => {
    const { issuer, site } = await openAsked();
    if (answer !== undefined) issuer.known.set("opaque", answer);
    const { status, headers } = await ask(site, "opaque");
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toContain('error="invalid_token"');
  });

  test("and belongs to the issuer that is asked, whatever it says of another", async () => {
    const other = await openIssuer();
    const issuer = await openIssuer();
    const site = await open(server, issuer, {
      ...{ oauthIssuer: [issuer.url, other.url], ...credentials },
      oauthIntrospectionUrl: `${issuer.url}/introspect`,
    });
    issuer.known.set("opaque", said({ iss: other.url }));
    expect(await toStatus(site, "opaque")).toBe(401);
    issuer.known.set("own", said({ iss: issuer.url }));
    expect(await toStatus(site, "own")).toBe(200);
    expect(await toStatus(site, await other.sign())).toBe(200);
  });

  test("and is a machine's where it has no user", async () => {
    const { issuer, site } = await openAsked();
    issuer.known.set("opaque", said({ sub: undefined }));
    expect((await ask(site, "opaque")).message).toMatchObject({
      result: { structuredContent: { id: `machine:app ${issuer.url}`, kind: "machine" } },
    });
  });

  test("once in 30 seconds, by which a revocation is known", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    const { issuer, site } = await openAsked();
    issuer.known.set("opaque", said());
    const all = await Promise.all(Array.from({ length: 20 }, () => toStatus(site, "opaque")));
    expect(new Set(all)).toEqual(new Set([200]));
    expect(fetches(issuer, "/introspect")).toBe(1);
    issuer.known.delete("opaque");
    passes(29);
    expect(await toStatus(site, "opaque")).toBe(200);
    passes(2);
    expect(await toStatus(site, "opaque")).toBe(401);
    expect(await toStatus(site, "opaque")).toBe(401);
    expect(fetches(issuer, "/introspect")).toBe(2);
    issuer.known.set("opaque", said());
    passes(11);
    expect(await toStatus(site, "opaque")).toBe(200);
  });

  test("no longer than it lasts", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    const { issuer, site } = await openAsked();
    issuer.known.set("opaque", said({ exp: from(-15) }));
    expect(await toStatus(site, "opaque")).toBe(200);
    passes(16);
    expect(await toStatus(site, "opaque")).toBe(401);
  });

  test("again after 30 seconds, though the clock was set back meanwhile", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    const { issuer, site } = await openAsked();
    issuer.known.set("opaque", said());
    expect(await toStatus(site, "opaque")).toBe(200);
    issuer.known.delete("opaque");
    set(-3_600);
    expect(await toStatus(site, "opaque")).toBe(200);
    passes(31);
    expect(await toStatus(site, "opaque")).toBe(401);
    issuer.known.set("opaque", said());
    set(-3_600);
    passes(11);
    expect(await toStatus(site, "opaque")).toBe(200);
  });

  test("and not answered for where its issuer is away", async () => {
    const { issuer, site } = await openAsked();
    issuer.down = 500;
    expect(await toStatus(site, "opaque")).toBe(503);
  });

  test("while a JWT is checked by its signature", async () => {
    const { issuer, site } = await openAsked();
    expect(await toStatus(site, await issuer.sign())).toBe(200);
    expect(fetches(issuer, "/introspect")).toBe(0);
  });
});

test("who listens is hung up on when the token has expired, and not before", async () => {
  vi.useFakeTimers({ toFake: ["Date", "performance", "setInterval", "clearInterval"] });
  const issuer = await openIssuer();
  const site = await open(server, issuer);
  const listen = async (seconds: number) => {
    const [body, headers] = modern("subscriptions/listen", {
      notifications: { resourceSubscriptions: ["x://poem"] },
    });
    const authorization = `Bearer ${await issuer.sign({ exp: from(seconds) })}`;
    return openStream(site.url, body, { ...headers, authorization });
  };
  const [short, long] = [await listen(10), await listen(600)];
  let isOver = false;
  void long.ended.then(() => {
    isOver = true;
  });
  await vi.advanceTimersByTimeAsync(60_000);
  await short.ended;
  expect(isOver).toBe(false);
  long.close();
});

describe("next to a token file", () => {
  const openBoth = async () => {
    const issuer = await openIssuer();
    const tokens = new Tokens(`ops sha256:${hash("sha256", "static")}`);
    const both = await open(server, issuer, {}, {}, tokens);
    return { issuer, both };
  };

  test("both kinds of token are taken, and that of the file may do everything", async () => {
    const { issuer, both } = await openBoth();
    expect((await ask(both, "static")).message).toMatchObject({
      result: {
        structuredContent: { id: "ops", scopes: ["mcp:read", "mcp:write", "mcp:destroy"] },
      },
    });
    expect(await toStatus(both, await issuer.sign())).toBe(200);
  });

  test("who brings neither is sent to sign in", async () => {
    const { both } = await openBoth();
    for (const headers of [{}, { authorization: "Bearer other" }]) {
      const answer = await both.ask(headers);
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toContain("resource_metadata=");
    }
  });
});

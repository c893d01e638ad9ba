import { type Guarded, startGuarded } from "@fairlead/testing/identity";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { bin } from "./bin.ts";
import { BoundKeeper, Keeper, type SignedIn, versions } from "./oauth-client.ts";

const hourSeconds = 3600;
const machine = { clientId: "a-program", clientSecret: "a-secret-of-the-program" };

function start(tokens: "jwt" | "opaque"): Promise<Guarded> {
  const program = { client_id: machine.clientId, client_secret: machine.clientSecret };
  return startGuarded({
    ...{ bin, tokens, scopes: ["mcp:read", "mcp:write", "mcp:destroy"] },
    clients: [
      {
        ...{ ...program, grant_types: ["client_credentials"] },
        ...{ response_types: [], redirect_uris: [] },
      },
    ],
  });
}

let guarded: Guarded;
beforeAll(async () => {
  guarded = await start("jwt");
});
afterAll(() => guarded.close());

let before: number;
beforeEach(() => {
  before = guarded.identity.deeds.length;
});

/** What the authorization server did in this test. */
function listDeeds(): readonly string[] {
  return guarded.identity.deeds.slice(before);
}

function use(client: SignedIn): SignedIn {
  onTestFinished(() => client.close());
  return client;
}

function toText(text: string) {
  return expect.objectContaining({ content: [expect.objectContaining({ text })] });
}

const welcome = toText("Everything here may be changed or deleted.");
const note = { name: "shopping", text: "two lamps" };

describe.for(Object.entries(versions))("%s", ([, version]) => {
  const { connect, connectMachine, stepsUp, programStepsUp } = version;

  test("registers, signs its user in, and calls a tool", async () => {
    const keeper = new Keeper();
    const client = use(await connect(guarded.server.url, keeper));
    expect(await client.call("read_note", { name: "welcome" })).toEqual(welcome);
    expect(keeper.asked).toEqual([expect.stringMatching(/^mcp:read( offline_access)?$/)]);
    expect(listDeeds()).toEqual(["registration", "authorization_code"]);
  });

  test("gets a new token for one that has expired, and its user sees nothing of it", async () => {
    const keeper = new Keeper();
    guarded.identity.nextTokenAge = hourSeconds;
    const client = use(await connect(guarded.server.url, keeper));
    expect(await client.call("read_note", { name: "welcome" })).toEqual(welcome);
    expect(keeper.asked).toHaveLength(1);
    expect(listDeeds()).toEqual(["registration", "authorization_code", "refresh_token"]);
  });

  test("asks its user for more when a call needs it, and makes the call", async () => {
    const keeper = new Keeper({ refreshes: stepsUp === "always" ? "yes" : "no" });
    const client = use(await connect(guarded.server.url, keeper));
    expect(await client.call("write_note", note)).not.toMatchObject({ isError: true });
    expect(keeper.asked).toHaveLength(2);
    expect(keeper.asked[1]?.split(" ")).toContain("mcp:write");
    expect(await client.call("read_note", { name: note.name })).toEqual(toText(note.text));
    expect(listDeeds()).toEqual(["registration", "authorization_code", "authorization_code"]);
  });

  test("signs in as a program, with no user, and may do no more than it was given", async () => {
    const secrets = { ...machine, expectedIssuer: guarded.identity.issuer, scope: "mcp:read" };
    const client = use(await connectMachine(guarded.server.url, secrets));
    expect(await client.call("read_note", { name: "welcome" })).toEqual(welcome);
    expect(listDeeds()).toEqual(["client_credentials"]);
    const writing = client.call("write_note", note);
    if (programStepsUp === "never") await expect(writing).rejects.toThrow("403");
    else expect(await writing).not.toMatchObject({ isError: true });
    expect(listDeeds()).toEqual(["client_credentials", "client_credentials"]);
  });
});

test("a token that is bound to a key of client v2 opens nothing without the key", async () => {
  const keeper = new BoundKeeper();
  const client = use(await versions["client v2"].connect(guarded.server.url, keeper));
  expect(await client.call("read_note", { name: "welcome" })).toEqual(welcome);
  expect(keeper.kept?.token_type).toBe("DPoP");
  for (const scheme of ["Bearer", "DPoP"]) {
    const authorization = `${scheme} ${keeper.kept?.access_token}`;
    expect((await initialize({ authorization })).status).toBe(401);
  }
});

test("a token that was issued for another server opens nothing", async () => {
  const { url } = guarded.server;
  expect((await openWith(await getToken(guarded, url))).status).toBe(200);
  const other = url.replace("127.0.0.1", "localhost");
  const refused = await openWith(await getToken(guarded, other));
  expect(refused.status).toBe(401);
  expect(refused.headers.get("www-authenticate")).toContain('error="invalid_token"');
});

describe("tokens that have to be asked about", () => {
  let asking: Guarded;
  beforeAll(async () => {
    asking = await start("opaque");
  });
  afterAll(() => asking.close());

  test("let their user call a tool", async () => {
    const keeper = new Keeper();
    const client = use(await versions["client v2"].connect(asking.server.url, keeper));
    expect(await client.call("write_note", note)).not.toMatchObject({ isError: true });
    expect(keeper.kept?.access_token).not.toContain(".");
    expect(keeper.asked).toHaveLength(2);
  });

  test("open nothing once they are revoked, or for another server", async () => {
    const { url } = asking.server;
    expect((await openWith(await getToken(asking, url), url)).status).toBe(200);
    const revoked = await getToken(asking, url);
    const done = await askIdentity(asking, "/token/revocation", { token: revoked });
    expect(done.status).toBe(200);
    expect((await openWith(revoked, url)).status).toBe(401);
    const other = await getToken(asking, url.replace("127.0.0.1", "localhost"));
    expect((await openWith(other, url)).status).toBe(401);
  });
});

/** A request of the program to the authorization server. */
function askIdentity(
  { identity }: Guarded,
  path: string,
  fields: Record<string, string>,
): Promise<Response> {
  const secret = btoa(`${machine.clientId}:${machine.clientSecret}`);
  return fetch(new URL(path, identity.issuer), {
    ...{ method: "POST", headers: { authorization: `Basic ${secret}` } },
    body: new URLSearchParams(fields),
  });
}

/** A token of the program, for this server. */
async function getToken(from: Guarded, resource: string): Promise<string> {
  const grant = { grant_type: "client_credentials", scope: "mcp:read", resource };
  const response = await askIdentity(from, "/token", grant);
  const { access_token: token }: { access_token: string } = JSON.parse(await response.text());
  return token;
}

function openWith(token: string, url?: string): Promise<Response> {
  return initialize({ authorization: `Bearer ${token}` }, url);
}

function initialize(headers: Record<string, string>, url = guarded.server.url): Promise<Response> {
  const params = {
    ...{ protocolVersion: "2025-11-25", capabilities: {} },
    clientInfo: { name: "fairlead-tests", version: "1.0.0" },
  };
  return fetch(url, {
    method: "POST",
    headers: {
      ...{ "content-type": "application/json", accept: "application/json, text/event-stream" },
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params }),
  });
}

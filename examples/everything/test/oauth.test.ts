import { type Guarded, startGuarded } from "@fairlead/testing/identity";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { bin } from "./bin.ts";
import { BoundKeeper, Keeper, type SignedIn, versions } from "./oauth-client.ts";

const hourSeconds = 3600;
const machine = { clientId: "a-program", clientSecret: "a-secret-of-the-program" };

let guarded: Guarded;
beforeAll(async () => {
  guarded = await startGuarded({
    ...{ bin, scopes: ["mcp:read", "mcp:write", "mcp:destroy"] },
    clients: [
      {
        ...{ client_id: machine.clientId, client_secret: machine.clientSecret },
        ...{ grant_types: ["client_credentials"], response_types: [], redirect_uris: [] },
      },
    ],
  });
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
  const get = async (resource: string) => {
    const response = await fetch(`${guarded.identity.issuer}/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${machine.clientId}:${machine.clientSecret}`)}` },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: "mcp:read", resource }),
    });
    const { access_token: token }: { access_token: string } = JSON.parse(await response.text());
    return initialize({ authorization: `Bearer ${token}` });
  };
  const { url } = guarded.server;
  expect((await get(url)).status).toBe(200);
  const refused = await get(url.replace("127.0.0.1", "localhost"));
  expect(refused.status).toBe(401);
  expect(refused.headers.get("www-authenticate")).toContain('error="invalid_token"');
});

function initialize(headers: Record<string, string>): Promise<Response> {
  const params = {
    ...{ protocolVersion: "2025-11-25", capabilities: {} },
    clientInfo: { name: "fairlead-tests", version: "1.0.0" },
  };
  return fetch(guarded.server.url, {
    method: "POST",
    headers: {
      ...{ "content-type": "application/json", accept: "application/json, text/event-stream" },
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params }),
  });
}

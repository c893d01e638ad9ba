import { expect, test } from "vitest";
import { createRecorder, open } from "../call/recorder.fixture.ts";
import { createClock, serve } from "../call/server.fixture.ts";
import type { ApiEntry, SecuritySet } from "./operation.ts";
import type { Credentials } from "./security.ts";

const schemes: ApiEntry["schemes"] = {
  header: { type: "apiKey", in: "header", name: "X-Key" },
  query: { type: "apiKey", in: "query", name: "key" },
  cookie: { type: "apiKey", in: "cookie", name: "session" },
  basic: { type: "basic" },
  bearer: { type: "bearer" },
};
const credentials: Credentials = {
  header: { token: "header-secret" },
  query: { token: "a/b&c" },
  cookie: { token: "cookie-secret" },
  basic: { username: "me", password: "pass:word" },
  bearer: { token: "bearer-secret" },
};

/** What the sets of an operation put on the wire, with credentials for these schemes. */
async function send(security: readonly SecuritySet[], names: readonly string[]) {
  const { url, requests } = await createRecorder();
  const given = Object.entries(credentials).filter(([name]) => names.includes(name));
  const call = open({
    baseUrl: url,
    api: { servers: [], schemes },
    credentials: Object.fromEntries(given),
  });
  await call({ security });
  const { line = "", headers } = requests[0] ?? {};
  return [line, headers?.authorization, headers?.["x-key"], headers?.cookie].filter(
    (part) => part !== undefined,
  );
}

test.each<[string, SecuritySet[], string[], string[]]>([
  ["nothing", [], ["bearer"], ["POST /x"]],
  ["header", [{ header: [] }], ["header"], ["POST /x", "header-secret"]],
  ["query", [{ query: [] }], ["query"], ["POST /x?key=a%2Fb%26c"]],
  ["cookie", [{ cookie: [] }], ["cookie"], ["POST /x", "session=cookie-secret"]],
  ["basic", [{ basic: [] }], ["basic"], ["POST /x", "Basic bWU6cGFzczp3b3Jk"]],
  ["bearer", [{ bearer: [] }], ["bearer"], ["POST /x", "Bearer bearer-secret"]],
  [
    "the set there is",
    [{ basic: [] }, { bearer: [] }],
    ["bearer"],
    ["POST /x", "Bearer bearer-secret"],
  ],
  [
    "all of a set",
    [{ header: [], query: [] }, { bearer: [] }],
    ["header", "query", "bearer"],
    ["POST /x?key=a%2Fb%26c", "header-secret"],
  ],
  [
    "one of those that go to one place",
    [{ basic: [], bearer: [] }],
    ["bearer"],
    ["POST /x", "Bearer bearer-secret"],
  ],
  [
    "the first of those that go to one place",
    [{ basic: [], bearer: [] }],
    ["basic", "bearer"],
    ["POST /x", "Basic bWU6cGFzczp3b3Jk"],
  ],
  [
    "no half of a set",
    [{ header: [], query: [] }, { bearer: [] }],
    ["header", "bearer"],
    ["POST /x", "Bearer bearer-secret"],
  ],
  [
    "credentials rather than none",
    [{}, { bearer: [] }],
    ["bearer"],
    ["POST /x", "Bearer bearer-secret"],
  ],
  ["none where that will do", [{ bearer: [] }, {}], [], ["POST /x"]],
])("security: %s", async (_, security, names, expected) => {
  expect(await send(security, names)).toEqual(expected);
});

test("half a set is not sent, and what is missing is named where the API asks for it", async () => {
  const seen: string[] = [];
  const url = await serve(({ url: path = "", headers }, response) => {
    seen.push(JSON.stringify([path, headers]));
    response.writeHead(path.startsWith("/shut") ? 401 : 200).end();
  });
  const given = { query: { token: "query-secret" } };
  const call = open({ baseUrl: url, api: { servers: [], schemes }, credentials: given });
  const security = [{ header: [], query: [] }, { bearer: [] }];
  await call({ path: "/open", security });
  await expect(call({ path: "/shut", security })).rejects.toMatchObject({
    message: expect.stringContaining("answered 401"),
    hint: expect.stringMatching(/not configured: header and query, or bearer\..*--help/),
  });
  expect(seen).toHaveLength(2);
  expect(seen.join()).not.toMatch(/secret|authorization/);
});

test("no credential is in what an error says", async () => {
  const url = await serve((request, response) => {
    if (request.url?.startsWith("/away")) {
      response.writeHead(307, { location: `https://127.0.0.1:1/${request.url}` }).end();
    } else response.writeHead(400).end(`You sent ${request.headers["x-key"]} and ${request.url}`);
  });
  const call = open({ baseUrl: url, api: { servers: [], schemes }, credentials });
  const security = [{ header: [], query: [] }];
  const error = await call({ security }).catch((reason: unknown) => reason);
  expect(String(error)).toContain("You sent [redacted]");
  expect(String(error)).not.toContain("header-secret");
  const away = await call({ path: "/away", security }).catch((reason: unknown) => String(reason));
  expect(away).toContain("redirect");
  expect(away).not.toMatch(/a%2Fb|secret/);
});

const oauth: ApiEntry["schemes"] = { oauth: { type: "oauth2", tokenUrl: "/token" } };
const client = { clientId: "me", clientSecret: "client-secret" };

async function createTokenServer({ inBody = false, expires = 3_600 } = {}) {
  let issued = 0;
  const accepted = new Set<string>();
  const recorder = await createRecorder((response, { line, headers, body }) => {
    if (line === "POST /token") {
      const ok = inBody
        ? body.includes("client_secret=client-secret")
        : headers.authorization === "Basic bWU6Y2xpZW50LXNlY3JldA==";
      if (!ok) return response.writeHead(401).end('{"error":"invalid_client"}');
      issued += 1;
      accepted.add(`Bearer token-${issued}`);
      const answer = {
        access_token: `token-${issued}`,
        expires_in: expires,
        refresh_token: "next",
      };
      return response.end(JSON.stringify(answer));
    }
    response.writeHead(accepted.has(headers.authorization ?? "") ? 200 : 401).end("{}");
  });
  return { ...recorder, accepted };
}

test("an OAuth2 client gets its token once, for calls that come together too, and renews it", async () => {
  const { url, requests } = await createTokenServer();
  const clock = createClock();
  const call = open({
    baseUrl: url,
    api: { servers: [], schemes: oauth },
    credentials: { oauth: client },
    clock,
  });
  const security = [{ oauth: ["read"] }];
  await Promise.all([call({ security }), call({ security })]);
  await call({ security });
  const asked = () => requests.filter(({ line }) => line === "POST /token").map(({ body }) => body);
  expect(asked()).toEqual(["grant_type=client_credentials&scope=read"]);
  await clock.sleep(3_600_000, new AbortController().signal);
  await call({ security });
  expect(asked()).toHaveLength(2);
});

test("a token the API does not accept any more is replaced once", async () => {
  const { url, requests, accepted } = await createTokenServer();
  const call = open({
    baseUrl: url,
    api: { servers: [], schemes: oauth },
    credentials: { oauth: client },
  });
  const security = [{ oauth: [] }];
  await call({ security });
  accepted.clear();
  await call({ security });
  expect(requests.map(({ headers }) => headers.authorization?.replace(/ .*-/, " "))).toEqual([
    "Basic bWU6Y2xpZW50LXNlY3JldA==",
    "Bearer 1",
    "Bearer 1",
    "Basic bWU6Y2xpZW50LXNlY3JldA==",
    "Bearer 2",
  ]);
});

test("a refresh token is used, and the one that takes its place after it", async () => {
  const { url, requests } = await createTokenServer({ expires: 1 });
  const clock = createClock();
  const credential = { ...client, refreshToken: "first" };
  const call = open({
    baseUrl: url,
    api: { servers: [], schemes: oauth },
    credentials: { oauth: credential },
    clock,
  });
  await call({ security: [{ oauth: [] }] });
  await clock.sleep(3_600_000, new AbortController().signal);
  await call({ security: [{ oauth: [] }] });
  expect(requests.filter(({ line }) => line === "POST /token").map(({ body }) => body)).toEqual([
    "grant_type=refresh_token&refresh_token=first",
    "grant_type=refresh_token&refresh_token=next",
  ]);
});

test("a token server that wants the secret in the body gets it there, and a refusal is told", async () => {
  const { url } = await createTokenServer({ inBody: true });
  const api = { servers: [], schemes: oauth };
  const security = [{ oauth: [] }];
  await open({ baseUrl: url, api, credentials: { oauth: client } })({ security });
  const wrong = { ...client, clientSecret: "wrong-secret" };
  const refused = open({ baseUrl: url, api, credentials: { oauth: wrong } })({ security });
  await expect(refused).rejects.toMatchObject({
    message: "No token for oauth: invalid_client",
    hint: expect.stringContaining("client id"),
  });
});

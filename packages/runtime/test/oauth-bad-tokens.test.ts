import { createHmac } from "node:crypto";
import { defineTool } from "@fairlead/define";
import { exportSPKI, importJWK } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { dial, modern, readAll, send } from "./fixture/http.ts";
import {
  createKey,
  from,
  type Issuer,
  type Key,
  resource,
  startIssuer,
  toClaims,
} from "./fixture/issuer.ts";
import { plain, serverOf } from "./fixture/make.ts";
import { type Protected, protect } from "./fixture/protected.ts";

const told: string[] = [];
const tell = defineTool({
  ...plain,
  name: "tell",
  run: (_, { principal }) => {
    told.push(principal.id);
    return "told";
  },
});

let issuer: Issuer;
let stranger: Issuer;
let rsa: Key;
let forged: Key;
let site: Protected;
let plainSite: Protected;
beforeAll(async () => {
  [issuer, stranger] = await Promise.all([startIssuer(), startIssuer()]);
  rsa = await createKey("rsa", "RS256");
  forged = await createKey("one");
  issuer.keys.push(await createKey("spare"));
  // For what it says is a secret, and for other purposes, keys of an issuer may be there too.
  const secret = { kty: "oct", k: "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA", kid: "hmac" };
  const encrypting = { ...rsa.jwk, kid: "enc", use: "enc" };
  issuer.keys.push(
    rsa,
    { ...rsa, kid: "hmac", jwk: secret },
    { ...rsa, kid: "enc", jwk: encrypting },
  );
  site = await protect(serverOf([tell]), issuer);
  plainSite = await protect(serverOf([tell]), issuer, { oauthPlainJwt: true });
});
afterAll(async () => {
  await Promise.all([site.close(), plainSite.close()]);
  for (const each of [issuer, stranger]) each.close();
});

afterEach(() => void told.splice(0));

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const good = () => toClaims(issuer.url);
/** A token as nobody's library would write it. */
const raw = (header: object, claims: object = good(), signature = "c2ln") =>
  `${encode(header)}.${encode(claims)}.${signature}`;
const hs256 = (header: object, secret: string | Buffer) => {
  const text = `${encode({ alg: "HS256", typ: "at+jwt", ...header })}.${encode(good())}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
};

/** What is sent as the Authorization header, and what is said of it. */
type Bad = readonly [name: string, token: () => string | Promise<string>, why: RegExp];

const unsigned = /not signed by a key of its issuer/;
const notIssued = /issued for another server/;
const noIssuer = /its issuer \(iss\) is not one/;
const noAccess = /it is not an access token/;
const noCharacters = /characters that no token has/;

const bad: readonly Bad[] = [
  // What is in it.
  ["another audience", () => issuer.sign({ aud: "https://api.example.com" }), notIssued],
  [
    "A4: the audience of a sibling",
    () => issuer.sign({ aud: "https://mcp.example.com/other" }),
    notIssued,
  ],
  [
    "A4: a sibling's among others",
    () => issuer.sign({ aud: ["https://mcp.example.com/other", "x"] }),
    notIssued,
  ],
  ["an audience that begins with ours", () => issuer.sign({ aud: `${resource}/more` }), notIssued],
  [
    "an audience that ours begins with",
    () => issuer.sign({ aud: "https://mcp.example.com/" }),
    notIssued,
  ],
  ["an audience with a slash more", () => issuer.sign({ aud: `${resource}/` }), notIssued],
  ["our audience in capitals", () => issuer.sign({ aud: resource.toUpperCase() }), notIssued],
  ["no audience", () => issuer.sign({ aud: undefined }), notIssued],
  ["an empty list of audiences", () => issuer.sign({ aud: [] }), notIssued],
  ["an audience that is the client", () => issuer.sign({ aud: "app" }), notIssued],
  ["a time that is over", () => issuer.sign({ exp: from(-31) }), /it has expired/],
  ["no end", () => issuer.sign({ exp: undefined }), /it has no end/],
  ["an end that is text", () => raw({ alg: "ES256" }, { ...good(), exp: "9999999999" }), unsigned],
  ["a time that has not begun", () => issuer.sign({ nbf: from(60) }), /not valid yet/],
  ["a birth in the future", () => issuer.sign({ iat: from(60) }), /issued in the future/],
  ["an issuer with a slash at the end", () => issuer.sign({ iss: `${issuer.url}/` }), noIssuer],
  ["another issuer in the name", () => issuer.sign({ iss: stranger.url }), noIssuer],
  ["no issuer", () => issuer.sign({ iss: undefined }), noIssuer],
  ["an issuer that every object has", () => issuer.sign({ iss: "__proto__" }), noIssuer],
  ["no subject", () => issuer.sign({ sub: undefined }), /names no subject/],
  ["an empty subject", () => issuer.sign({ sub: "" }), /names no subject/],
  ["half a character as its subject", () => issuer.sign({ sub: "\ud800" }), /names no subject/],
  ["a subject without end", () => issuer.sign({ sub: "x".repeat(1_025) }), /names no subject/],
  // Who signed it.
  ["another issuer's key", () => stranger.sign({ iss: issuer.url }), unsigned],
  ["a key of the same name that is not the issuer's", () => issuer.sign({}, {}, forged), unsigned],
  ["a key that nobody knows", () => issuer.sign({}, { kid: "two" }), unsigned],
  ["no key's name, where there are several", () => issuer.sign({}, { kid: undefined }), unsigned],
  [
    "a path as the key's name",
    () => issuer.sign({}, { kid: "../../../../dev/null" }, forged),
    unsigned,
  ],
  ["SQL as the key's name", () => issuer.sign({}, { kid: "x' UNION SELECT 'k" }, forged), unsigned],
  [
    "its own key, embedded",
    () => issuer.sign({}, { kid: "mine", jwk: forged.jwk }, forged),
    unsigned,
  ],
  [
    "its own key under the issuer's name",
    () => issuer.sign({}, { jwk: forged.jwk }, forged),
    unsigned,
  ],
  [
    "a place of keys of its own",
    () => stranger.sign({ iss: issuer.url }, { kid: "mine", jku: `${stranger.url}/jwks` }),
    unsigned,
  ],
  [
    "a certificate of its own",
    () => issuer.sign({}, { kid: "mine", x5u: `${stranger.url}/x`, x5c: ["AA"] }, forged),
    unsigned,
  ],
  ["a key that is there to encrypt", () => issuer.sign({}, { kid: "enc" }, rsa), unsigned],
  ["another algorithm than its key has", () => issuer.sign({}, { kid: "one" }, rsa), unsigned],
  // How.
  ["alg none", () => raw({ alg: "none", typ: "at+jwt", kid: "one" }), unsigned],
  [
    "alg none without a signature",
    () => raw({ alg: "none", typ: "at+jwt" }, good(), ""),
    /not a JWT/,
  ],
  ["alg nOnE", () => raw({ alg: "nOnE", typ: "at+jwt", kid: "one" }), unsigned],
  ["no alg", () => raw({ typ: "at+jwt", kid: "one" }), unsigned],
  [
    "HS256 with the public key as it is published",
    async () => hs256({ kid: "rsa" }, JSON.stringify(rsa.jwk)),
    unsigned,
  ],
  [
    "HS256 with the public key as PEM",
    async () => hs256({ kid: "rsa" }, await toPem(rsa)),
    unsigned,
  ],
  [
    "HS256 with a secret that its issuer publishes",
    () => hs256({ kid: "hmac" }, Buffer.from("secret-secret-secret-secret-secret")),
    unsigned,
  ],
  [
    "a demand that is not understood",
    () =>
      issuer
        .sign({}, { crit: ["exp"] })
        .catch(() =>
          raw({ alg: "ES256", kid: "one", typ: "at+jwt", crit: ["http://x"], "http://x": 1 }),
        ),
    unsigned,
  ],
  [
    "a payload that is not encoded (b64)",
    () => raw({ alg: "ES256", kid: "one", typ: "at+jwt", crit: ["b64"], b64: false }),
    unsigned,
  ],
  // What for.
  ["the typ of an ID token", () => issuer.sign({}, { typ: "JWT" }), noAccess],
  ["no typ", () => issuer.sign({}, { typ: undefined }), noAccess],
  ["the typ of a logout token", () => issuer.sign({}, { typ: "logout+jwt" }), noAccess],
  ["the typ of a proof", () => issuer.sign({}, { typ: "dpop+jwt" }), noAccess],
  [
    "the typ of an identity assertion (ID-JAG)",
    () => issuer.sign({}, { typ: "oauth-id-jag+jwt" }),
    noAccess,
  ],
  // How it is bound.
  [
    "the key of its holder, sent as Bearer",
    () => issuer.sign({ cnf: { jkt: "x" } }),
    /bound to a key, so send it as DPoP/,
  ],
  [
    "a certificate of its holder",
    () => issuer.sign({ cnf: { "x5t#S256": "x" } }),
    /bound to a key in a way/,
  ],
  ["a binding that says nothing", () => issuer.sign({ cnf: {} }), /bound to a key in a way/],
  ["a binding that is nothing", () => raw({ alg: "ES256" }, { ...good(), cnf: null }), unsigned],
  // What came of it on its way.
  ["its end cut off", async () => (await issuer.sign()).slice(0, -4), unsigned],
  ["its signature cut off", async () => (await issuer.sign()).replace(/\.[^.]*$/, ""), /not a JWT/],
  ["padding", async () => `${await issuer.sign()}==`, /not a JWT/],
  ["another scope in its payload", async () => changePayload(await issuer.sign()), unsigned],
  ["a part more", async () => `${await issuer.sign()}.e30`, /not a JWT/],
  ["five parts, encrypted", () => "e30.e30.e30.e30.e30", /not a JWT/],
  ["JSON that is a list", () => `${encode([])}.${encode([])}.x`, /not a JWT|not one of/],
  ["nothing in its parts", () => "..", /not a JWT/],
  ["a reference that was not resolved", () => "${TOKEN}", noCharacters],
  ["a space in it", async () => (await issuer.sign()).replace(".", ". "), noCharacters],
  ["quotes around it", async () => `"${await issuer.sign()}"`, noCharacters],
  [
    "two of them",
    async () => `${await issuer.sign()}, Bearer ${await issuer.sign()}`,
    noCharacters,
  ],
  ["the scheme twice", async () => `Bearer ${await issuer.sign()}`, noCharacters],
];

describe("A3: a bad token has", () => {
  test.for(bad)("%s", async ([, make, why]) => {
    const token = await make();
    const { status, headers, body } = await ask(site, token);
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toMatch(
      /^(?:Bearer|DPoP) error="invalid_token", error_description="[^"\\]*", scope="mcp:read", resource_metadata="/,
    );
    expect(headers["www-authenticate"]).toMatch(why);
    expect(body).toMatch(why);
    expect(body).not.toContain(token.slice(0, 40));
    expect(told).toEqual([]);
  });

  test("and each was bad for the one thing that is wrong with it", async () => {
    expect((await ask(site, await issuer.sign())).status).toBe(200);
    expect((await ask(site, await issuer.sign({}, {}, rsa))).status).toBe(200);
    expect((await ask(site, await issuer.sign({ exp: from(-20), nbf: from(20) }))).status).toBe(
      200,
    );
    expect(told).toHaveLength(3);
  });

  test("and nobody fetched keys from where a token says they are", () => {
    expect(stranger.requests).toEqual([]);
  });
});

describe("A3: with --oauth-plain-jwt, which takes typ JWT,", () => {
  test.for([
    ["JWT", {}],
    [undefined, {}],
    ["application/at+jwt", {}],
    ["at+jwt", { typ: "Bearer" }],
  ] as const)("typ %j is taken", async ([typ, claims]) => {
    expect((await ask(plainSite, await issuer.sign(claims, { typ }))).status).toBe(200);
  });

  test.for([
    ["an ID token for our audience", { at_hash: "x" }],
    ["an ID token of Keycloak", { typ: "ID" }],
    ["a refresh token of Keycloak", { typ: "Refresh" }],
    ["an ID token of Cognito", { token_use: "id" }],
    ["a logout token", { events: {} }],
    ["an ID token, whose audience is its client", { aud: "app" }],
  ] as const)("%s is not", async ([, claims]) => {
    const { status } = await ask(plainSite, await issuer.sign(claims, { typ: "JWT" }));
    expect(status).toBe(401);
    expect(told).toEqual([]);
  });
});

describe("A2: a token in the query string", () => {
  const visit = async (headers: Record<string, string>) => {
    const url = new URL(`${site.url.href}?access_token=${await issuer.sign()}`);
    return send(url, ...modern("tools/call", { name: "tell" }, { headers }));
  };

  test("is not read", async () => {
    const { status, headers, body } = await visit({});
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).not.toContain("error=");
    expect(body).toContain("A token in the URL is not read");
  });

  test("spoils a good header", async () => {
    const { status, headers } = await visit({ authorization: `Bearer ${await issuer.sign()}` });
    expect(status).toBe(400);
    expect(headers["www-authenticate"]).toContain('error="invalid_request"');
    expect(told).toEqual([]);
  });
});

test("A3: two Authorization headers are refused, although Node drops the second", async () => {
  const tokens = await Promise.all([issuer.sign(), issuer.sign()]);
  const socket = await dial(site.url);
  const [body, headers] = modern("tools/call", { name: "tell" });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const sent = [
    `POST /mcp HTTP/1.1\r\nHost: ${site.url.host}\r\nConnection: close`,
    ...lines,
    ...tokens.map((token) => `Authorization: Bearer ${token}`),
    `Content-Length: ${body.length}\r\n\r\n${body}`,
  ];
  socket.write(sent.join("\r\n"));
  const answer = await readAll(socket);
  expect(answer).toContain("400 Bad Request");
  expect(answer).toContain("There are several Authorization headers.");
  expect(told).toEqual([]);
});

test.each(["Basic YTpi", "Token x", "Bearer", "Bearer ", "", "DPoP"])(
  "A3: %j holds no token",
  async (authorization) => {
    const { status, headers } = await site.ask({ authorization });
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).not.toContain("error=");
  },
);

test("none of it is in the operator's log", () => {
  expect(site.log).toEqual([]);
  expect(site.warnings).toEqual([]);
});

function ask(at: Protected, token: string) {
  return at.ask({ authorization: `Bearer ${token}` }, "tools/call", { name: "tell" });
}

function changePayload(token: string): string {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
  return [header, encode({ ...claims, scope: "mcp:destroy" }), signature].join(".");
}

async function toPem({ jwk }: Key): Promise<string> {
  const key = await importJWK(jwk, "RS256");
  if (key instanceof Uint8Array) throw new TypeError("Not a public key.");
  return exportSPKI(key);
}

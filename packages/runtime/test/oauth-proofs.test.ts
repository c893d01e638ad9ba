import { hash } from "node:crypto";
import { defineTool } from "@fairlead/define";
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JWK,
  SignJWT,
} from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { dial, modern, openStream, readAll, send } from "./fixture/http.ts";
import { from, type Issuer, resource, startIssuer } from "./fixture/issuer.ts";
import { plain, serverOf } from "./fixture/make.ts";
import { type Protected, protect } from "./fixture/protected.ts";

interface Holder {
  readonly secret: CryptoKey;
  readonly jwk: JWK;
  readonly jkt: string;
}

/** A resource that can be listened to. */
const poem = { name: "poem", uri: "x://poem", read: () => ({ body: "Roses" }), watch: () => {} };
const greet = defineTool({ ...plain, name: "greet", run: () => "hello" });

let issuer: Issuer;
let site: Protected;
let strict: Protected;
let ada: Holder;
let eve: Holder;
let token: string;
beforeAll(async () => {
  issuer = await startIssuer();
  site = await protect(serverOf([greet], { resources: [poem] }), issuer);
  strict = await protect(serverOf([greet]), issuer, { oauthRequireDpop: true });
  [ada, eve] = await Promise.all([createHolder(), createHolder()]);
  token = await issuer.sign({ cnf: { jkt: ada.jkt } });
});
afterAll(async () => {
  await Promise.all([site.close(), strict.close()]);
  issuer.close();
});
afterEach(() => {
  vi.useRealTimers();
});

async function createHolder(): Promise<Holder> {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = await exportJWK(publicKey);
  return { secret: privateKey, jwk, jkt: await calculateJwkThumbprint(jwk) };
}

const toAth = (of: string) => hash("sha256", of, "base64url");

/** A proof that is good, but for what is said otherwise. */
async function prove(claims: object = {}, header: object = {}, { secret, jwk } = ada) {
  const all = {
    htm: "POST",
    htu: resource,
    iat: from(0),
    jti: crypto.randomUUID(),
    ath: toAth(token),
  };
  const payload: Record<string, unknown> = JSON.parse(JSON.stringify({ ...all, ...claims }));
  return new SignJWT(payload)
    .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk, ...header })
    .sign(secret);
}

const ask = (dpop: string | undefined, at = site, authorization = `DPoP ${token}`) =>
  at.ask({ authorization, ...(dpop !== undefined && { dpop }) }, "tools/call", { name: "greet" });

describe("A13: a proof of possession", () => {
  test("is asked for with each request, and each is good once", async () => {
    const [one, two] = [await prove(), await prove()];
    expect((await ask(one)).status).toBe(200);
    expect((await ask(two)).status).toBe(200);
    for (const again of [one, two]) {
      const { status, headers } = await ask(again);
      expect(status).toBe(401);
      expect(headers["www-authenticate"]).toMatch(
        /^DPoP error="invalid_dpop_proof", error_description="The DPoP proof is not accepted: it was sent before \(jti\)\.", resource_metadata="[^"]*", algs="RS256 /,
      );
    }
  });

  test("is good once, also where it comes ten times at once", async () => {
    const proof = await prove();
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(proof)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test.for<readonly [string, () => Promise<string> | string | undefined, RegExp]>([
    ["none", () => undefined, /the DPoP header is missing/],
    ["an empty one", () => "", /not a JWT/],
    ["the token itself", () => token, /not a JWT/],
    ["two in one header", async () => `${await prove()}, ${await prove()}`, /there are several/],
    ["another method", () => prove({ htm: "GET" }), /another method/],
    ["the method in small letters", () => prove({ htm: "post" }), /another method/],
    ["no method", () => prove({ htm: undefined }), /another method/],
    ["another URL", () => prove({ htu: "https://other.example/mcp" }), /another URL/],
    ["a sibling's URL", () => prove({ htu: "https://mcp.example.com/other" }), /another URL/],
    [
      "our URL with another scheme",
      () => prove({ htu: "http://mcp.example.com/mcp" }),
      /another URL/,
    ],
    [
      "our URL on another port",
      () => prove({ htu: "https://mcp.example.com:8443/mcp" }),
      /another URL/,
    ],
    ["no URL", () => prove({ htu: undefined }), /another URL/],
    ["another token's digest", () => prove({ ath: toAth("x") }), /another access token/],
    ["no digest of the token", () => prove({ ath: undefined }), /another access token/],
    ["a time too long ago", () => prove({ iat: from(-62) }), /its time \(iat\)/],
    ["a time to come", () => prove({ iat: from(62) }), /its time \(iat\)/],
    ["no time", () => prove({ iat: undefined }), /its time \(iat\)/],
    ["no identifier", () => prove({ jti: undefined }), /no identifier/],
    ["an identifier without end", () => prove({ jti: "x".repeat(513) }), /no identifier/],
    ["another's key", () => prove({}, {}, eve), /another key than that of the token/],
    ["another's key, signed by ours", () => prove({}, { jwk: eve.jwk }), /not a JWT/],
    ["no key", () => prove({}, { jwk: undefined }), /not a JWT/],
    ["a private key", async () => prove({}, { jwk: await exportJWK(ada.secret) }), /not a JWT/],
    ["a secret as its key", () => prove({}, { jwk: { kty: "oct", k: "c2VjcmV0" } }), /not a JWT/],
    ["another type", () => prove({}, { typ: "JWT" }), /not a JWT/],
    ["no type", () => prove({}, { typ: undefined }), /not a JWT/],
    ["an end that is over", () => prove({ exp: from(-31) }), /not a JWT/],
  ])("is refused with %s", async ([, make, why]) => {
    const { status, headers } = await ask(await make());
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toMatch(/^DPoP error="invalid_dpop_proof"/);
    expect(headers["www-authenticate"]).toMatch(why);
  });

  test.each([
    "https://mcp.example.com/mcp?x=1#y",
    "HTTPS://MCP.EXAMPLE.COM/mcp",
    "https://mcp.example.com:443/mcp",
    "https://mcp.example.com/./mcp",
  ])("may write the URL %s", async (htu) => {
    expect((await ask(await prove({ htu }))).status).toBe(200);
  });

  test("of which one is refused is not used up by that", async () => {
    const proof = await prove({ jti: "mine" });
    expect((await ask(await prove({ jti: "mine", htm: "GET" }))).status).toBe(401);
    expect((await ask(await prove({ jti: "mine" }, {}, eve))).status).toBe(401);
    expect((await ask(proof)).status).toBe(200);
  });

  test("is remembered for as long as it could be sent again", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const proof = await prove({ iat: from(59) });
    expect((await ask(proof)).status).toBe(200);
    vi.setSystemTime(Date.now() + 118_000);
    expect((await ask(proof)).headers["www-authenticate"]).toContain("it was sent before");
    vi.setSystemTime(Date.now() + 3_000);
    expect((await ask(proof)).headers["www-authenticate"]).toContain("its time (iat)");
  });

  test("comes in one header: two are refused", async () => {
    const socket = await dial(site.url);
    const [body, headers] = modern("tools/call", { name: "greet" });
    const sent = [
      `POST /mcp HTTP/1.1\r\nHost: ${site.url.host}\r\nConnection: close`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      ...[await prove(), await prove()].map((proof) => `DPoP: ${proof}`),
      `Authorization: DPoP ${token}`,
      `Content-Length: ${body.length}\r\n\r\n${body}`,
    ];
    socket.write(sent.join("\r\n"));
    expect(await readAll(socket)).toContain("there are several");
  });
});

describe("A13: a token that is bound to a key", () => {
  test("is refused as Bearer, with a proof and without", async () => {
    for (const proof of [undefined, await prove()]) {
      const { status, headers } = await ask(proof, site, `Bearer ${token}`);
      expect(status).toBe(401);
      expect(headers["www-authenticate"]).toMatch(/^DPoP error="invalid_token".*send it as DPoP/);
    }
  });

  test("and one that is not is refused as DPoP", async () => {
    const free = await issuer.sign();
    const { status, headers } = await ask(await prove({ ath: toAth(free) }), site, `DPoP ${free}`);
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toMatch(/^Bearer error="invalid_token".*send it as Bearer/);
  });

  test("stays on a stream that it opened, whose proof is used", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const [body, headers] = modern("subscriptions/listen", {
      notifications: { resourceSubscriptions: ["x://poem"] },
    });
    const given = { authorization: `DPoP ${token}`, dpop: await prove() };
    const stream = await openStream(site.url, body, { ...headers, ...given });
    expect(stream.status).toBe(200);
    let ended = false;
    void stream.ended.then(() => {
      ended = true;
    });
    await vi.advanceTimersByTimeAsync(31_000);
    expect((await ask(await prove())).status).toBe(200);
    expect(ended).toBe(false);
    stream.close();
  });
});

describe("A13: with --oauth-require-dpop", () => {
  test("a token that is bound to nothing is refused", async () => {
    const { status, headers } = await ask(undefined, strict, `Bearer ${await issuer.sign()}`);
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toMatch(/^DPoP error="invalid_token"/);
    expect((await ask(await prove(), strict)).status).toBe(200);
  });

  test("the challenge and the metadata say so", async () => {
    const { headers } = await strict.ask({});
    expect(headers["www-authenticate"]).toMatch(
      /^DPoP scope="mcp:read", resource_metadata=.*, algs="/,
    );
    const url = new URL("/.well-known/oauth-protected-resource", strict.url);
    expect(JSON.parse((await send(url, "", {}, "GET")).body)).toMatchObject({
      dpop_bound_access_tokens_required: true,
      dpop_signing_alg_values_supported: expect.arrayContaining(["ES256"]),
    });
  });
});

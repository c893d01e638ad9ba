import { describe, expect, test } from "vitest";
import { BadToken, toGrant } from "./grant.ts";

const issuer = "https://id.example.com";
const good = { sub: "ada", client_id: "app", scope: "mcp:read", exp: 2_000_000_000 };
const grant = (claims: object = {}, tenantClaim?: string) =>
  toGrant({ ...good, ...claims }, issuer, tenantClaim === undefined ? {} : { tenantClaim });
const idOf = (claims: object, tenantClaim?: string) => grant(claims, tenantClaim).principal.id;

describe("an id", () => {
  test.each([
    ["ada", "ada"],
    ["auth0|5f7c", "auth0%7C5f7c"],
    ["CN=Ada Byron,O=ACME", "CN%3DAda%20Byron%2CO%3DACME"],
    ["ada\nerror forged", "ada%0Aerror%20forged"],
    ["ada%20", "ada%2520"],
    ["ädä", "%C3%A4d%C3%A4"],
  ])(
    "of the subject %j has no character that ends it, and cannot forge a line of a log",
    (sub, name) => {
      expect(idOf({ sub })).toBe(`user:${name} ${issuer}`);
    },
  );

  test("tells apart what only looks alike", () => {
    const ids = [
      ...["ada", "Ada", "ada ", "ada%20", `ada ${issuer}`, "machine:ada"].map((sub) =>
        idOf({ sub }),
      ),
      ...["acme", "ACME", "acme x"].map((org) => idOf({ org }, "org")),
      ...[idOf({ sub: "app" }), idOf({ sub: `ada ${issuer} acme` })],
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test.each([
  ["a user with a program", {}, "user", "app"],
  ["a program alone (RFC 9068)", { sub: "app" }, "machine", "app"],
  [
    "a program alone in Auth0",
    { client_id: undefined, azp: "app", sub: "app@clients", gty: "client-credentials" },
    "machine",
    "app",
  ],
  [
    "a program alone in Entra",
    { client_id: undefined, appid: "app", sub: "0f3", idtyp: "app" },
    "machine",
    "app",
  ],
  ["a user of Okta", { client_id: undefined, cid: "app" }, "user", "app"],
  ["a user whose program is not named", { client_id: undefined }, "user", undefined],
])("%s", (_, claims, kind, client) => {
  const { principal } = grant(claims);
  expect([principal.kind, principal.client]).toEqual([kind, client]);
});

test.each([
  ["scope", { scope: "mcp:read openid" }, ["mcp:read", "openid"]],
  ["scp of Entra", { scope: undefined, scp: "mcp.read" }, ["mcp.read"]],
  ["scp of Okta", { scope: undefined, scp: ["mcp:read"] }, ["mcp:read"]],
  ["roles, where there is no other", { scope: undefined, roles: ["mcp:read"] }, ["mcp:read"]],
  ["no roles next to a scope", { scope: "", roles: ["mcp:destroy"] }, []],
  ["nothing", { scope: undefined }, []],
  ["something else", { scope: { read: true } }, []],
  ["a list with something else in it", { scope: ["mcp:read", 7, null] }, ["mcp:read"]],
])("scopes are read from %s", (_, claims, scopes) => {
  expect(grant(claims).principal.scopes).toEqual(scopes);
});

test.each([
  ["a certificate", { "x5t#S256": "x" }],
  ["a key and a certificate", { jkt: "x", "x5t#S256": "x" }],
  ["a key itself", { jwk: {} }],
  ["a list", ["x"]],
  ["text", "x"],
  ["nothing", null],
])("a token that is bound to %s is good for nobody", (_, cnf) => {
  expect(() => grant({ cnf })).toThrow(BadToken);
});

test("one that is bound to a thumbprint is bound to that", () => {
  expect(grant({ cnf: { jkt: "x" } }).jkt).toBe("x");
});

test("a principal has the tenant that the claim of this server names, and none where it asks for none", () => {
  const claims = { ...good, org: "acme" };
  expect(toGrant(claims, issuer, { tenantClaim: "org" }).principal.tenant).toBe("acme");
  expect(toGrant(claims, issuer, {}).principal).not.toHaveProperty("tenant");
});

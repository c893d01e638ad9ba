import { describe, expect, test } from "vitest";
import { readSettings } from "./settings.ts";

const issuer = "https://id.example.com/realms/a";
const resource = "https://mcp.example.com/mcp";
const given = { oauthIssuer: [issuer], oauthResource: resource };
const tools = [{ name: "list_pay", scopes: ["payroll:read"] }, { name: "add_note" }];
const read = (more: object = {}) => readSettings({ ...given, ...more }, tools);

test("what is not given has a safe default", () => {
  expect(read()).toEqual({
    issuers: [issuer],
    resource,
    audiences: [resource],
    scopes: { read: "mcp:read", write: "mcp:write", destroy: "mcp:destroy" },
    toolScopes: new Map([["list_pay", ["payroll:read"]]]),
    plainJwt: false,
    requireDpop: false,
  });
});

test("the audience of a whole host may have its slash or not", () => {
  const bare = "https://mcp.example.com";
  expect(read({ oauthResource: bare })).toMatchObject({ audiences: [bare, `${bare}/`] });
  expect(read({ oauthAudience: ["42"] })).toMatchObject({ audiences: ["42"] });
});

test.each([
  ["--oauth-issuer (FAIRLEAD_OAUTH_ISSUER) is required", { oauthIssuer: [] }],
  ["--oauth-issuer (FAIRLEAD_OAUTH_ISSUER) is required", { oauthIssuer: undefined }],
  ["--oauth-resource (FAIRLEAD_OAUTH_RESOURCE) is required", { oauthResource: undefined }],
  ["--oauth-resource (FAIRLEAD_OAUTH_RESOURCE) is required", { oauthResource: "" }],
  ["--oauth-issuer must be a URL", { oauthIssuer: ["id.example.com"] }],
  ["--oauth-issuer must be a URL", { oauthIssuer: [issuer, "http://id.example.com"] }],
  ["--oauth-issuer must be a URL", { oauthIssuer: ["http://127.0.0.1.example.com"] }],
  ["--oauth-issuer must be a URL", { oauthIssuer: ["http://localhost.example.com"] }],
  ["--oauth-issuer must be a URL", { oauthIssuer: [`${issuer}?tenant=a`] }],
  ["--oauth-issuer must be a URL", { oauthIssuer: [`${issuer} `] }],
  ["--oauth-issuer must be a URL", { oauthIssuer: ["https://ada:pass@id.example.com"] }],
  ["--oauth-resource must be a URL", { oauthResource: "mcp.example.com" }],
  ["--oauth-resource must be a URL", { oauthResource: `${resource}#x` }],
  ["--oauth-resource must be a URL", { oauthResource: "file:///mcp" }],
  ["--oauth-jwks-url must be a URL", { oauthJwksUrl: "http://id.example.com/jwks" }],
  [
    "--oauth-jwks-url has the keys of one issuer",
    { oauthJwksUrl: `${issuer}/jwks`, oauthIssuer: [issuer, "https://other.example"] },
  ],
  ["need each other", { oauthIntrospectionUrl: `${issuer}/introspect` }],
  ["need each other", { oauthIntrospectionUrl: `${issuer}/introspect`, oauthIntrospectionId: "a" }],
  ["need each other", { oauthIntrospectionSecret: "a" }],
  ['--oauth-scopes: "admin=x" begins with neither', { oauthScopes: ["admin=x"] }],
  ['--oauth-scopes: "read=" is not', { oauthScopes: ["read="] }],
  ['--oauth-scopes: "read=a b" is not', { oauthScopes: ["read=a b"] }],
  ['--oauth-scopes: "read=a\\"" is not', { oauthScopes: ['read=a"'] }],
])("%s", (said, more) => {
  expect(read(more)).toEqual({ problems: [expect.stringContaining(said)] });
});

test("the scopes that the operator names for a tool replace those of its author", () => {
  const oauthScopes = ["list_pay=pay", "add_note=a", "add_note=b", "write=w"];
  expect(read({ oauthScopes })).toMatchObject({
    scopes: { read: "mcp:read", write: "w" },
    toolScopes: new Map([
      ["list_pay", ["pay"]],
      ["add_note", ["a", "b"]],
    ]),
  });
});

test("every problem is told at once, and none with the secret", () => {
  const told = readSettings({ oauthIntrospectionSecret: "s3cret", oauthScopes: ["x"] }, tools);
  expect(told).toEqual({ problems: expect.arrayContaining([expect.any(String)]) });
  expect(JSON.stringify(told)).not.toContain("s3cret");
  expect("problems" in told && told.problems).toHaveLength(4);
});

describe("on this machine", () => {
  test.each(["http://localhost:3000", "http://127.0.0.1:3000/a", "http://[::1]:3000"])(
    "%s may be without TLS",
    (url) => {
      expect(read({ oauthIssuer: [url], oauthResource: url })).toMatchObject({ issuers: [url] });
    },
  );
});

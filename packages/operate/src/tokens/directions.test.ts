import { describe, expect, test } from "vitest";
import { toNotFound, toUnauthorized } from "./directions.ts";

const how = "Authorization: Bearer TOKEN";
const places = ["/shelf/mcp", "/attic/mcp"];

describe("a request that is not let in", () => {
  test.each([undefined, "", "Bearer", "Bearer ", "Basic eDp5"])("%j has no token", (header) => {
    expect(toUnauthorized(header)).toContain("needs a bearer token");
    expect(toUnauthorized(header)).toContain(how);
  });

  test("has one that is not known, and is told so without it", () => {
    expect(toUnauthorized("Bearer s3cret")).toContain("does not know this bearer token");
    expect(toUnauthorized("Bearer s3cret")).toContain(how);
    expect(toUnauthorized("Bearer s3cret")).not.toContain("s3cret");
  });

  test.each(["${TOKEN}", "${env:TOKEN}", "{env:TOKEN}", "$TOKEN", "<TOKEN>", "${input:token}"])(
    "has %s, which the client did not resolve",
    (token) => {
      expect(toUnauthorized(`Bearer ${token}`)).toContain("a reference that your client did not");
    },
  );

  test("reads it whole in Claude Code, which cuts at 300 characters", () => {
    for (const header of [undefined, "Bearer s3cret", "Bearer ${TOKEN}"]) {
      expect(toUnauthorized(header).length).toBeLessThanOrEqual(300);
    }
  });
});

describe("where nothing is served", () => {
  const paths = [
    "/register",
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/shelf/mcp",
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
  ];

  test.each(paths)("%s says how to send a token to a server that asks for one", (path) => {
    const text = toNotFound(path, places, { tokens: true });
    expect(text).toContain("no OAuth sign-in");
    expect(text).toContain(how);
    expect(text).toContain("claude mcp add --transport http NAME URL --header");
  });

  test.each(paths)("%s says that a server without tokens needs none", (path) => {
    const text = toNotFound(path, places, { tokens: false });
    expect(text).toContain("needs no token");
    expect(text).not.toContain("Bearer");
  });

  test.each(["/", "/registers", "/mcp", "/x/register"])("%s says where MCP is", (path) => {
    for (const tokens of [true, false]) {
      expect(toNotFound(path, places, { tokens })).toBe(
        `Nothing is served at ${path}. MCP is served at /shelf/mcp, /attic/mcp.`,
      );
    }
  });
});

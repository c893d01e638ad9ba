import { describe, expect, test } from "vitest";
import { type HostRules, isAllowedHost, isAllowedOrigin, isLoopback } from "./hosts.ts";

const loopback: HostRules = { address: "127.0.0.1", allowedHosts: [], allowedOrigins: [] };
const open: HostRules = { ...loopback, address: "0.0.0.0" };
const named: HostRules = {
  address: "0.0.0.0",
  allowedHosts: ["mcp.Example.com", "other.example:8443"],
  allowedOrigins: ["https://app.example.com"],
};

test.for(["localhost", "127.0.0.1", "127.8.8.8", "::1"])("%s is this machine", (address) => {
  expect(isLoopback(address)).toBe(true);
});

test.for(["0.0.0.0", "::", "", "127.1", "10.0.0.1", "localhost.evil", "127.0.0.1.evil", "0"])(
  "%j is not this machine",
  (address) => {
    expect(isLoopback(address)).toBe(false);
  },
);

const good = ["localhost", "localhost:3000", "LOCALHOST", "127.0.0.1:80", "[::1]", "[::1]:3000"];
const evil = [
  undefined,
  "",
  "evil.example",
  "localhost.evil.example",
  "evil.example:3000",
  "localhost.",
  "localhost:",
  "localhost:3000:80",
  "localhost:999999",
  "localhost:3000@evil.example",
  "localhost@evil.example",
  "evil.example#localhost",
  "evil.example/localhost",
  "localhost, evil.example",
  "localhost evil.example",
  " localhost",
  "127.0.0.1.evil.example",
  "127.0.0.1.",
  "2130706433",
  "0x7f000001",
  "0177.0.0.1",
  "127.1",
  "::1",
  "[::1",
  "[::1]evil.example",
  "[localhost]",
  "[evil.example]",
  "localhost\u0000",
  "ⓛocalhost",
];

describe("CVE-2025-66414: the Host header", () => {
  test.for(good)("%s is answered", (host) => {
    expect(isAllowedHost(host, loopback)).toBe(true);
    expect(isAllowedHost(host, open)).toBe(true);
  });

  test.for(evil)("%s is refused", (host) => {
    expect(isAllowedHost(host, loopback)).toBe(false);
    expect(isAllowedHost(host, open)).toBe(false);
  });

  test("addresses are answered beyond loopback only: rebinding needs a name", () => {
    for (const host of ["10.0.0.5", "10.0.0.5:3000", "[fd00::1]:3000", "[::ffff:10.0.0.5]"]) {
      expect(isAllowedHost(host, open)).toBe(true);
      expect(isAllowedHost(host, loopback)).toBe(false);
    }
  });

  test("names are answered by list, with any port unless the list says one", () => {
    for (const host of ["mcp.example.com", "MCP.example.com:443", "other.example:8443"]) {
      expect(isAllowedHost(host, named)).toBe(true);
    }
    for (const host of ["other.example", "other.example:80", "x.mcp.example.com", "example.com"]) {
      expect(isAllowedHost(host, named)).toBe(false);
    }
  });
});

describe("CVE-2025-66414: the Origin header", () => {
  test.for([
    undefined,
    "http://localhost",
    "http://LOCALHOST:8080",
    "https://127.0.0.1:3000",
    "http://[::1]:3000",
  ])("%s may call a server on loopback", (origin) => {
    expect(isAllowedOrigin(origin, loopback)).toBe(true);
  });

  test.for([
    "null",
    "",
    "http://evil.example",
    "http://localhost.evil.example",
    "http://localhost@evil.example",
    "http://localhost:80@evil.example",
    "http://evil.example#localhost",
    "http://evil.example?localhost",
    "http://evil.example\\localhost",
    "http://localhost/../evil",
    "http://localhost.",
    "http://2130706433",
    "http://127.1",
    "http://[::ffff:127.0.0.1]",
    "file://localhost",
    "chrome-extension://localhost",
    "localhost",
    "//localhost",
    "http://localhost, http://evil.example",
    "javascript:localhost",
  ])("%j is refused", (origin) => {
    expect(isAllowedOrigin(origin, loopback)).toBe(false);
    expect(isAllowedOrigin(origin, open)).toBe(false);
    expect(isAllowedOrigin(origin, named)).toBe(false);
  });

  test("beyond loopback only those on the list may call", () => {
    expect(isAllowedOrigin("https://APP.example.com", named)).toBe(true);
    for (const origin of [
      "http://app.example.com",
      "https://app.example.com:8443",
      "http://localhost",
    ]) {
      expect(isAllowedOrigin(origin, named)).toBe(false);
    }
    expect(isAllowedOrigin(undefined, named)).toBe(true);
  });
});

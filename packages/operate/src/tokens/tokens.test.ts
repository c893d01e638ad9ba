import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, unwatchFile, writeFileSync } from "node:fs";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { toAccess } from "./access.ts";
import { followTokenFile } from "./token-file.ts";
import { Tokens } from "./tokens.ts";

const line = (principal: string, token: string) =>
  `${principal} sha256:${createHash("sha256").update(token).digest("hex")}`;
const file = `# who may call\r\n\r\n${line("alice", "a-token")}\r\n  ${line("bob", "b-token").toUpperCase().replace("BOB SHA", "bob sha")}  \n`;

describe("a token file", () => {
  const { authenticate } = new Tokens(file);

  test.for([
    ["Bearer a-token", "alice"],
    ["bearer a-token", "alice"],
    ["BEARER   b-token", "bob"],
  ] as const)("%s is %s", ([authorization, id]) => {
    expect(authenticate({ authorization })).toEqual({ id });
  });

  test.for([
    undefined,
    "",
    "a-token",
    "Bearer",
    "Bearer ",
    "Bearer c-token",
    "Bearer A-token",
    "Bearer a-token ",
    "Bearer a-token b-token",
    "Basic a-token",
    "Bearer, a-token",
    `Bearer ${createHash("sha256").update("a-token").digest("hex")}`,
    `Bearer ${"x".repeat(60_000)}`,
    `Bearer ${" ".repeat(60_000)}`,
  ])("%j is nobody", (authorization) => {
    expect(authenticate({ authorization })).toEqual({
      status: 401,
      challenge: 'Bearer error="invalid_token"',
    });
  });

  test.for([
    ["", "no token"],
    ["# only a comment", "no token"],
    ["alice a-token", "line 1"],
    [`${line("alice", "a")}\nbob plain-secret`, "line 2"],
    [line("two words", "a"), "line 1"],
    ["alice sha256:abc", "line 1"],
    ["alice sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709", "line 1"],
    [`${line("alice", "a")}\n\n${line("bob", "a")}`, "line 3 has the token of line 1"],
    [`${line("alice", "a")}\n${line("alice", "a").toUpperCase().replace("SHA", "sha")}`, "line 2"],
  ] as const)("%j is refused, naming no token", ([content, reason]) => {
    expect(() => new Tokens(content)).toThrow(reason);
    expect(() => new Tokens(content)).not.toThrow(/plain-secret|a-token/);
  });
});

test("a principal may have several tokens, of which the file takes one back", () => {
  const tokens = new Tokens(`${line("alice", "old")}\n${line("alice", "new")}`);
  expect(tokens.authenticate({ authorization: "Bearer old" })).toEqual({ id: "alice" });
  tokens.replace(line("alice", "new"));
  expect(tokens.authenticate({ authorization: "Bearer old" })).toEqual({
    status: 401,
    challenge: 'Bearer error="invalid_token"',
  });
  expect(() => tokens.replace("alice old")).toThrow("line 1");
  expect(tokens.authenticate({ authorization: "Bearer new" })).toEqual({ id: "alice" });
});

describe("CVE-2026-23744: who may call over HTTP", () => {
  const beyond = { host: "0.0.0.0", loopback: false, oauth: false };
  const here = { host: "127.0.0.1", loopback: true, oauth: false };
  const readFile = (path: string) => {
    if (path === "good") return file;
    if (path === "bad") return "alice plain-secret";
    throw new Error("ENOENT");
  };
  const access = (common: Record<string, unknown>, address = beyond) =>
    toAccess(common, address, readFile);

  test("anybody on this machine", () => {
    expect(access({}, here)).toEqual({});
  });

  test("nobody beyond it without tokens, unless the operator insists", () => {
    expect(access({})).toEqual({ problem: expect.stringContaining("--token-file") });
    expect(access({ insecureNoAuth: false })).toHaveProperty("problem");
    expect(access({ insecureNoAuth: "true" })).toHaveProperty("problem");
    expect(access({ insecureNoAuth: true })).toEqual({});
  });

  test("nobody without a token of an authorization server, where the server takes those", () => {
    expect(access({}, { ...beyond, oauth: true })).toEqual({});
  });

  test("anyone who bears a token, wherever it listens", () => {
    for (const address of [beyond, here]) {
      expect(access({ tokenFile: "good" }, address)).toHaveProperty("tokens");
    }
  });

  test("nobody, where the token file cannot be used", () => {
    expect(access({ tokenFile: "missing", insecureNoAuth: true })).toHaveProperty("problem");
    expect(access({ tokenFile: "bad" }, here)).toEqual({
      problem: expect.stringMatching(/^(?!.*plain-secret).*line 1/),
    });
  });
});

test("a content that is the same is not read again", () => {
  const tokens = new Tokens(file);
  expect(tokens.replace(file)).toBeUndefined();
  expect(tokens.replace(line("alice", "a-token"))).toBe(1);
});

test.skipIf(platform() === "win32")(
  "a file that others may write to is warned of, and no other",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "fairlead-tokens-"));
    const path = join(folder, "tokens");
    onTestFinished(() => {
      unwatchFile(path);
      rmSync(folder, { recursive: true });
    });
    writeFileSync(path, file);
    for (const [mode, warnings] of [
      [0o600, 0],
      [0o644, 0],
      [0o620, 1],
      [0o602, 1],
    ] as const) {
      chmodSync(path, mode);
      const told: string[] = [];
      followTokenFile(path, new Tokens(file), { info: () => {}, warn: (text) => told.push(text) });
      expect(told).toHaveLength(warnings);
    }
  },
);

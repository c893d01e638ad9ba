import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vaultCases } from "@fairlead/store/contract";
import { describe, expect, onTestFinished, test } from "vitest";
import { readSignInSettings } from "../src/sign-in/settings.ts";
import { openVaultFile } from "../src/sign-in/vault-file.ts";

function createPath(): string {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-vault-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, "accounts.json");
}

const quiet = () => undefined;

describe("a vault in a file", () => {
  test.each(vaultCases)("$name", ({ run }) => run(() => openVaultFile(createPath(), quiet)));

  test("keeps everything that was written at once, for its owner alone", async () => {
    const path = createPath();
    const vault = openVaultFile(path, quiet);
    const keys = Array.from({ length: 20 }, (_, at) => `key ${at}`);
    await Promise.all(keys.map((key) => vault.set(key, `value of ${key}`)));
    await vault.delete("key 3");
    await vault.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = openVaultFile(path, quiet);
    expect(again.get("key 3")).toBeUndefined();
    expect(again.get("key 19")).toBe("value of key 19");
    await again.close();
  });

  test("goes on after a crash in the middle of a write", async () => {
    const path = createPath();
    const vault = openVaultFile(path, quiet);
    await vault.set("a", "1");
    writeFileSync(`${path}.new`, '{"a', { mode: 0o644 });
    await vault.set("b", "2");
    await vault.close();
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ a: "1", b: "2" });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(existsSync(`${path}.new`)).toBe(false);
  });

  test("a write that fails rejects, and the next one has all of it", async () => {
    const path = createPath();
    const vault = openVaultFile(path, quiet);
    mkdirSync(join(`${path}.new`, "in-the-way"), { recursive: true });
    await expect(vault.set("a", "1")).rejects.toThrow();
    rmSync(`${path}.new`, { recursive: true });
    await vault.set("b", "2");
    await vault.close();
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ a: "1", b: "2" });
  });

  test("warns of a file that others can read, and takes no file of another kind", async () => {
    const path = createPath();
    writeFileSync(path, "{}");
    chmodSync(path, 0o644);
    const warnings: string[] = [];
    await openVaultFile(path, (message) => void warnings.push(message)).close();
    expect(warnings).toEqual([expect.stringContaining("chmod 600")]);
    for (const content of ["", "[]", '{"a":1}', "not JSON"]) {
      writeFileSync(path, content);
      expect(() => openVaultFile(path, quiet), content).toThrow("does not hold sign-ins");
    }
    // What it did not take it did not lock either.
    writeFileSync(path, "{}");
    await openVaultFile(path, quiet).close();
  });

  test("is of one process at a time", async () => {
    const path = createPath();
    const vault = openVaultFile(path, quiet);
    expect(() => openVaultFile(path, quiet)).toThrow("Another process uses");
    await vault.close();
    await openVaultFile(path, quiet).close();
  });
});

const complete = { signInClientId: "a", signInOauthClientId: "b" };

test.each([
  ["the service's client", { signInOauthClientId: "b" }, "--sign-in-client-id"],
  ["the page's client", { signInClientId: "a" }, "--sign-in-oauth-client-id"],
  ["keys for a file", { ...complete, signInFile: "f" }, "--state-keys"],
  ["keys for Redis", { ...complete, redisUrl: "redis://r" }, "--state-keys"],
  [
    "one place",
    { ...complete, signInFile: "f", redisUrl: "redis://r", stateKeys: ["k"] },
    "exclude each other",
  ],
])("the options need %s", (_, values, problem) => {
  expect(readSignInSettings(values)).toEqual({ problems: [expect.stringContaining(problem)] });
});

test("no option asks for it, or all that are needed do", () => {
  expect(readSignInSettings({ oauthIssuer: ["https://id.example.com"] })).toBeUndefined();
  expect(readSignInSettings({ ...complete, signInClientSecret: "s" })).toEqual({
    client: { id: "a", secret: "s" },
    self: { id: "b", secret: undefined },
    file: undefined,
  });
});

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, stat, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createFakeOAuth, type FakeOAuth } from "@fairlead/testing";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { start, startFake, temporaryDirectory, user } from "./support/drive.ts";

const bin = fileURLToPath(new URL("../dist/main.cjs", import.meta.url));
const client = { clientId: "client-1.apps", clientSecret: "GOCSPX-client-secret" };
const scopes = "https://www.googleapis.com/auth/";

let home: string;
let oauth: FakeOAuth;
let keysPath: string;

beforeEach(async () => {
  home = await temporaryDirectory();
  oauth = await createFakeOAuth(client);
  onTestFinished(() => oauth.close());
  keysPath = join(home, "keys.json");
  const { authUri: auth_uri, tokenUri: token_uri } = oauth;
  const { clientId: client_id, clientSecret: client_secret } = client;
  const installed = { client_id, client_secret, auth_uri, token_uri };
  await writeFile(keysPath, JSON.stringify({ installed }));
});

/** `auth` as a person starts it, up to the address it prints. */
async function runAuth(args: readonly string[] = [], env: Record<string, string> = {}) {
  const child: ChildProcess = spawn(process.execPath, [bin, "auth", ...args], {
    env: { PATH: process.env["PATH"], HOME: home, GDRIVE_OAUTH_PATH: keysPath, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  const { promise: address, resolve } = Promise.withResolvers<string>();
  const collect = (text: string) => {
    output += text;
    const found = /^http\S+$/m.exec(output)?.[0];
    if (found !== undefined && output.includes(`${found}\n`)) resolve(found);
  };
  child.stdout?.setEncoding("utf8").on("data", collect);
  child.stderr?.setEncoding("utf8").on("data", collect);
  const exited = once(child, "close").then(([code]) => Number(code));
  return {
    address: Promise.race([
      address,
      exited.then((code) => Promise.reject(new Error(`auth ended with ${code}: ${output}`))),
    ]),
    exited,
    output: () => output,
  };
}

async function readTokens(path = join(home, ".config/fairlead/gdrive/credentials.json")) {
  return JSON.parse(await readFile(path, "utf8"));
}

describe("auth", () => {
  it("signs in with PKCE on a port of this machine and keeps the tokens for the user alone", async () => {
    const auth = await runAuth();
    const address = await auth.address;
    const asked = new URL(address).searchParams;
    expect(asked.get("scope")).toBe(`${scopes}drive.readonly`);
    expect(asked.get("access_type")).toBe("offline");
    expect(asked.get("redirect_uri")).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const page = await oauth.signIn(address);
    expect(await page.text()).toContain("Signed in");
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect(await auth.exited).toBe(0);
    const path = join(home, ".config/fairlead/gdrive/credentials.json");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(path, ".."))).mode & 0o777).toBe(0o700);
    const tokens = await readTokens();
    expect(tokens).toMatchObject({
      scope: `${scopes}drive.readonly`,
      expiry_date: expect.any(Number),
    });
    for (const secret of [tokens.access_token, tokens.refresh_token, client.clientSecret]) {
      expect(secret.length).toBeGreaterThan(10);
      expect(auth.output()).not.toContain(secret);
    }
    expect(oauth.exchanges[0]?.get("code_verifier")?.length).toBeGreaterThanOrEqual(43);
  });

  it("goes to XDG_CONFIG_HOME or where it is told, and asks for no more than was allowed", async () => {
    const cases = [
      [
        ["--allow-write"],
        { XDG_CONFIG_HOME: join(home, "xdg") },
        "xdg/fairlead/gdrive/credentials.json",
        "drive.readonly drive.file",
      ],
      [
        ["--allow-write", "--full-access"],
        { GDRIVE_CREDENTIALS_PATH: join(home, "own.json") },
        "own.json",
        "drive",
      ],
    ] as const;
    for (const [args, env, path, wanted] of cases) {
      const auth = await runAuth(args, env);
      const address = await auth.address;
      await oauth.signIn(address);
      expect(await auth.exited).toBe(0);
      const { scope } = await readTokens(join(home, path));
      expect(scope.replaceAll(scopes, "")).toBe(wanted);
    }
  });

  it("takes no answer with another state, and still waits for the right one", async () => {
    const auth = await runAuth();
    const address = await auth.address;
    for (const change of [
      (url: URL) => url.searchParams.set("state", "guessed"),
      (url: URL) => url.searchParams.delete("state"),
      (url: URL) => url.searchParams.delete("code"),
      (url: URL) => {
        url.pathname = "/other";
      },
    ]) {
      expect((await oauth.signIn(address, change)).status).toBe(400);
    }
    expect(oauth.exchanges).toHaveLength(0);
    await oauth.signIn(address);
    expect(await auth.exited).toBe(0);
  });

  it("takes no answer that came by another name or method (DNS rebinding)", async () => {
    const auth = await runAuth();
    const address = await auth.address;
    const asked = new URL(address).searchParams;
    const { port } = new URL(asked.get("redirect_uri") ?? "");
    const path = `/?code=stolen&state=${asked.get("state")}`;
    for (const [method, host] of [
      ["GET", `evil.example:${port}`],
      ["POST", `127.0.0.1:${port}`],
    ] as const) {
      const sent = request({ host: "127.0.0.1", port, path, method, headers: { host } });
      sent.end();
      const [response] = await once(sent, "response");
      expect(response.statusCode).toBe(400);
      response.resume();
    }
    expect(oauth.exchanges).toHaveLength(0);
    await oauth.signIn(address);
    expect(await auth.exited).toBe(0);
  });

  it("ends where the person says no, or leaves a box unticked", async () => {
    const refused = await runAuth();
    await oauth.signIn(await refused.address, ({ searchParams }) => {
      searchParams.delete("code");
      searchParams.set("error", "access_denied");
    });
    expect(await refused.exited).toBe(1);
    expect(refused.output()).toContain("Google did not sign in (access_denied).");

    oauth.withholds = `${scopes}drive.file`;
    const partly = await runAuth(["--allow-write"]);
    await oauth.signIn(await partly.address);
    expect(await partly.exited).toBe(1);
    expect(partly.output()).toContain(`Not allowed on Google's page: ${scopes}drive.file`);
    await expect(readTokens()).rejects.toThrow("ENOENT");
  });

  it("says how to get keys, and takes none that would send tokens in the clear", async () => {
    await writeFile(keysPath, "{}");
    const none = await runAuth();
    await none.address.catch(() => {});
    expect(await none.exited).toBe(1);
    expect(none.output()).toContain("holds no OAuth client");

    const missing = await runAuth([], { GDRIVE_OAUTH_PATH: join(home, "nowhere.json") });
    await missing.address.catch(() => {});
    expect(missing.output()).toContain("OAuth client of type desktop app");

    const installed = { client_id: "a", token_uri: "http://tokens.example/token" };
    await writeFile(keysPath, JSON.stringify({ installed }));
    const clear = await runAuth();
    await clear.address.catch(() => {});
    expect(clear.output()).toContain("is not an https address");
  });
});

describe("a sign-in that runs out", () => {
  /** Signs in, lets the token run out, and connects a client that must renew it. */
  async function expired() {
    const path = join(home, "own.json");
    const auth = await runAuth([], { GDRIVE_CREDENTIALS_PATH: path });
    await oauth.signIn(await auth.address);
    await auth.exited;
    const tokens = { ...(await readTokens(path)), expiry_date: Date.now() - 1_000 };
    await writeFile(path, JSON.stringify(tokens), { mode: 0o600 });
    const fake = await startFake();
    oauth.onToken = (token) => fake.allow(token, user, ["drive.readonly"]);
    const options = { credentialsPath: path, oauthPath: keysPath };
    return { ...(await start({ fake, options })), path, tokens };
  }

  it("is renewed once for callers that come together, and kept", async () => {
    const { call, fake, path, tokens } = await expired();
    const before = oauth.exchanges.length;
    const answers = await Promise.all(["a", "b", "c"].map((query) => call("search", { query })));
    for (const { isError, text } of answers) expect(isError, text).toBe(false);
    expect(oauth.exchanges.length - before).toBe(1);
    const kept = await readTokens(path);
    expect(kept.access_token).not.toBe(tokens.access_token);
    expect(kept).toMatchObject({ refresh_token: tokens.refresh_token, scope: tokens.scope });
    expect(kept.expiry_date).toBeGreaterThan(Date.now() + 3_000_000);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(
      fake.seen.every(({ headers }) => headers.authorization?.includes(kept.access_token)),
    ).toBe(true);
  });

  it("keeps a refresh token that was exchanged for another, and uses it next time", async () => {
    oauth.rotates = true;
    const { call, path, tokens, fake } = await expired();
    expect((await call("get_about")).isError).toBe(false);
    const first = await readTokens(path);
    expect(first.refresh_token).not.toBe(tokens.refresh_token);
    // Google ends the access token early; only the new refresh token is of use now.
    fake.revoke(first.access_token);
    const again = await call("get_about");
    expect(again.isError, again.text).toBe(false);
    expect((await readTokens(path)).refresh_token).not.toBe(first.refresh_token);
  });

  it("takes over what another process with the same file was given", async () => {
    oauth.rotates = true;
    const { call, path, tokens, fake } = await expired();
    const other = await start({ fake, options: { credentialsPath: path, oauthPath: keysPath } });
    expect((await other.call("get_about")).isError).toBe(false);
    expect((await readTokens(path)).refresh_token).not.toBe(tokens.refresh_token);
    const { isError, text } = await call("get_about");
    expect(isError, text).toBe(false);
  });

  it("explains a sign-in that was revoked, without a token in it", async () => {
    const { call, client: connected, tokens } = await expired();
    oauth.revoke(tokens.refresh_token);
    const { isError, text } = await call("search", { query: "x" });
    expect(isError).toBe(true);
    expect(text).toContain("Google has ended this sign-in (invalid_grant)");
    expect(text).toContain("fairlead-server-gdrive auth");
    for (const secret of [tokens.refresh_token, tokens.access_token, client.clientSecret]) {
      expect(text + connected.log.join("\n")).not.toContain(secret);
    }
  });

  it("says that keys are missing, that the keys are wrong, or that nothing can be reached", async () => {
    const { call, home: _, fake, path } = await expired();
    const without = await start({
      fake,
      options: { credentialsPath: path, oauthPath: join(home, "none.json") },
    });
    expect((await without.call("get_about")).text).toContain("GDRIVE_OAUTH_PATH");
    const keys = JSON.parse(await readFile(keysPath, "utf8"));
    const wrongPath = join(home, "wrong.json");
    const installed = { ...keys.installed, client_secret: "GOCSPX-not-the-one" };
    await writeFile(wrongPath, JSON.stringify({ installed }));
    const wrong = await start({ fake, options: { credentialsPath: path, oauthPath: wrongPath } });
    expect((await wrong.call("get_about")).text).toContain("(invalid_client)");
    await oauth.close();
    oauth.close = async () => {};
    expect((await call("get_about")).text).toContain("could not be reached");
  });
});

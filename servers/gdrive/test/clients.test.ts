import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createEmulators, findSessions, type Launch } from "@fairlead/testing";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { temporaryDirectory, writeSignIn } from "./support/drive.ts";
import { runErrand, seed, signIn } from "./support/errand.ts";

// Emulator tests: the built bin and a fake Drive on loopback, and the image and one in a container,
// which it reaches by name and over TLS. What a sign-in is renewed at is emulated next to it.

const bin = fileURLToPath(new URL("../dist/main.cjs", import.meta.url));
const sessions = await findSessions("gdrive", bin);
const emulators = createEmulators("drive");
afterAll(() => emulators.close());

/** Who calls over stdio, over HTTP without a token, and with the token a container is given. */
const callers = ["local", "anonymous", "tests"];
const spent = { access_token: "ya29.spent-canary", expiry_date: Date.now() - 1_000 };

/** A seeded Drive, and the directory of a sign-in that has run out a moment ago. */
async function prepare(kind: { readonly contained: boolean }) {
  const emulator = await emulators.get(kind);
  const { api = "", oauth } = await emulator.seed(seed);
  const home = await temporaryDirectory();
  const [directory, keys] = [join(home, "tokens"), join(home, "keys")];
  for (const path of [directory, keys]) await mkdir(path);
  for (const caller of callers) {
    const name = createHash("sha256").update(caller).digest("hex");
    const more = { ...spent, refresh_token: signIn.refreshToken };
    await writeSignIn(join(directory, `${name}.json`), signIn.scopes, more);
  }
  const { clientId: client_id, clientSecret: client_secret } = signIn;
  const installed = { client_id, client_secret, token_uri: `${oauth}/token` };
  await writeFile(join(keys, "keys.json"), JSON.stringify({ installed }));
  const env = {
    ...emulator.launch.env,
    GDRIVE_CREDENTIALS_DIRECTORY: directory,
    GDRIVE_OAUTH_PATH: join(keys, "keys.json"),
    GDRIVE_BASE_URL: api,
    GDRIVE_ALLOW_WRITE: "1",
  };
  const { readOnly = [] } = emulator.launch;
  const launch: Launch = { ...emulator.launch, env, readOnly: [...readOnly, keys] };
  return { emulator, directory, launch };
}

/** What the files of the callers hold now. */
async function readSignIns(directory: string) {
  const names = await readdir(directory);
  const contents = await Promise.all(names.map((name) => readFile(join(directory, name), "utf8")));
  return { names, contents };
}

describe.for(Object.entries(sessions))("the official %s", ([, way]) => {
  it("finds, reads, writes and files, with a sign-in that is renewed and kept", async () => {
    const { emulator, directory, launch } = await prepare(way);
    const session = await way.open({ ...launch, directories: [directory] });
    onTestFinished(() => session.close());
    await runErrand(session);
    const { problems, requests } = await emulator.look();
    expect(problems).toEqual([]);
    expect(requests.filter(({ path }) => path === "/token")).toHaveLength(1);

    const { names, contents } = await readSignIns(directory);
    expect(names.sort(), "nothing half written lies about").toEqual(
      callers.map((caller) => `${createHash("sha256").update(caller).digest("hex")}.json`).sort(),
    );
    const kept = contents.filter((content) => !content.includes(spent.access_token));
    expect(kept).toHaveLength(1);
    expect(kept[0], "a new refresh token is kept too").not.toContain(signIn.refreshToken);
    for (const name of names) {
      expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
    }
    const secrets = [signIn.refreshToken, signIn.clientSecret, spent.access_token, "ya29."];
    for (const secret of secrets) expect(session.stderr()).not.toContain(secret);
  });
});

const contained = Object.entries(sessions).filter(([, way]) => way.contained);

describe.for(contained.filter(([name]) => name.includes("v2")))("the official %s", ([, way]) => {
  it("goes on where its sign-in cannot be kept, and says so to the person who runs it", async () => {
    const { emulator, directory, launch } = await prepare(way);
    const { readOnly = [] } = launch;
    const before = await readSignIns(directory);
    const session = await way.open({ ...launch, readOnly: [...readOnly, directory] });
    for (const query of ["June", "Plan"]) {
      const answer = await session.call("search", { query });
      expect(answer).toMatchObject({ structuredContent: { files: [{ id: "plan" }] } });
      expect(JSON.stringify(answer)).not.toContain("cannot be kept");
    }
    await expect.poll(session.stderr).toMatch(/cannot be kept in .+ \(EROFS: .+directory writable/);
    await session.close();
    expect(await readSignIns(directory)).toEqual(before);
    const { requests } = await emulator.look();
    expect(requests.filter(({ path }) => path === "/token")).toHaveLength(1);

    // Google has exchanged the refresh token, so what the file holds is good for nothing now.
    const next = await way.open({ ...launch, readOnly: [...readOnly, directory] });
    onTestFinished(() => next.close());
    const answer = JSON.stringify(await next.call("search", { query: "June" }));
    expect(answer).toContain("Google has ended this sign-in (invalid_grant)");
    expect(answer).not.toContain(signIn.refreshToken);
  });
});

describe.for(contained.slice(0, 1))("the official %s", ([, way]) => {
  it("sends no token by name without TLS", async () => {
    const { emulator, directory, launch } = await prepare(way);
    const env = { ...launch.env, GDRIVE_BASE_URL: "http://drive.emulator:8443" };
    const session = await way.open({ ...launch, env, directories: [directory] });
    onTestFinished(() => session.close());
    expect(JSON.stringify(await session.call("get_about"))).toContain("is not an https address");
    expect((await emulator.look()).requests).toEqual([]);
  });
});

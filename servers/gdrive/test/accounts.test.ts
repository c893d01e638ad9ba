import { createHash, generateKeyPairSync } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toSurface } from "@fairlead/runtime";
import { connect } from "@fairlead/runtime/testing";
import { createFakeOAuth } from "@fairlead/testing";
import { expect, it, onTestFinished } from "vitest";
import { toolScopes } from "../src/auth/scopes.ts";
import { server } from "../src/index.ts";
import {
  callTool,
  start,
  startFake,
  temporaryDirectory,
  types,
  writeSignIn,
} from "./support/drive.ts";

/** A client as one caller over HTTP has it. */
async function connectAs(id: string, config: object) {
  const client = await connect(server, { principal: { id }, config });
  onTestFinished(() => client.close());
  return client;
}

it("gives each caller its own account, and nobody another's", async () => {
  const fake = await startFake();
  const directory = await temporaryDirectory();
  for (const name of ["ada", "eve"]) {
    const accessToken = `ya29.token-of-${name}`;
    fake.allow(accessToken, `${name}@example.com`, ["drive.readonly"]);
    const hash = createHash("sha256").update(name).digest("hex");
    await writeSignIn(join(directory, `${hash}.json`), ["drive.readonly"], {
      access_token: accessToken,
    });
    fake.files.add({ name: `diary of ${name}`, id: `diary-${name}`, owner: `${name}@example.com` });
  }
  const config = { baseUrl: fake.url, credentialsDirectory: directory };
  const [ada, eve] = [await connectAs("ada", config), await connectAs("eve", config)];
  expect((await callTool(ada, "list_recent_files")).text).toContain("diary of ada");
  const hers = await callTool(eve, "list_recent_files");
  expect(hers.text).toContain("diary of eve");
  expect(hers.text).not.toContain("ada");
  const stolen = await callTool(eve, "get_file_metadata", { file_id: "diary-ada" });
  expect(stolen).toMatchObject({ isError: true, text: expect.stringContaining("404") });
  for (const id of ["mallory", "../ada", "ada/../eve", "Ada"]) {
    const { isError, text } = await callTool(await connectAs(id, config), "get_about");
    expect(isError, id).toBe(true);
    expect(text).toContain(`${JSON.stringify(id)} has not signed in.`);
  }
});

it("uses one person's sign-in for no other caller", async () => {
  const { fake, home } = await start();
  const config = { baseUrl: fake.url, credentialsPath: join(home, "credentials.json") };
  const stranger = await callTool(await connectAs("stranger", config), "get_about");
  expect(stranger.text).toContain("is not shared among callers");
  for (const id of ["local", "anonymous"]) {
    expect((await callTool(await connectAs(id, config), "get_about")).isError).toBe(false);
  }
  expect(fake.seen).toHaveLength(2);
});

it("lets a service account sign for itself, renewed when it is refused", async () => {
  const fake = await startFake();
  const oauth = await createFakeOAuth({ clientId: "unused", clientSecret: "unused" });
  onTestFinished(() => oauth.close());
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const email = "robot@project.iam.gserviceaccount.com";
  const issued: string[] = [];
  oauth.trust(email, publicKey);
  oauth.onToken = (token, scope) => {
    issued.push(token);
    fake.allow(token, email, [scope.replace("https://www.googleapis.com/auth/", "")]);
  };
  const path = join(await temporaryDirectory(), "key.json");
  const key = { type: "service_account", client_email: email, token_uri: oauth.tokenUri };
  await writeFile(path, JSON.stringify({ ...key, private_key: privateKey }), { mode: 0o600 });
  const config = { baseUrl: fake.url, credentialsPath: path };
  const client = await connectAs("anybody", config);
  expect((await callTool(client, "get_about")).output.user.emailAddress).toBe(email);
  expect((await callTool(client, "get_about")).isError).toBe(false);
  expect(issued).toHaveLength(1);
  fake.revoke(issued[0] ?? "");
  expect((await callTool(client, "get_about")).isError).toBe(false);
  expect(issued).toHaveLength(2);

  await writeFile(path, JSON.stringify({ ...key, private_key: "-----BEGIN no key" }));
  const broken = await callTool(await connectAs("another", config), "get_about");
  expect(broken.text).toContain("gets no token (its private key cannot be used)");
  expect(broken.text).not.toContain("BEGIN");
});

it("hides the tools a sign-in does not cover, as Google's own description has it", async () => {
  const listed = async (...scopes: string[]) => {
    const { client } = await start({ scopes });
    return (await client.listTools()).map(({ name }) => String(name));
  };
  const readers = await listed("drive.readonly");
  expect(readers).toContain("search");
  expect(readers).not.toContain("create_file");
  const writers = await listed("drive.readonly", "drive.file");
  expect(writers.toSorted()).toEqual(Object.keys(toolScopes).toSorted());
  const metadata = await listed("drive.metadata.readonly");
  expect(metadata).toContain("list_folder");
  expect(metadata).not.toContain("read_file_content");
  const { fake, client } = await start({ scopes: [] });
  // A file that does not say what was granted hides nothing, and nobody is asked.
  expect((await client.listTools()).length).toBe(Object.keys(toolScopes).length);
  expect(fake.seen).toHaveLength(0);
});

it.each(["drive", "drive.readonly", "drive.file", "drive.metadata", "drive.metadata.readonly"])(
  "knows which tools the scope %s opens",
  async (scope) => {
    const policy = { enabled: ["write"], confirm: "never" } as const;
    const { fake, client, call } = await start({ scopes: [scope], policy });
    const listed = (await client.listTools()).map(({ name }) => String(name));
    const file = fake.files.add({ name: "a", content: "x", ownApp: true });
    const folder = fake.files.add({ name: "F", mimeType: types.folder });
    const samples = { file_id: file.id, folder_id: folder.id, name: "n", content: "c" };
    const share = { type: "user", role: "reader", email: "grace@example.com" };
    const opened: string[] = [];
    for (const { wire } of toSurface(server).toolsets.flatMap(({ tools }) => tools)) {
      const names = Object.keys(Object(wire.inputSchema["properties"]));
      const all = Object.entries({ ...samples, ...share });
      const args = Object.fromEntries(all.filter(([name]) => names.includes(name)));
      const { isError, text } = await call(wire.name, args);
      if (!text.includes("insufficientPermissions")) opened.push(wire.name);
      else expect(isError).toBe(true);
    }
    expect(listed.toSorted()).toEqual(opened.toSorted());
  },
);

it("says who must do what where nobody has signed in", async () => {
  const directory = await temporaryDirectory();
  const path = join(directory, "credentials.json");
  const none = await callTool(await connectAs("local", { credentialsPath: path }), "get_about");
  expect(none.text).toContain("Nobody has signed in");
  expect(none.text).toContain("fairlead-server-gdrive auth");
  for (const [content, why] of [
    ["no json, secret-token-1234", "is not JSON"],
    ["{}", "holds no sign-in"],
  ] as const) {
    await writeFile(path, content);
    const { text } = await callTool(
      await connectAs("local", { credentialsPath: path }),
      "get_about",
    );
    expect(text).toContain(why);
    expect(text).not.toContain("secret-token");
  }
  await mkdir(join(directory, "more"));
  const clear = await connectAs("local", {
    credentialsPath: await writeSignIn(join(directory, "more/a.json"), []),
    baseUrl: "http://drive.example",
  });
  expect((await callTool(clear, "get_about")).text).toContain("is not an https address");
});

import { existsSync } from "node:fs";
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConnectedClient } from "@fairlead/runtime/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { callEverything, prepare } from "./support/everything.ts";
import { createOwner, type Owner, start, temporaryDirectory } from "./support/repo.ts";

let top: string;
let inside: string;
let owner: Owner;
let client: ConnectedClient;

beforeEach(async () => {
  top = await temporaryDirectory();
  inside = join(top, "allowed");
  owner = await createOwner(join(inside, "repo"));
  await prepare(owner, inside);
  client = await start([inside], { allowProtocols: ["https", "ssh", "http", "file"] });
});

/** Everything a client hears when it calls every tool, and what goes with it. */
async function hearEverything(): Promise<string> {
  const answers = await callEverything(client, owner.path, inside);
  const place = encodeURIComponent(owner.path);
  const others = [
    client.request("resources/read", { uri: `git://${place}/commit/HEAD` }),
    client.request("resources/read", { uri: `git://${place}/blob/HEAD/a.txt` }),
    client.request("resources/read", { uri: `git://${place}/status` }),
    client.request("prompts/get", {
      name: "changelog",
      arguments: { repo_path: owner.path, from: "HEAD~1" },
    }),
  ];
  const more = (await Promise.allSettled(others)).map((one) => JSON.stringify(one));
  return [
    ...[...answers].map(([name, { text }]) => `${name}: ${text}`),
    ...more,
    ...client.log,
  ].join("\n");
}

describe("credentials", () => {
  it("of remotes appear in no answer, no error and no log", async () => {
    const secret = "tok-8f3kd92ka";
    owner.git("remote", "set-url", "origin", `https://ann:${secret}@localhost:1/x.git`);
    owner.git("remote", "add", "second", "https://p@ss/wd%21x@localhost:1/y.git");
    owner.git("remote", "add", "third", "https://ghp_usertoken1:x-oauth-basic@localhost:1/z.git");
    owner.git("config", "url.https://u:insteadsecret@localhost:1/.insteadOf", "gh:");
    owner.git("config", "credential.https://v:keysecret@localhost/.username", "x");
    owner.git(
      "config",
      "http.https://localhost/.extraHeader",
      "Authorization: Bearer headersecret",
    );
    const quoted = `from https://ann:${secret}@localhost/x, ghp_usertoken1, keysecret, headersecret`;
    await owner.commit(quoted, { "a.txt": `${quoted}\n` });
    owner.git("tag", "-a", "-m", quoted, "v1");
    await owner.write({ "a.txt": `${quoted} again\n` });
    const heard = await hearEverything();
    for (const word of [
      secret,
      "p@ss",
      "ghp_usertoken1",
      "insteadsecret",
      "keysecret",
      "headersecret",
    ]) {
      expect(heard).not.toContain(word);
    }
    expect(heard).toContain("https://***@localhost:1/x.git");
  });

  it("in the name of a key are not in the refusal that names it", async () => {
    owner.git("config", "http.https://u:namesecret@localhost:1/.proxy", "http://evil.example");
    const { isError, text } = await client.callTool("git_fetch", { repo_path: owner.path });
    expect(isError).toBe(true);
    expect(text).toContain("http.https://***@localhost:1/.proxy");
  });

  it("in the URL of a clone are refused unseen", async () => {
    const args = { url: "https://user:secret12@example.org/x", destination: join(inside, "c") };
    const { isError, text } = await client.callTool("git_clone", args);
    expect(isError).toBe(true);
    expect(text).not.toContain("secret12");
  });
});

it("files elsewhere that the config names are not shown", async () => {
  const shadow = join(top, "shadow");
  await writeFile(shadow, "root:$6$secret-hash\n");
  for (const key of [
    "blame.ignoreRevsFile",
    "mailmap.file",
    "core.attributesFile",
    "core.excludesFile",
    "diff.orderFile",
    "commit.template",
  ]) {
    owner.git("config", key, shadow);
  }
  await symlink(shadow, join(owner.path, ".mailmap"));
  expect(await hearEverything()).not.toContain("secret-hash");
  owner.git("config", "include.path", shadow);
  const { isError, text } = await client.callTool("git_status", { repo_path: owner.path });
  expect(isError).toBe(true);
  expect(text).not.toContain("secret-hash");
});

describe("git_clone does not go", () => {
  it.for([
    ["http://169.254.169.254/latest", "private network"],
    ["https://127.0.0.1:8443/x", "private network"],
    ["https://localhost/x", "private network"],
    ["https://[::1]/x", "private network"],
    ["https://[::ffff:10.0.0.1]/x", "private network"],
    ["https://[2002:7f00:1::]/x", "private network"],
    ["https://0x7f000001/x", "private network"],
    ["https://2130706433/x", "private network"],
    ["https://127.1/x", "private network"],
    ["https://%6c%6fcalhost/x", "unusual"],
    ["https://a@b@localhost/x", "credentials"],
    ["https://ⓛocalhost/x", "unusual"],
    ["https://example.org\\@localhost/x", "credentials"],
    ["ssh://localhost/x", "private network"],
    ["git@localhost:x", "private network"],
    ["git://localhost/x", "git are not permitted"],
    ["ext::sh -c id", "not the URL"],
    ["file:///etc", "outside"],
    ["/etc", "outside"],
    ["-oProxyCommand=id", "not the URL"],
    ["ssh://-oProxyCommand=id/x", "unusual"],
  ])("to %s", async ([url = "", reason = ""]) => {
    const args = { url, destination: join(inside, "cloned") };
    const { isError, text } = await client.callTool("git_clone", args);
    expect({ isError, text }).toMatchObject({
      isError: true,
      text: expect.stringContaining(reason),
    });
    expect(existsSync(join(inside, "cloned"))).toBe(false);
  });
});

it.for([{ force: true }, { refspec: "+main" }, { refspec: ":main" }, { refspec: "+main:x" }])(
  "git_push does not force without --allow-force: %o",
  async (args) => {
    const before = owner.git("ls-remote", "origin");
    const { isError, text } = await client.callTool("git_push", { repo_path: owner.path, ...args });
    expect({ isError, text }).toMatchObject({
      isError: true,
      text: expect.stringContaining("--allow-force"),
    });
    expect(owner.git("ls-remote", "origin")).toBe(before);
  },
);

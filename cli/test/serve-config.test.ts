import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyAudit } from "@fairlead/operate/audit";
import { createRedis } from "@fairlead/testing";
import { type IdentityProvider, startIdentityProvider } from "@fairlead/testing/identity";
import {
  Client,
  ClientCredentialsProvider,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { dial } from "./support/clients.ts";
import { type Configured, findPort, serveFile } from "./support/configured.ts";

const directory = realpathSync(mkdtempSync(join(tmpdir(), "fairlead-config-")));
const machine = { clientId: "a-program", clientSecret: "a-secret-of-the-program" };
const token = "the-token-of-the-third";
const scopes = ["mcp:read", "mcp:write", "mcp:destroy", "files.read"];

let identity: IdentityProvider;
let origin: string;
let metrics: string;
let served: Configured;
const at = (name: string) => join(directory, name);

beforeAll(async () => {
  execFileSync("git", ["init", "--quiet", "--initial-branch", "main", at("repo")]);
  mkdirSync(at("files"));
  writeFileSync(at("files/note.txt"), "a note\n");
  identity = await startIdentityProvider({
    scopes,
    clients: [
      {
        ...{ client_id: machine.clientId, client_secret: machine.clientSecret },
        ...{ grant_types: ["client_credentials"], response_types: [], redirect_uris: [] },
      },
    ],
  });
  const [port, other] = [await findPort(), await findPort()];
  origin = `http://127.0.0.1:${port}`;
  metrics = `http://127.0.0.1:${other}/metrics`;
  const digest = createHash("sha256").update(token).digest("hex");
  writeFileSync(at("tokens"), `robot sha256:${digest}\n`, { mode: 0o600 });
  writeFileSync(at("git-policy.yaml"), "rules:\n  - match: {}\n    tools: [git_status]\n");
  writeFileSync(
    at("servers.yaml"),
    `http: 127.0.0.1:${port}
publicUrl: ${origin}
metrics: ${other}
auditFile: audit.jsonl
meterFile: meter.jsonl
logLevel: debug
servers:
  - server: git
    repository: [repo]
    policyFile: git-policy.yaml
    oauthIssuer: [${identity.issuer}]
  - server: filesystem
    name: files
    path: /of/files
    directories: [files]
    readOnly: true
    oauthIssuer: [${identity.issuer}]
    oauthScopes: [read=files.read]
  - server: "@fairlead/server-filesystem"
    name: third
    directories: [files]
    tokenFile: tokens
`,
  );
  served = await serveFile("servers.yaml", { cwd: directory });
});

afterAll(async () => {
  await served?.close();
  await identity?.close();
  rmSync(directory, { recursive: true });
});

const urls = {
  git: () => `${origin}/git/mcp`,
  files: () => `${origin}/of/files`,
  third: () => `${origin}/third/mcp`,
} as const;

/** The official client v2, which signs in as a program at whatever the metadata of the server names. */
async function signIn(url: string, scope: string): Promise<Client> {
  const client = new Client({ name: "fairlead-tests", version: "1.0.0" });
  const secrets = { ...machine, expectedIssuer: identity.issuer, scope };
  const authProvider = new ClientCredentialsProvider(secrets);
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider }));
  onTestFinished(() => client.close());
  return client;
}

async function getToken(resource: string, scope: string): Promise<string> {
  const secret = btoa(`${machine.clientId}:${machine.clientSecret}`);
  const response = await fetch(new URL("/token", identity.issuer), {
    ...{ method: "POST", headers: { authorization: `Basic ${secret}` } },
    body: new URLSearchParams({ grant_type: "client_credentials", scope, resource }),
  });
  const { access_token: given }: { access_token: string } = JSON.parse(await response.text());
  return given;
}

function post(url: string, headers: Record<string, string> = {}, method = "tools/list") {
  return fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: {} }),
  });
}

const bearer = (value: string) => ({ authorization: `Bearer ${value}` });

describe("each server by itself", () => {
  test("lists and permits what its own policy does, to the official client", async () => {
    const git = await signIn(urls.git(), "mcp:read");
    const { tools } = await git.listTools();
    expect(tools.map(({ name }) => name)).toEqual(["git_status"]);
    const status = { name: "git_status", arguments: { repo_path: at("repo") } };
    expect(await git.callTool(status)).not.toHaveProperty("isError", true);

    const files = await signIn(urls.files(), "files.read");
    const listed = (await files.listTools()).tools.map(({ name }) => name);
    expect(listed).toContain("read_text_file");
    expect(listed).not.toContain("write_file");
    const read = { name: "read_text_file", arguments: { path: at("files/note.txt") } };
    expect(await files.callTool(read)).toMatchObject({ content: [{ text: "a note\n" }] });
  });

  test("has its own metadata, after its own path, with its own scope", async () => {
    const wellKnown = "/.well-known/oauth-protected-resource";
    for (const [path, scope] of [
      ["/git/mcp", "mcp:read"],
      ["/of/files", "files.read"],
    ] as const) {
      const { status, headers } = await post(`${origin}${path}`);
      expect(status).toBe(401);
      expect(headers.get("www-authenticate")).toBe(
        `Bearer scope="${scope}", resource_metadata="${origin}${wellKnown}${path}"`,
      );
      const metadata = await (await fetch(`${origin}${wellKnown}${path}`)).json();
      expect(metadata).toMatchObject({
        ...{ resource: `${origin}${path}`, scopes_supported: [scope] },
        authorization_servers: [identity.issuer],
      });
    }
    // Nothing that holds for one of them stands at the root.
    expect((await fetch(`${origin}${wellKnown}`)).status).toBe(404);
    // All have the same issuer, which clients of 2025-03-26 look for there.
    const issuer = await fetch(`${origin}/.well-known/oauth-authorization-server`, {
      redirect: "manual",
    });
    expect(issuer.headers.get("location")).toContain(identity.issuer);
  });

  test("A4: refuses a token of a sibling, of the file or of the issuer", async () => {
    const own = await getToken(urls.git(), "mcp:read");
    expect((await post(urls.git(), bearer(own))).status).toBe(200);
    for (const url of [urls.files(), urls.third()]) {
      expect((await post(url, bearer(own))).status).toBe(401);
    }
    const sibling = await getToken(urls.files(), "files.read mcp:read");
    expect((await post(urls.files(), bearer(sibling))).status).toBe(200);
    const refused = await post(urls.git(), bearer(sibling));
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toContain('error="invalid_token"');
    expect((await post(urls.third(), bearer(token))).status).toBe(200);
    for (const url of [urls.git(), urls.files()]) {
      expect((await post(url, bearer(token))).status).toBe(401);
    }
  });

  test("reads its policy again when it changes, and no other does", async () => {
    const own = bearer(await getToken(urls.git(), "mcp:read"));
    const count = async () => {
      const { result } = JSON.parse(await (await post(urls.git(), own)).text());
      return result.tools.length;
    };
    expect(await count()).toBe(1);
    writeFileSync(
      at("git-policy.yaml"),
      "rules:\n  - match: {}\n    tools: [git_status, git_log]\n",
    );
    served.signal("SIGHUP");
    await expect.poll(count).toBe(2);
    expect(served.stderr()).toMatch(/ info git: --policy-file git-policy\.yaml: read again\./);
    expect(served.stderr()).not.toMatch(/(?:files|third): --policy-file/);
  });

  test("does not lend its session to a sibling", async () => {
    const own = bearer(await getToken(urls.git(), "mcp:read"));
    const initialize = await fetch(urls.git(), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...own,
      },
      body: JSON.stringify({
        ...{ jsonrpc: "2.0", id: 1, method: "initialize" },
        params: {
          ...{ protocolVersion: "2025-11-25", capabilities: {} },
          clientInfo: { name: "fairlead-tests", version: "1.0.0" },
        },
      }),
    });
    const id = initialize.headers.get("mcp-session-id") ?? "";
    expect(id).not.toBe("");
    const session = { "mcp-session-id": id };
    expect((await post(urls.git(), { ...own, ...session })).status).toBe(200);
    const third = await post(urls.third(), { ...bearer(token), ...session });
    expect(third.status).toBe(404);
  });
});

describe("all of them together", () => {
  test("are ready by one address, which lists them", async () => {
    const ready = await fetch(`${origin}/readyz`);
    expect([ready.status, (await ready.text()).trim()]).toEqual([
      200,
      "ready\n/git/mcp ready\n/of/files ready\n/third/mcp ready",
    ]);
  });

  test("are counted on one page, by the label server", async () => {
    await post(urls.third(), bearer(token));
    const text = await (await fetch(metrics)).text();
    expect(text).toContain('target_info{service_name="fairlead"');
    for (const name of ["git", "third"]) {
      expect(text).toMatch(
        new RegExp(
          `^mcp_server_operation_duration_seconds_count\\{server="${name}",.*\\} \\d+$`,
          "m",
        ),
      );
      expect(text).toContain(`fairlead_requests_in_flight{server="${name}"} 0`);
    }
    expect(text.match(/^# TYPE fairlead_requests_in_flight /gm)).toHaveLength(1);
  });

  test("write one audit log, whole, in which each line names its server", async () => {
    const own = bearer(await getToken(urls.git(), "mcp:read"));
    const call = (url: string, headers: Record<string, string>, name: string, args: object) =>
      fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          ...headers,
        },
        body: JSON.stringify({
          ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
          params: { name, arguments: args },
        }),
      }).then((response) => response.text());
    await call(urls.git(), own, "git_status", { repo_path: at("repo") });
    const list = { path: at("files") };
    await call(urls.third(), bearer(token), "list_directory", list);
    const read = () =>
      readFileSync(at("audit.jsonl"), "utf8")
        .trimEnd()
        .split("\n")
        .map((line): { kind: string; server: { name: string }; tool?: string } => JSON.parse(line));
    const has = (name: string, tool: string) =>
      read().some((line) => line.server?.name === name && line.tool === tool);
    await expect.poll(() => has("git", "git_status")).toBe(true);
    await expect.poll(() => has("third", "list_directory")).toBe(true);
    expect(read()[0]).toMatchObject({ kind: "open", server: { name: "fairlead" } });
    expect(await verifyAudit([at("audit.jsonl")])).toMatchObject({ broken: undefined });
    // What HTTP refuses of a known caller stands there under the name of the server as well.
    const wrong = await fetch(urls.third(), {
      ...{ method: "POST", body: "{" },
      headers: { "content-type": "application/json", ...bearer(token) },
    });
    expect(wrong.status).toBe(400);
    const denied = () => read().filter(({ kind }) => kind === "denied");
    await expect
      .poll(denied)
      .toContainEqual(
        expect.objectContaining({ server: expect.objectContaining({ name: "third" }) }),
      );
    const metered = () => readFileSync(at("meter.jsonl"), "utf8");
    await expect.poll(metered).toMatch(/"tool":"list_directory".*"server":"third"/);
    await expect.poll(metered).toMatch(/"tool":"git_status".*"server":"git"/);
  });
});

/** Serves two servers of files, with more on the top of the file and in the entry of the first. */
async function serveTwo(more = "", env: Readonly<Record<string, string>> = {}, first = "") {
  const port = await findPort();
  const file = at(`two-${port}.yaml`);
  mkdirSync(at(`gone-${port}`), { recursive: true });
  writeFileSync(
    file,
    `http: ${port}\n${more}servers:
  - { server: filesystem, name: first, directories: [files]${first} }
  - { server: filesystem, name: second, directories: [gone-${port}] }
`,
  );
  const two = await serveFile(file, { cwd: directory, env });
  onTestFinished(async () => void (await two.close()));
  return { ...two, url: `http://127.0.0.1:${port}`, gone: at(`gone-${port}`) };
}

test("is ready as long as one server is, and says which is not", async () => {
  const { url, gone, stderr } = await serveTwo();
  rmSync(gone, { recursive: true });
  const ready = await fetch(`${url}/readyz`);
  expect([ready.status, (await ready.text()).trim()]).toEqual([
    200,
    "ready\n/first/mcp ready\n/second/mcp backend",
  ]);
  await expect.poll(stderr).toMatch(/ error second: \/readyz: 503 backend/);
});

test("ends all servers by one drain: what runs is answered, and nothing new is ready", async () => {
  const { url, close } = await serveTwo();
  await fetch(`${url}/readyz`);
  // A request that is on its way while the process leaves, on a connection that it keeps open.
  const socket = await dial(url);
  const body = JSON.stringify({ jsonrpc: "2.0", id: 7, method: "tools/list", params: {} });
  socket.write(
    `POST /second/mcp HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  const ended = close();
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(503);
  const answered = once(socket, "data");
  socket.write(body);
  expect(String((await answered)[0])).toMatch(/^HTTP\/1\.1 200 [\s\S]*connection: close/i);
  socket.destroy();
  expect(await ended).toBe(0);
});

test("slows down the callers of one server, and nobody at the other", async () => {
  writeFileSync(
    at("slow.yaml"),
    "rules:\n  - match: {}\n    requests: { perSecond: 0.001, burst: 1 }\n",
  );
  const { url } = await serveTwo("", {}, ", policyFile: slow.yaml");
  const statuses = async (name: string) => {
    const first = await post(`${url}/${name}/mcp`);
    return [first.status, (await post(`${url}/${name}/mcp`)).status];
  };
  expect(await statuses("first")).toEqual([200, 429]);
  expect(await statuses("second")).toEqual([200, 200]);
});

test("does not begin where a part cannot be had, says it once, and leaves nothing open", async () => {
  const more = "auditFile: begun.jsonl\nredisUrl: { env: THE_REDIS }\n";
  const gone = `redis://me:${token}@127.0.0.1:${await findPort()}`;
  const error = await serveTwo(more, { THE_REDIS: gone }).catch(String);
  expect(error).toMatch(/two-\d+\.yaml:3: redisUrl \(FAIRLEAD_REDIS_URL\): Redis cannot be used/);
  expect(String(error).match(/Redis cannot be used/g)).toHaveLength(1);
  expect(error).not.toContain(token);
  const lines = readFileSync(at("begun.jsonl"), "utf8").trimEnd().split("\n");
  expect(lines.map((line): unknown => JSON.parse(line).kind)).toEqual(["open", "close"]);
});

test("shares one Redis, in which each server has its own part", async () => {
  const redis = await createRedis();
  if (redis === undefined) {
    expect(process.env["FAIRLEAD_REQUIRE"], "no Redis on this machine").not.toBe("all");
    return console.warn("No Redis on this machine: nothing was tested.");
  }
  onTestFinished(() => redis.close());
  const policy = at("limits.yaml");
  writeFileSync(
    policy,
    "costs: { write: 1, destroy: 1 }\nrules:\n  - match: {}\n    limits:\n      - { per: [principal], day: 1 }\n",
  );
  const more = `redisUrl: { env: THE_REDIS }\nstateKeys: { file: keys }\npolicyFile: ${policy}\n`;
  writeFileSync(at("keys"), "0123456789abcdef0123456789abcdef");
  const first = await serveTwo(more, { THE_REDIS: redis.url });
  const call = async (url: string) => {
    const params = { name: "list_allowed_directories", arguments: {} };
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
    });
    return JSON.parse(await response.text()).result.isError === true;
  };
  expect(await call(`${first.url}/first/mcp`)).toBe(false);
  expect(await call(`${first.url}/first/mcp`)).toBe(true);
  // What one server has used up is not counted against the other, but against its own replicas.
  expect(await call(`${first.url}/second/mcp`)).toBe(false);
  const replica = await serveTwo(more, { THE_REDIS: redis.url });
  expect(await call(`${replica.url}/first/mcp`)).toBe(true);
});

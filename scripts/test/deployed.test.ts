// Starts the built servers with the settings that the overlays of docker/kubernetes give to their pods.
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { env, platform } from "node:process";
import { test } from "vitest";
import { root } from "../lib/packages.ts";
import { Cluster, overlays } from "./support/cluster.ts";
import { workplace } from "./support/programs.ts";

const mounted = "/etc/fairlead/secrets";
const written = "/var/log/fairlead";
const host = "mcp.example.com";

// Windows has no signals and lets few people make links.
test.skipIf(platform === "win32").for(overlays)(
  "the settings of %s start a server that takes changed tokens and leaves in order",
  { timeout: 30_000, concurrent: true },
  async (name, { expect, onTestFinished }) => {
    const cluster = new Cluster(name);
    const { container } = cluster.pod();
    const options = cluster.settings();
    const secrets = join(workplace, `secrets-${name}`);
    const logs = join(workplace, `logs-${name}`);
    mkdirSync(logs);
    writeSecret(secrets, { tokens: toLine("first"), "github-token": "ghp_none" });
    const given = Object.entries(options).map(([variable, value]) => {
      const paths = { [mounted]: secrets, [written]: logs, "/etc/fairlead/policy": cluster.path };
      const own = Object.entries(paths).reduce((text, [from, to]) => text.replace(from, to), value);
      return [variable, own] as const;
    });
    // A server does not start without its Redis.
    const needed = (container.env ?? []).filter((entry) => entry.name !== "FAIRLEAD_REDIS_URL");
    const fromSecret = needed.map((entry) => [entry.name, toSample(entry.name)]);
    const child = spawn(process.execPath, [join(root, `servers/${name}/dist/main.cjs`)], {
      env: {
        PATH: env["PATH"],
        ...Object.fromEntries([...given, ...fromSecret]),
        FAIRLEAD_HTTP: "127.0.0.1:0",
        FAIRLEAD_METRICS: "127.0.0.1:0",
      },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = once(child, "close");
    onTestFinished(() => void child.kill("SIGKILL"));
    const address = await findAddress(child);

    expect((await fetch(`${address}/livez`)).status).toBe(200);
    // There is no database behind it here.
    expect((await fetch(`${address}/readyz`)).status).toBe(name === "postgres" ? 503 : 200);
    const metadata = await fetch(`${address}/.well-known/oauth-protected-resource/mcp`);
    expect(await metadata.json()).toMatchObject({
      resource: options["FAIRLEAD_OAUTH_RESOURCE"],
      authorization_servers: [options["FAIRLEAD_OAUTH_ISSUER"]],
    });
    expect(await ask(address, "none")).toBe(401);
    expect(await ask(address, "first")).toBe(200);

    writeSecret(secrets, { tokens: toLine("second"), "github-token": "ghp_none" });
    await expect.poll(() => ask(address, "second"), { timeout: 10_000 }).toBe(200);
    expect(await ask(address, "first")).toBe(401);

    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  },
);

/**
 * Writes files as the kubelet does: into a new folder, to which the link `..data` is then set in one step.
 * What a pod opens is a link through that link.
 */
function writeSecret(folder: string, files: Readonly<Record<string, string>>): void {
  const version = `..${createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 8)}`;
  mkdirSync(join(folder, version), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, version, name), text, { mode: 0o440 });
  }
  symlinkSync(version, join(folder, "..data_tmp"));
  renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
  for (const name of Object.keys(files)) {
    try {
      symlinkSync(join("..data", name), join(folder, name));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
}

function toLine(token: string): string {
  return `alice sha256:${createHash("sha256").update(token).digest("hex")}\n`;
}

function toSample(variable: string): string {
  if (variable === "FAIRLEAD_STATE_KEYS") return "0123456789abcdef0123456789abcdef";
  return "postgres://127.0.0.1:1/none";
}

async function findAddress(child: ChildProcess): Promise<string> {
  let log = "";
  child.stderr?.setEncoding("utf8");
  for await (const text of child.stderr ?? []) {
    log += String(text);
    const [, address] = / listening on (http:\/\/[\d.:]+)/.exec(log) ?? [];
    // Whatever it still says must not fill the pipe.
    if (address !== undefined) return address;
  }
  throw new Error(`It did not start: ${log}`);
}

/** The status of a request for the list of tools, sent as a gateway sends it. */
async function ask(address: string, token: string): Promise<number> {
  const sent = request(`${address}/mcp`, {
    method: "POST",
    headers: {
      host,
      authorization: `Bearer ${token}`,
      accept: "application/json, text/event-stream",
      "content-type": "application/json",
    },
  });
  sent.end(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} }));
  const [response] = await once(sent, "response");
  response.resume();
  return response.statusCode;
}

import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, onTestFinished, test } from "vitest";
import { graceMs } from "../../packages/runtime/src/process.ts";
import {
  checkConfig,
  config,
  findNginx,
  Nginx,
  toConfig,
} from "../../packages/testing/src/nginx/nginx.ts";
import { root } from "../lib/packages.ts";
import { readYaml } from "./support/kustomize.ts";
import { findOptions, listUnknown } from "./support/options.ts";
import { findServer } from "./support/programs.ts";

const source = readFileSync(join(root, "docker/compose.yaml"), "utf8");
/** What the tests here look at; the schema holds the rest. */
interface Service {
  readonly image?: string;
  readonly build?: { readonly args: { readonly SERVER: string } };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly deploy?: { readonly replicas: number };
  readonly [key: string]: unknown;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, unknown>>;
}

function readCompose(path: string): Compose {
  return JSON.parse(JSON.stringify(readYaml(join(root, path))));
}

const compose = readCompose("docker/compose.yaml");
const { services } = compose;

/** What is wrong with a file by the Compose Specification; empty if nothing is. */
function judge(file: unknown): string {
  const ajv = new Ajv({ strict: false, validateFormats: false, validateSchema: false });
  // dclint carries the schema of the specification.
  const path = join(root, "node_modules/dclint/schemas/compose.schema.json");
  const { $schema, $id, ...schema } = JSON.parse(readFileSync(path, "utf8"));
  const validate = ajv.compile(schema);
  return validate(file) ? "" : JSON.stringify(validate.errors);
}

test("the file is one by the Compose Specification", () => {
  expect(judge(compose)).toBe("");
  const misspelt = JSON.parse(JSON.stringify(compose).replaceAll('"read_only"', '"readonly"'));
  expect(judge(misspelt)).toContain("readonly");
});

describe("the services", () => {
  const all = Object.entries(services);
  const { mcp, nginx } = services;

  test("are of a version, limited, healthy and without rights", () => {
    expect(Object.keys(services).sort()).toEqual(["mcp", "nginx", "postgres", "redis"]);
    for (const [name, service] of all) {
      if (service.build === undefined) expect(service.image, name).toMatch(/^[\w/-]+:\d[\w.-]+$/);
      expect(service.mem_limit, name).toMatch(/^\d+[mg]$/);
      expect(service.security_opt, name).toEqual(["no-new-privileges:true"]);
      // The entrypoint of Postgres changes the owner of its files before it gives up its rights.
      if (name === "postgres") continue;
      expect([service.read_only, service.cap_drop], name).toEqual([true, ["ALL"]]);
    }
  });

  test("are three replicas of a server of ours, with real options", () => {
    expect(mcp?.deploy?.replicas).toBe(3);
    expect(mcp?.build).toMatchObject({ context: "..", dockerfile: "docker/Dockerfile" });
    const name = mcp?.build?.args.SERVER ?? "";
    expect(findServer(name)?.surface.package.command).toBe(mcp?.image);
    const variables = Object.keys(mcp?.environment ?? {});
    expect(variables.length).toBeGreaterThan(5);
    expect(listUnknown(findOptions(name), variables)).toEqual([]);
    const [, seconds] = /^(\d+)s$/.exec(`${mcp?.stop_grace_period}`) ?? [];
    // The process is gone a second after its grace period.
    expect(Number(seconds) * 1_000).toBeGreaterThan(graceMs + 1_000);
  });

  test("can be reached from this machine alone, and the backends not even so", () => {
    expect(all.filter(([, service]) => service.ports).map(([name]) => name)).toEqual(["nginx"]);
    expect(nginx?.ports).toEqual(["127.0.0.1:${MCP_PORT:-8080}:8080"]);
    expect(nginx?.networks).toEqual(["front"]);
    for (const name of ["postgres", "redis"]) {
      const networks = services[name]?.networks ?? [];
      expect(networks).toHaveLength(1);
      for (const network of networks) {
        expect(compose.networks[network]).toEqual({ internal: true });
      }
    }
  });

  test("have no secret in them: each is asked for by name", () => {
    const settings = all.flatMap(([, { environment = {} }]) => Object.entries(environment));
    const words = all.flatMap(([, { command = [] }]) => command);
    const values = [
      ...settings.filter(([name]) => /PASSWORD|KEYS|AUTH/.test(name)).map(([, value]) => value),
      words[words.indexOf("--requirepass") + 1],
    ];
    expect(values.length).toBeGreaterThan(4);
    for (const value of values) expect(value).toMatch(/^\$\{[A-Z_]+:\?.*\}$/);
    expect(source).not.toMatch(/:\/\/[^$\s:]*:[^$\s/]+@/);
  });

  test("mount files that are there", () => {
    const mounts = all.flatMap(([, { volumes = [] }]) => volumes);
    const files = mounts.filter((mount) => mount.startsWith("./"));
    expect(files).toHaveLength(2);
    for (const mount of files) {
      expect(existsSync(join(root, "docker", mount.split(":")[0] ?? "")), mount).toBe(true);
    }
  });
});

describe("the identity provider", () => {
  const added = readCompose("docker/compose/identity.yaml");
  const { identity, mcp } = added.services;

  test("is a service by the Compose Specification, limited and without rights", () => {
    expect(judge(added)).toBe("");
    expect(Object.keys(added.services).sort()).toEqual(["identity", "mcp"]);
    expect(identity).toMatchObject({
      mem_limit: expect.stringMatching(/^\d+m$/),
      ...{ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] },
      ports: ["127.0.0.1:${IDENTITY_PORT:-8081}:8081"],
    });
    for (const name of ["NAME", "PASSWORD"]) {
      expect(identity?.environment?.[name]).toMatch(/^\$\{IDENTITY_[A-Z]+:\?.*\}$/);
    }
  });

  test("is known to the replicas by real options", () => {
    const ours = Object.keys(mcp?.environment ?? {}).filter((key) => key.startsWith("FAIRLEAD_"));
    expect(ours).toHaveLength(3);
    expect(listUnknown(findOptions("postgres"), ours)).toEqual([]);
  });

  test("is of the version that the tests have", () => {
    const dockerfile = readFileSync(join(root, "packages/testing/src/identity/Dockerfile"), "utf8");
    const [, version] =
      /^ {2}oidc-provider: (\S+)$/m.exec(readFileSync(join(root, "pnpm-workspace.yaml"), "utf8")) ??
      [];
    expect(dockerfile).toContain(`oidc-provider@${version}\n`);
  });
});

describe("nginx", () => {
  const equipped = findNginx();

  test("takes requests as large as the server takes, at the port and the service of the file", () => {
    const limit = findOptions("postgres").find(({ key }) => key === "maxMessageMb")?.default;
    expect(config).toContain(`client_max_body_size ${limit}m;`);
    expect(config).toContain("set $replicas mcp;");
    expect(services["mcp"]?.environment).toMatchObject({ FAIRLEAD_HTTP: "0.0.0.0:3000" });
    expect(config).toContain("proxy_pass http://$replicas:3000;");
  });

  test.skipIf(!equipped)("accepts its config, and would refuse a broken one", () => {
    expect(checkConfig(config)).toBe("");
    expect(checkConfig(toConfig({ "proxy_buffering off": "proxy_bufering off" }))).toContain(
      "proxy_bufering",
    );
  });

  test.skipIf(!equipped)(
    "shares requests among the replicas, and leaves out one that is down",
    async () => {
      const seen = new Map<string, number>();
      const port = await listen(["127.0.0.2", "127.0.0.3"], (request, response) => {
        const { localAddress = "" } = request.socket;
        seen.set(localAddress, (seen.get(localAddress) ?? 0) + 1);
        response.end(request.headers.host);
      });
      // Nobody listens at the third.
      await using nginx = await Nginx.start(["127.0.0.2", "127.0.0.3", "127.0.0.4"], port);
      for (let count = 0; count < 60; count++) {
        const response = await fetch(`${nginx.address}/mcp`, { method: "POST", body: "{}" });
        expect([response.status, await response.text()]).toEqual([
          200,
          new URL(nginx.address).host,
        ]);
      }
      expect([...seen.keys()].sort()).toEqual(["127.0.0.2", "127.0.0.3"]);
      for (const path of ["/livez", "/readyz", "/metrics", "/mcpx", "/"]) {
        expect((await fetch(nginx.address + path)).status, path).toBe(404);
      }
      for (const path of ["/mcp/server-card", "/.well-known/ai-catalog.json"]) {
        expect((await fetch(nginx.address + path)).status, path).toBe(200);
      }
    },
  );

  test.skipIf(!equipped)("does not repeat a call that was sent", async () => {
    let calls = 0;
    const port = await listen(["127.0.0.2", "127.0.0.3"], (request) => {
      calls += 1;
      request.socket.destroy();
    });
    await using nginx = await Nginx.start(["127.0.0.2", "127.0.0.3"], port);
    const response = await fetch(`${nginx.address}/mcp`, { method: "POST", body: "{}" });
    expect([response.status, calls]).toEqual([502, 1]);
  });

  test.skipIf(!equipped)("does not repeat a call that is not answered in time", async () => {
    let calls = 0;
    const port = await listen(["127.0.0.2", "127.0.0.3"], () => {
      calls += 1;
    });
    const impatient = { "proxy_read_timeout 1h": "proxy_read_timeout 300ms" };
    await using nginx = await Nginx.start(["127.0.0.2", "127.0.0.3"], port, (text) =>
      toConfig(impatient, text),
    );
    const response = await fetch(`${nginx.address}/mcp`, { method: "POST", body: "{}" });
    expect([response.status, calls]).toEqual([504, 1]);
  });

  test.skipIf(!equipped)("passes an event on while the stream is still open", async () => {
    const port = await listen(["127.0.0.2"], (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
    });
    await using nginx = await Nginx.start(["127.0.0.2"], port);
    const response = await fetch(`${nginx.address}/mcp`, { method: "POST", body: "{}" });
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("data: 1\n\n");
    await reader?.cancel();
  });
});

/** Serves HTTP at the same port of several addresses of this machine. */
async function listen(hosts: readonly string[], answer: RequestListener): Promise<number> {
  const servers: Server[] = [];
  onTestFinished(() => {
    for (const server of servers) server.closeAllConnections();
    for (const server of servers) server.close();
  });
  let port = 0;
  for (const host of hosts) {
    const server = createServer(answer).listen(port, host);
    servers.push(server);
    await once(server, "listening");
    const address = server.address();
    if (typeof address === "object" && address !== null) port = address.port;
  }
  return port;
}

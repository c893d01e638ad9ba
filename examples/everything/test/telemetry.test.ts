import { type ChildProcess, spawn as spawnProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, get } from "node:http";
import { fileURLToPath } from "node:url";
import { spawn } from "@fairlead/runtime/testing";
import { run } from "@fairlead/testing";
import { expect, onTestFinished, test } from "vitest";
import { bin } from "./bin.ts";

const folder = fileURLToPath(new URL("..", import.meta.url));
const page = readFileSync(new URL("../../../docs/telemetry.md", import.meta.url), "utf8");
const slowly = { timeout: 30_000 };

/** What the server says in its log of where it listens. */
const addresses = /listening on (?<mcp>http:\S+)/;
const metricsAddress = /Metrics are at (?<metrics>http:\S+)\./;

interface Running {
  readonly child: ChildProcess;
  stderr(): string;
  find(form: RegExp): Promise<string>;
  end(): Promise<unknown>;
}

/** Starts a command that logs where it listens. */
function start(command: string, args: readonly string[], env = {}): Running {
  const child = spawnProcess(command, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  const exited = once(child, "exit");
  const end = async () => {
    child.kill("SIGTERM");
    const [code] = await exited;
    return code;
  };
  onTestFinished(async () => void (await end()));
  const find = async (form: RegExp) => {
    await expect.poll(() => text, slowly).toMatch(form);
    return Object.values(form.exec(text)?.groups ?? {})[0] ?? "";
  };
  return { child, stderr: () => text, find, end };
}

async function call(url: string, name: string, { meta = {}, headers = {}, args = {} } = {}) {
  const params = { name, arguments: args, _meta: meta };
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: "seven", method: "tools/call", params }),
  });
  expect(response.status).toBe(200);
  await response.text();
}

/** The status for a page that has made its name ours (DNS rebinding); fetch would not send its Host. */
async function statusAs(host: string, url: string): Promise<number | undefined> {
  const request = get(url, { headers: { host }, agent: false });
  const [response] = await once(request, "response");
  response.resume();
  return response.statusCode;
}

test("metrics have a port of their own", async () => {
  const server = start(process.execPath, [bin, "--http", "0", "--metrics", "127.0.0.1:0"]);
  const mcp = await server.find(addresses);
  const metrics = await server.find(metricsAddress);
  await call(mcp, "test_simple_text");
  await call(mcp, "test_error_handling");
  await call(mcp, "made_up_by_a_client");
  await fetch(new URL("/nowhere", mcp));
  const response = await fetch(metrics);
  const text = await response.text();
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(text).toMatch(/_count\{.*tool_name="test_simple_text",.*transport="tcp"\} 1\n/);
  expect(text).toMatch(/_count\{.*tool_name="test_error_handling",error_type="tool_error".*\} 1\n/);
  expect(text).toMatch(/_count\{.*tool_name="_OTHER",error_type="-32602".*\} 1\n/);
  expect(text).toMatch(/^fairlead_http_refused_total\{.*"404"\} 1$/m);
  expect(text).not.toContain("made_up");

  expect((await fetch(new URL("/metrics", mcp))).status).toBe(404);
  expect((await fetch(new URL("/mcp", metrics), { method: "POST" })).status).toBe(404);
  expect((await fetch(metrics, { headers: { origin: "https://evil.example" } })).status).toBe(403);
  expect(await statusAs("evil.example", metrics)).toBe(403);
  expect(await server.end()).toBe(0);
});

test("metrics are served over stdio too, and do not keep the process", async () => {
  const client = await spawn(bin, { args: ["--metrics", "0", "--otel"] });
  onTestFinished(() => client.close());
  await client.callTool("test_simple_text");
  await expect.poll(client.stderr, slowly).toMatch(metricsAddress);
  const metrics = metricsAddress.exec(client.stderr())?.groups?.["metrics"] ?? "";
  const text = await (await fetch(metrics)).text();
  expect(text).toMatch(/_count\{.*tool_name="test_simple_text",.*transport="pipe"\} 1\n/);
  expect(text).toContain("\nfairlead_sessions 1\n");
  await client.close();
  expect(await client.exited).toBe(0);
});

const listsModules = `import Module from "node:module";
process.on("exit", () => process.stderr.write(Object.keys(Module._cache).join("\\n")));`;

test.for([
  [[], false, false],
  [["--metrics", "0"], true, false],
  [["--otel"], true, true],
] as const)("with the options %j code is loaded: %j, and of OpenTelemetry: %j", async (given) => {
  const [args, isAny, isOtel] = given;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(listsModules)}` };
  const client = await spawn(bin, { args: [...args], env });
  onTestFinished(() => client.close());
  await client.callTool("test_simple_text");
  await client.close();
  await client.exited;
  expect(client.stderr()).toContain("main.cjs");
  expect(/\/(?:telemetry|open-operations)-/.test(client.stderr())).toBe(isAny);
  expect(client.stderr().includes("/open-telemetry-")).toBe(isOtel);
});

test.for([
  [["--metrics", "here"], "--metrics must be [host:]port"],
  [["--http", "41999", "--metrics", "127.0.0.1:41999"], "--metrics needs a port of its own"],
  [["--metrics", "203.0.113.7:9464"], "--metrics 203.0.113.7:9464: it cannot listen there"],
] as const)("%j is refused", async ([args, problem]) => {
  const { code, stderr } = await run(bin, [...args]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(problem)]);
});

test("the scrape config of telemetry.md names the port of its command", () => {
  const [, port = "?"] = /--metrics (\d+) \/path/.exec(page) ?? [];
  expect(page).toContain(`      - targets: ["127.0.0.1:${port}"]`);
});

/** Takes OTLP as JSON over HTTP, and keeps it. */
async function createCollector() {
  const seen: { readonly path: string; readonly text: string }[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    request.on("end", () => {
      seen.push({ path: request.url ?? "", text });
      response.setHeader("content-type", "application/json").end("{}");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const all = (path: string) => seen.filter((one) => one.path === path).map(({ text }) => text);
  return {
    port,
    spans: () =>
      all("/v1/traces")
        .map((text): Traces => JSON.parse(text))
        .flatMap(({ resourceSpans }) => resourceSpans)
        .flatMap(({ scopeSpans }) => scopeSpans)
        .flatMap(({ spans }) => spans),
    counters: () =>
      all("/v1/metrics")
        .slice(-1)
        .map((text): Sums => JSON.parse(text))
        .flatMap(({ resourceMetrics }) => resourceMetrics)
        .flatMap(({ scopeMetrics }) => scopeMetrics)
        .flatMap(({ metrics }) => metrics)
        .flatMap(({ name, sum }) => (sum?.dataPoints ?? []).map((point) => toCounter(name, point))),
    metrics: () => all("/v1/metrics").join("\n"),
    text: () => seen.map(({ text }) => text).join("\n"),
  };
}

interface Point {
  readonly asDouble?: number;
  readonly asInt?: number | string;
  readonly attributes: readonly {
    readonly key: string;
    readonly value: { readonly stringValue?: string; readonly intValue?: number };
  }[];
}

interface Sums {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly {
      readonly metrics: readonly {
        readonly name: string;
        readonly sum?: { readonly dataPoints: readonly Point[] };
      }[];
    }[];
  }[];
}

function toCounter(name: string, { asDouble, asInt, attributes }: Point) {
  const values = attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]);
  return [name, Number(asDouble ?? asInt), Object.fromEntries(values)];
}

interface Traces {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: Span[] }[] }[];
}

interface Span {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code: number; readonly message?: string };
  readonly attributes: readonly {
    readonly key: string;
    readonly value: { readonly stringValue?: string };
  }[];
}

const toAttributes = ({ attributes }: Span) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));

test("the start line of telemetry.md reports spans and durations, with parents and links", async () => {
  expect(page).toContain(`\`\`\`js\n${readFileSync(`${folder}/otel.mjs`, "utf8")}\`\`\``);
  const [line = ""] = /^OTEL_SERVICE_NAME=(?:.*\\\n)*.*/m.exec(page) ?? [];
  const collector = await createCollector();
  const command = line
    .replace(":4318", `:${collector.port}`)
    .replace("node --import", `exec "${process.execPath}" --import`)
    .replace("node_modules/.bin/fairlead-server-git", `"${bin}"`)
    .replace("--http 3000", "--http 0")
    .replace("/path/to/directory", "--log-level debug");
  const server = start("sh", ["-c", command], {
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_LOGS_EXPORTER: "none",
  });
  const mcp = await server.find(addresses);
  const inMeta = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };
  const inHttp = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
  const toParent = ({ traceId, spanId }: typeof inMeta) => ({
    traceparent: `00-${traceId}-${spanId}-01`,
  });
  await call(mcp, "test_simple_text", { meta: toParent(inMeta), headers: toParent(inHttp) });
  await call(mcp, "test_simple_text", { headers: toParent(inHttp) });
  await call(mcp, "test_error_handling", { meta: { traceparent: "00-not-a-parent-01" } });
  await call(mcp, "made_up_by_a_client");
  await call(mcp, "fail_with_secret", { meta: toParent(inMeta) });
  await fetch(new URL("/nowhere", mcp));
  expect(await server.end()).toBe(0);

  const spans = collector.spans();
  const [both, http, failed, unknown, secret] = spans;
  expect(spans.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
    "2 tools/call test_simple_text",
    "2 tools/call test_simple_text",
    "2 tools/call test_error_handling",
    "2 tools/call _OTHER",
    "2 tools/call fail_with_secret",
  ]);
  expect(both).toMatchObject({ traceId: inMeta.traceId, parentSpanId: inMeta.spanId });
  expect(both?.links).toEqual([expect.objectContaining(inHttp)]);
  expect(both?.status.code).toBe(0);
  expect(http).toMatchObject({ traceId: inHttp.traceId, parentSpanId: inHttp.spanId, links: [] });
  expect(failed?.parentSpanId ?? "").toBe("");
  expect(failed?.status.code).toBe(2);
  expect(both && toAttributes(both)).toEqual({
    "mcp.method.name": "tools/call",
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": "test_simple_text",
    "jsonrpc.request.id": "seven",
    "mcp.protocol.version": "2025-03-26",
    "network.transport": "tcp",
    "network.protocol.name": "http",
  });
  expect(failed && toAttributes(failed)).toMatchObject({ "error.type": "tool_error" });
  expect(unknown && toAttributes(unknown)).toMatchObject({
    "error.type": "-32602",
    "rpc.response.status_code": "-32602",
  });
  expect(unknown?.status).toEqual({ code: 2, message: "Unknown tool: made_up_by_a_client" });

  expect(collector.metrics()).toContain('"name":"mcp.server.operation.duration"');
  expect(collector.metrics()).toContain('"explicitBounds":[0.01,0.02,0.05,');
  const counted = collector.counters();
  const simple = { "gen_ai.tool.name": "test_simple_text", "fairlead.cost_class": "read" };
  expect(counted).toContainEqual([
    ...["fairlead.tool.calls", 2, { ...simple, "fairlead.outcome": "ok" }],
  ]);
  expect(counted).toContainEqual(["fairlead.tool.cost", 2, simple]);
  expect(counted).toContainEqual([
    "fairlead.http.refused",
    1,
    { "http.response.status_code": 404 },
  ]);
  // Neither what a tool throws nor the command line.
  expect(collector.text()).not.toMatch(/hunter2|command_args/);
  expect(collector.text()).toContain('"stringValue":"git-mcp"');

  expect(secret?.traceId).toBe(inMeta.traceId);
  const log = server.stderr();
  for (const level of ["error", "debug"]) {
    expect(log).toMatch(new RegExp(`${level} trace_id=${inMeta.traceId} .*fail_with_secret`));
  }
  expect(log).toMatch(new RegExp(`debug trace_id=${failed?.traceId} tools/call test_error_handl`));
});

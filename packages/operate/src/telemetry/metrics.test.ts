import { afterEach, describe, expect, test } from "vitest";
import { createMetrics, type Metrics } from "./metrics.ts";

const wire = {
  name: "query",
  title: "Query",
  description: "Runs a query.",
  inputSchema: {},
  annotations: {
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: false,
  },
};
const surface = {
  package: { name: 'a "quoted" \\ name', version: "1.2.3", description: "A server." },
  toolsets: [
    {
      name: "all",
      title: "All",
      description: "All tools.",
      optional: false,
      tools: [{ wire, effect: "read", aliases: ["run_query"] } as const],
    },
  ],
  prompts: [{ name: "explain" }],
};

const open: Metrics[] = [];
afterEach(() => {
  for (const metrics of open.splice(0)) metrics.close();
});

function create(): Metrics {
  const usage = () => ({ residentBytes: 1_048_576, cpuSeconds: 2.5 });
  const metrics = createMetrics({ surface, transport: "tcp" }, usage);
  open.push(metrics);
  return metrics;
}

const ask = (metrics: Metrics, method: string, params: unknown = {}) => {
  const observation = metrics.observe({ id: 1, method, params });
  observation.accept("2026-07-28");
  return observation;
};
const seriesOf = (metrics: Metrics, name: string) =>
  metrics
    .expose(undefined)
    .text.split("\n")
    .filter((line) => line.startsWith(name));
const counts = (metrics: Metrics) =>
  seriesOf(metrics, "mcp_server_operation_duration_seconds_count");

const common = 'mcp_protocol_version="2026-07-28",network_transport="tcp"';
const tool = (name: string) =>
  `mcp_method_name="tools/call",gen_ai_operation_name="execute_tool",gen_ai_tool_name="${name}"`;

describe("labels", () => {
  test("name the tool as it is listed, whatever alias was called", () => {
    const metrics = create();
    for (const name of ["query", "run_query"]) ask(metrics, "tools/call", { name }).end();
    ask(metrics, "prompts/get", { name: "explain" }).end();
    expect(counts(metrics)).toEqual([
      `mcp_server_operation_duration_seconds_count{${tool("query")},${common}} 2`,
      `mcp_server_operation_duration_seconds_count{mcp_method_name="prompts/get",gen_ai_prompt_name="explain",${common}} 1`,
    ]);
  });

  test("are one for all names that a client makes up", () => {
    const metrics = create();
    for (let n = 0; n < 1_000; n += 1) {
      ask(metrics, "tools/call", { name: `made_up_${n}` }).end({ type: "-32602", code: -32_602 });
      ask(metrics, "prompts/get", { name: { n } }).end({ type: "-32602", code: -32_602 });
      ask(metrics, `made/up/${n}`, [n]).end({ type: "-32601", code: -32_601 });
      ask(metrics, "tools/call", { name: "__proto__" }).end({ type: "-32602", code: -32_602 });
      metrics.traffic.refused(1_000 + n);
    }
    expect(counts(metrics)).toEqual([
      expect.stringContaining(`{${tool("_OTHER")},error_type="-32602"`),
      expect.stringContaining('{mcp_method_name="prompts/get",gen_ai_prompt_name="_OTHER"'),
      expect.stringContaining('{mcp_method_name="_OTHER",error_type="-32601"'),
    ]);
    expect(seriesOf(metrics, "fairlead_http_refused_total")).toEqual([
      'fairlead_http_refused_total{http_response_status_code="_OTHER"} 1000',
    ]);
    expect(metrics.expose(undefined).text).not.toContain("made");
  });

  test("are few for errors with codes of the server's own", () => {
    const metrics = create();
    for (let code = 1; code <= 1_000; code += 1) {
      ask(metrics, "tools/call", { name: "query" }).end({ type: String(code), code });
    }
    expect(counts(metrics)).toHaveLength(51);
    expect(counts(metrics).at(-1)).toContain('error_type="_OTHER"');
    expect(counts(metrics).at(-1)).toMatch(/ 950$/);
  });
});

test("a request is in flight until it ends", () => {
  const metrics = create();
  const inFlight = () => seriesOf(metrics, "fairlead_requests_in_flight");
  const first = ask(metrics, "ping");
  const second = ask(metrics, "ping");
  expect(inFlight()).toEqual(["fairlead_requests_in_flight 2"]);
  first.end();
  second.end({ type: "cancelled" });
  expect(inFlight()).toEqual(["fairlead_requests_in_flight 0"]);
});

describe("the text", () => {
  test("is Prometheus 0.0.4 unless OpenMetrics is accepted", () => {
    const metrics = create();
    const types = [undefined, "*/*", "text/plain;version=0.0.4"].map(
      (accept) => metrics.expose(accept).contentType,
    );
    expect(new Set(types)).toEqual(new Set(["text/plain; version=0.0.4; charset=utf-8"]));
    // As Prometheus 3 sends it.
    const accept =
      "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1";
    expect(metrics.expose(accept).contentType).toBe(
      "application/openmetrics-text; version=1.0.0; charset=utf-8",
    );
  });

  test("distributes over cumulative buckets that end with +Inf", () => {
    const metrics = create();
    ask(metrics, "ping").end();
    const lines = seriesOf(metrics, "mcp_server_operation_duration_seconds_bucket");
    expect(lines).toHaveLength(15);
    expect(lines.at(-1)).toBe(
      `mcp_server_operation_duration_seconds_bucket{mcp_method_name="ping",${common},le="+Inf"} 1`,
    );
    expect(lines.map((line) => /le="(.*?)"/.exec(line)?.[1]).slice(5, 8)).toEqual([
      "0.5",
      "1",
      "2",
    ]);
  });

  test("has of OpenMetrics the names, the floats and the end", () => {
    const metrics = create();
    ask(metrics, "ping").end();
    metrics.traffic.refused(401);
    const { text } = metrics.expose("application/openmetrics-text");
    expect(text).toContain("# TYPE fairlead_http_refused counter\nfairlead_http_refused_total{");
    expect(text).toContain("# UNIT mcp_server_operation_duration_seconds seconds\n");
    expect(text).toContain('le="1.0"');
    expect(text).toContain("# TYPE target info\n");
    expect(text.endsWith("\n# EOF\n")).toBe(true);
    const plain = metrics.expose(undefined).text;
    expect(plain).toContain("# TYPE fairlead_http_refused_total counter\n");
    expect(plain).not.toMatch(/# (?:EOF|UNIT)|le="1\.0"/);
  });

  test("escapes what stands in a label", () => {
    expect(create().expose(undefined).text).toContain(
      String.raw`target_info{service_name="a \"quoted\" \\ name",service_version="1.2.3"} 1`,
    );
  });

  test("tells facts about the process", () => {
    const { text } = create().expose(undefined);
    expect(text).toContain("process_resident_memory_bytes 1048576\n");
    expect(text).toContain("process_cpu_seconds_total 2.5\n");
    const start = Number(/^process_start_time_seconds (.*)$/m.exec(text)?.[1]);
    expect(start).toBeLessThanOrEqual(Date.now() / 1_000);
    expect(start).toBeGreaterThan(Date.now() / 1_000 - 3_600);
    for (const part of ["p50", "p99", "max"]) {
      expect(text).toMatch(new RegExp(`^nodejs_eventloop_delay_${part}_seconds [\\d.e-]+$`, "m"));
    }
  });
});

test("sessions and streams are counted while they are open", () => {
  const metrics = create();
  const ends = [metrics.traffic.session("2025-11-25"), metrics.traffic.stream()];
  const gauges = () =>
    ["fairlead_sessions", "fairlead_streams"].map((name) => seriesOf(metrics, name)[0]);
  expect(gauges()).toEqual(["fairlead_sessions 1", "fairlead_streams 1"]);
  for (const end of ends) end();
  expect(gauges()).toEqual(["fairlead_sessions 0", "fairlead_streams 0"]);
  expect(seriesOf(metrics, "mcp_server_session_duration_seconds_count")).toEqual([
    'mcp_server_session_duration_seconds_count{mcp_protocol_version="2025-11-25",network_transport="tcp"} 1',
  ]);
});

import { monitorEventLoopDelay } from "node:perf_hooks";
import {
  durationBounds,
  operationDuration,
  sessionDuration,
  toLabels,
  type Watched,
} from "./conventions.ts";
import { observeDurations } from "./durations.ts";
import { other } from "./names.ts";
import type { Observe, Traffic } from "./observation.ts";
import { type Form, type Labels, Registry } from "./registry.ts";

/** How much of the machine a process uses. */
export interface Usage {
  readonly residentBytes: number;
  /** Of all its threads, since it began. */
  readonly cpuSeconds: number;
}

/** A text that Prometheus reads. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** The metrics of a process that serves one server. */
export interface Metrics extends Omit<ProcessMetrics, "watch"> {
  readonly observe: Observe;
}

/** The metrics of a process. */
export interface ProcessMetrics {
  /** Begins to count what one server answers, under the label `server` if it has a name among others. */
  watch(watched: Watched): Observe;
  readonly traffic: Traffic;
  /** All of them, as OpenMetrics 1.0.0 if the Accept header names it, else as Prometheus 0.0.4. */
  expose(accept: string | undefined): Exposition;
  /** Stops measuring the event loop. */
  close(): void;
}

/** Statuses of refusals that have a series of their own. */
const statuses = new Set([400, 401, 403, 404, 405, 408, 413, 415, 429, 431, 503]);
/** Milliseconds between two samples of the event loop. */
const resolutionMs = 20;

const contentTypes: Readonly<Record<Form, string>> = {
  prometheus: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/**
 * Counts what a server does, for Prometheus to collect. Its names are those of the OpenTelemetry
 * semantic conventions for MCP and for Node.js where these have one. No label names a principal, and
 * names that a client chose are labels only if they are the server's own.
 *
 * @example
 * ```ts
 * import { createMetrics } from "@fairlead/operate/telemetry";
 *
 * const surface = { toolsets: [], prompts: [], package: { name: "x", version: "1.0.0", description: "X." } };
 * const usage = () => ({ residentBytes: process.memoryUsage.rss(), cpuSeconds: 0 });
 * const metrics = createMetrics({ surface, transport: "tcp" }, usage);
 * metrics.observe({ id: 1, method: "ping", params: {} }).end();
 * console.log(metrics.expose(undefined).text);
 * ```
 */
export function createMetrics(watched: Watched, usage: () => Usage): Metrics {
  const { transport, surface } = watched;
  const { watch, ...metrics } = createProcessMetrics({ ...surface.package, transport }, usage);
  return { ...metrics, observe: watch(watched) };
}

/** What the metrics say of the process as a whole: the package that runs, and how messages travel. */
export interface Target extends Pick<Watched, "transport"> {
  readonly name: string;
  readonly version: string;
}

/**
 * As `createMetrics`, for a process that serves several servers. Sessions, streams and refusals are
 * those of its one address.
 */
export function createProcessMetrics(target: Target, usage: () => Usage): ProcessMetrics {
  const registry = new Registry();
  registry.info("target", "The server and its version.", {
    service_name: target.name,
    service_version: target.version,
  });
  const operations = registry.histogram(toFacts(operationDuration), durationBounds);
  const inFlight: (readonly [Labels, { count: number }])[] = [];
  const calls = {
    name: "fairlead_requests_in_flight",
    help: "Requests that are answered right now, open subscriptions included.",
  };
  registry.gauges(calls, () => inFlight.map(([labels, { count }]) => [labels, count] as const));
  const traffic = createTraffic(registry, target);
  const close = addProcess(registry, usage);
  return {
    watch(watched) {
      const own: Labels = watched.server === undefined ? {} : { server: watched.server };
      const running = { count: 0 };
      inFlight.push([own, running]);
      return observeDurations(
        watched,
        (attributes) => {
          const series = operations.series({ ...own, ...toLabels(attributes) });
          return (seconds) => series.observe(seconds);
        },
        running,
      );
    },
    traffic,
    expose(accept) {
      const form = accept?.includes("application/openmetrics-text") ? "openmetrics" : "prometheus";
      return { contentType: contentTypes[form], text: registry.write(form) };
    },
    close,
  };
}

function toFacts({ name, description }: typeof operationDuration | typeof sessionDuration) {
  const unit = "seconds" as const;
  return { name: `${name.replaceAll(".", "_")}_${unit}`, help: description, unit };
}

function createTraffic(registry: Registry, { transport }: Target): Traffic {
  const durations = registry.histogram(toFacts(sessionDuration), durationBounds);
  const series = new Map<string, ReturnType<typeof durations.series>>();
  const refusals = registry.counter({
    name: "fairlead_http_refused",
    help: "HTTP requests that were refused before a message in them was answered.",
  });
  let sessions = 0;
  let streams = 0;
  const open = {
    name: "fairlead_sessions",
    help: "Open sessions: of 2025 clients over HTTP, or the one over stdio.",
  };
  registry.gauge(open, () => sessions);
  const listening = {
    name: "fairlead_streams",
    help: "Event streams that clients listen to: of sessions, and of subscriptions.",
  };
  registry.gauge(listening, () => streams);
  return {
    refused(status) {
      const known = statuses.has(status) ? String(status) : other;
      refusals.add({ http_response_status_code: known });
    },
    session(revision) {
      sessions += 1;
      const began = performance.now();
      return () => {
        sessions -= 1;
        const labels = { mcp_protocol_version: revision, network_transport: transport };
        const found = series.get(revision) ?? durations.series(labels);
        series.set(revision, found);
        found.observe((performance.now() - began) / 1_000);
      };
    },
    stream() {
      streams += 1;
      return () => {
        streams -= 1;
      };
    },
  };
}

/** Facts about the process, under the names that Prometheus and OpenTelemetry have for them. */
function addProcess(registry: Registry, usage: () => Usage): () => void {
  registry.gauge(
    {
      name: "process_start_time_seconds",
      help: "When the process began, in seconds since 1970.",
      unit: "seconds",
    },
    () => performance.timeOrigin / 1_000,
  );
  const memory = { name: "process_resident_memory_bytes", help: "Resident memory." };
  registry.gauge({ ...memory, unit: "bytes" }, () => usage().residentBytes);
  const cpu = { name: "process_cpu_seconds", help: "User and system CPU time." };
  registry.total({ ...cpu, unit: "seconds" }, () => usage().cpuSeconds);
  const loop = monitorEventLoopDelay({ resolution: resolutionMs });
  loop.enable();
  // The histogram records the time between two samples.
  const delay = (nanoseconds: number) =>
    Math.max(0, (Number.isFinite(nanoseconds) ? nanoseconds : 0) / 1e9 - resolutionMs / 1_000);
  const about = "since the process was last asked";
  for (const [part, percentile] of [
    ["p50", 50],
    ["p99", 99],
  ] as const) {
    const name = `nodejs_eventloop_delay_${part}_seconds`;
    const help = `Delay of the event loop, ${percentile}th percentile ${about}.`;
    registry.gauge({ name, help, unit: "seconds" }, () => delay(loop.percentile(percentile)));
  }
  const max = { name: "nodejs_eventloop_delay_max_seconds", unit: "seconds" } as const;
  registry.gauge({ ...max, help: `Longest delay of the event loop ${about}.` }, () => {
    const longest = delay(loop.max);
    loop.reset();
    return longest;
  });
  return () => void loop.disable();
}

import { setTimeout as sleep } from "node:timers/promises";
import { isRecord } from "@fairlead/guard/record";
import {
  type Context,
  context,
  isSpanContextValid,
  metrics,
  propagation,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  trace,
} from "@opentelemetry/api";
import { durationBounds, operationDuration, sessionDuration, type Watched } from "./conventions.ts";
import { observeDurations } from "./durations.ts";
import { createMetering } from "./metering.ts";
import { Names, type Subject } from "./names.ts";
import {
  combine,
  type Exchange,
  type Fault,
  type Observation,
  type Observe,
  type Traffic,
} from "./observation.ts";

/** What OpenTelemetry is told, and what it can tell. */
export interface OpenTelemetry {
  readonly observe: Observe;
  readonly traffic: Pick<Traffic, "session" | "refused">;
  /** Counts a tool call. */
  readonly meter: ReturnType<typeof createMetering>;
  /** The trace of the request that is answered right now; undefined outside of one. */
  traceId(): string | undefined;
  /** Has the SDK send the spans that it holds, before the process exits. Takes 2 seconds at most. */
  flush(): Promise<void>;
}

const scope = "@fairlead/operate";
/** Characters of a value that a client chose (W3C Baggage asks for 8,192 bytes). */
const longestHeader = 8_192;
const longestAttribute = 500;
const flushMs = 2_000;

/**
 * Tells OpenTelemetry of every request: a span of kind SERVER and the durations, by the semantic
 * conventions for MCP. It speaks to `@opentelemetry/api` alone. Without an SDK that somebody has
 * registered in this process, nothing is measured and nothing is sent.
 */
export function createOpenTelemetry(watched: Watched): OpenTelemetry {
  const { version } = watched.surface.package;
  const meter = metrics.getMeter(scope, version);
  const operations = meter.createHistogram(operationDuration.name, toOptions(operationDuration));
  const sessions = meter.createHistogram(sessionDuration.name, toOptions(sessionDuration));
  const refusals = meter.createCounter("fairlead.http.refused", {
    description: "HTTP requests that were refused before a message in them was answered.",
    unit: "{request}",
  });
  const record = observeDurations(
    watched,
    (attributes) => (seconds) => operations.record(seconds, { ...attributes, ...toOwn(watched) }),
    { count: 0 },
  );
  const observe = combine([observeSpans(watched), record]) ?? record;
  return {
    observe,
    meter: createMetering(version),
    traffic: {
      refused: (status) => refusals.add(1, { "http.response.status_code": status }),
      session(revision) {
        const began = performance.now();
        return () =>
          sessions.record((performance.now() - began) / 1_000, {
            ...(revision !== "" && { "mcp.protocol.version": revision }),
            "network.transport": watched.transport,
          });
      },
    },
    traceId: () => toValid(trace.getSpanContext(context.active()))?.traceId,
    async flush() {
      const spans = flushAll(trace.getTracerProvider());
      const durations = flushAll(metrics.getMeterProvider());
      const late = new AbortController();
      const isOver = { signal: late.signal, ref: false };
      const wait = sleep(flushMs, undefined, isOver).catch(() => undefined);
      await Promise.race([Promise.allSettled([spans, durations]), wait]);
      late.abort();
    },
  };
}

/** Providers of SDKs can be flushed, which the API does not say; its own stand before them as proxies. */
async function flushAll(provider: object): Promise<void> {
  const delegate =
    "getDelegate" in provider && typeof provider.getDelegate === "function"
      ? provider.getDelegate()
      : provider;
  if (isRecord(delegate) && typeof delegate["forceFlush"] === "function") {
    await delegate["forceFlush"]();
  }
}

function toOptions({ description, unit }: typeof operationDuration | typeof sessionDuration) {
  // SDKs read it; the types of 1.3 do not have it yet.
  return { description, unit, advice: { explicitBucketBoundaries: [...durationBounds] } };
}

/** Which server of several is watched. */
function toOwn({ server }: Watched): Readonly<Record<string, string>> {
  return server === undefined ? {} : { "fairlead.server": server };
}

function observeSpans(watched: Watched): Observe {
  const { surface, transport } = watched;
  const names = new Names(surface);
  const tracer = trace.getTracer(scope, surface.package.version);
  const fixed = {
    "network.transport": transport,
    ...(transport === "tcp" && { "network.protocol.name": "http" }),
    ...toOwn(watched),
  };
  return (exchange) => {
    const subject = names.find(exchange.method, exchange.params);
    const { parent, link } = findParent(exchange);
    const span = tracer.startSpan(
      toSpanName(subject),
      {
        kind: SpanKind.SERVER,
        attributes: { ...fixed, ...toAttributes(exchange, subject) },
        links: link === undefined ? [] : [{ context: link }],
      },
      parent,
    );
    return new Spanned(span, trace.setSpan(parent, span));
  };
}

function toSpanName({ method, tool, prompt }: Subject): string {
  const target = tool ?? prompt;
  return target === undefined ? method : `${method} ${target}`;
}

function toAttributes({ id, params }: Exchange, { method, tool, prompt }: Subject) {
  const uri = isRecord(params) ? params["uri"] : undefined;
  return {
    "mcp.method.name": method,
    "jsonrpc.request.id": String(id).slice(0, longestAttribute),
    ...(tool !== undefined && {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": tool,
    }),
    ...(prompt !== undefined && { "gen_ai.prompt.name": prompt }),
    ...(typeof uri === "string" && { "mcp.resource.uri": uri.slice(0, longestAttribute) }),
  };
}

/**
 * The parent of a request's span: what its `_meta` says (SEP-414), else the span that is active, as
 * that of an instrumented HTTP server, else what the HTTP headers say. Of the last two the one that is
 * not the parent is linked.
 */
function findParent({ params, headers }: Exchange): {
  readonly parent: Context;
  readonly link: SpanContext | undefined;
} {
  const active = context.active();
  const isInside = toValid(trace.getSpanContext(active)) !== undefined;
  const outer = isInside || !headers ? active : extract(active, headers);
  const meta = isRecord(params) ? params["_meta"] : undefined;
  const parent = isRecord(meta) ? extract(outer, meta) : outer;
  const ambient = toValid(trace.getSpanContext(outer));
  const chosen = toValid(trace.getSpanContext(parent));
  const link = ambient?.spanId === chosen?.spanId ? undefined : ambient;
  return { parent, link };
}

/** A propagator may throw on what a client sent: that of SDK 1.30 does for baggage like `a=%E0`. */
function extract(into: Context, carrier: Readonly<Record<string, unknown>>): Context {
  try {
    return propagation.extract(into, carrier, getter);
  } catch {
    return into;
  }
}

/** Reads what a client sent, in which anything may be. */
const getter: TextMapGetter<Readonly<Record<string, unknown>>> = {
  keys: (carrier) => Object.keys(carrier),
  get(carrier, key) {
    const value = Object.hasOwn(carrier, key) ? carrier[key] : undefined;
    return typeof value === "string" && value.length <= longestHeader ? value : undefined;
  },
};

class Spanned implements Observation {
  readonly #span: Span;
  readonly #context: Context;

  constructor(span: Span, own: Context) {
    this.#span = span;
    this.#context = own;
  }

  get traceparent(): string | undefined {
    const own = toValid(this.#span.spanContext());
    if (own === undefined) return undefined;
    return `00-${own.traceId}-${own.spanId}-${own.traceFlags.toString(16).padStart(2, "0")}`;
  }

  run<T>(work: () => T): T {
    return context.with(this.#context, work);
  }

  accept(revision: string): void {
    this.#span.setAttribute("mcp.protocol.version", revision);
  }

  end(fault?: Fault): void {
    if (fault !== undefined) {
      const { type, code, message } = fault;
      this.#span.setAttribute("error.type", type);
      if (code !== undefined) this.#span.setAttribute("rpc.response.status_code", String(code));
      this.#span.setStatus({ code: SpanStatusCode.ERROR, ...(message && { message }) });
    }
    this.#span.end();
  }
}

function toValid(found: SpanContext | undefined): SpanContext | undefined {
  return found !== undefined && isSpanContextValid(found) ? found : undefined;
}

import {
  combine,
  createMetrics,
  openOpenTelemetry,
  type Traffic,
} from "@fairlead/operate/telemetry";
import { toMetricsAddress } from "../common.ts";
import type { Operations, OperationsHost } from "../operations.ts";

/** Opens what `--metrics` and `--otel` ask for. */
export async function openTelemetry({
  common,
  surface,
  http,
  usage,
  shared,
}: OperationsHost): Promise<Partial<Operations> | undefined> {
  const { address } = toMetricsAddress(common);
  const server = shared && surface.name;
  const transport = http ? ("tcp" as const) : ("pipe" as const);
  const watched = { surface, transport, ...(server !== undefined && { server }) };
  const otel = common["otel"] === true ? await openOpenTelemetry(watched) : undefined;
  // What several servers share counts for all of them, and is closed after them.
  const metrics =
    shared === undefined && address !== undefined ? createMetrics(watched, usage) : undefined;
  const counted = metrics?.observe ?? shared?.metrics?.watch(watched);
  const observe = combine([otel?.observe, counted].filter((each) => each !== undefined));
  if (observe === undefined) return undefined;
  const traffic: readonly Partial<Traffic>[] = [otel, metrics].flatMap(
    (each) => each?.traffic ?? [],
  );
  // Over stdio the process and its one session last as long as each other.
  const endings = http ? [] : traffic.flatMap((each) => each.session?.("") ?? []);
  return {
    traffic,
    observe,
    ...(otel && { traceId: otel.traceId, meter: otel.meter }),
    ...(metrics && address && { metrics: { address, expose: metrics.expose } }),
    async close() {
      for (const end of endings) end();
      metrics?.close();
      await otel?.flush();
    },
  };
}

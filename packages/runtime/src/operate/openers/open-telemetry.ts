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
}: OperationsHost): Promise<Partial<Operations> | undefined> {
  const { address } = toMetricsAddress(common);
  const watched = { surface, transport: http ? ("tcp" as const) : ("pipe" as const) };
  const otel = common["otel"] === true ? await openOpenTelemetry(watched) : undefined;
  const metrics = address === undefined ? undefined : createMetrics(watched, usage);
  if (otel === undefined && metrics === undefined) return undefined;
  const observe = combine([otel, metrics].flatMap((each) => each?.observe ?? []));
  const traffic: readonly Partial<Traffic>[] = [otel, metrics].flatMap(
    (each) => each?.traffic ?? [],
  );
  // Over stdio the process and its one session last as long as each other.
  const endings = http ? [] : traffic.flatMap((each) => each.session?.("") ?? []);
  return {
    traffic,
    ...(observe !== undefined && { observe }),
    ...(otel && { traceId: otel.traceId, meter: otel.meter }),
    ...(metrics && address && { metrics: { address, expose: metrics.expose } }),
    async close() {
      for (const end of endings) end();
      metrics?.close();
      await otel?.flush();
    },
  };
}

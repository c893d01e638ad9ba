import type { Watched } from "./conventions.ts";
import type { OpenTelemetry } from "./open-telemetry.ts";

export type { Transport, Watched } from "./conventions.ts";
export {
  createMetrics,
  createProcessMetrics,
  type Exposition,
  type Metrics,
  type ProcessMetrics,
  type Target,
  type Usage,
} from "./metrics.ts";
export {
  combine,
  type Exchange,
  type Fault,
  type Observation,
  type Observe,
  type Traffic,
} from "./observation.ts";
export type { OpenTelemetry } from "./open-telemetry.ts";
export { createReadiness, type ReadinessRules, type Unready } from "./readiness.ts";

/** Loads `@opentelemetry/api`, and tells it of every request from then on. */
export async function openOpenTelemetry(watched: Watched): Promise<OpenTelemetry> {
  const { createOpenTelemetry } = await import("./open-telemetry.ts");
  return createOpenTelemetry(watched);
}

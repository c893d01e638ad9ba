import type { Middleware, Surface } from "@fairlead/define";
import type { Authenticate } from "@fairlead/operate/auth";
import type { Metrics, Observe, Traffic, Usage } from "@fairlead/operate/telemetry";
import type { EndpointOptions } from "../protocol/options.ts";
import type { Address } from "./common.ts";
import type { Log } from "./log.ts";
import type { Values } from "./options.ts";

/** What the operator of a process asks of it besides serving: who may call, how much, what is written down. */
export interface Operations {
  /** Stand around every tool call, the first outermost. */
  readonly middleware: readonly Middleware[];
  /** Where an endpoint keeps what outlives a request; in the process where it is left out. */
  readonly stores: Pick<EndpointOptions, "bus" | "tasks" | "states">;
  /** Tells who sends a request over HTTP. */
  readonly authenticate?: Authenticate;
  /** Watches every request. */
  readonly observe?: Observe;
  /** Are told what goes on at the HTTP door. */
  readonly traffic: readonly Partial<Traffic>[];
  /** What is served for Prometheus, and where. */
  readonly metrics?: MetricsPage;
  /** The trace of the request that is answered right now, for the log. */
  traceId?(): string | undefined;
  /** Writes and sends what is left, before the process ends. */
  close(): Promise<void>;
}

/** The metrics of this process, and the address that they have for themselves. */
export interface MetricsPage {
  readonly address: Address;
  readonly expose: Metrics["expose"];
}

/** What opening them may need. */
export interface OperationsHost {
  readonly surface: Surface;
  readonly common: Values;
  readonly log: Log;
  /** Whether the process serves HTTP. */
  readonly http: boolean;
  /** What the process uses of the machine. */
  usage(): Usage;
}

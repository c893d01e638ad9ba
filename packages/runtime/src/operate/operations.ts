import type { Middleware, Surface } from "@fairlead/define";
import type { Denial } from "@fairlead/operate/audit";
import type { Authenticate } from "@fairlead/operate/auth";
import type { EndpointOptions } from "../protocol/options.ts";
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
  /** Is told of what was refused before it came to a tool. */
  denied?(denial: Denial): void;
  /** Looks again at files that others may have changed, on SIGHUP. */
  reread?(): void;
  /** Writes and sends what is left, before the process ends. */
  close(): Promise<void>;
}

/** What opening them may need. */
export interface OperationsHost {
  readonly surface: Surface;
  readonly common: Values;
  readonly log: Log;
  /** The values that may reach no client and no log. */
  readonly secrets: readonly string[];
  /** Whether the process serves HTTP. */
  readonly http: boolean;
}

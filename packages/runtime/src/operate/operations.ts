import type { Middleware, Principal, Surface } from "@fairlead/define";
import type { Audit, Denial, DoorRefusal } from "@fairlead/operate/audit";
import type { PublicDocument, Redirect, ResourceServer } from "@fairlead/operate/auth";
import type { AccessOf, MeterOptions } from "@fairlead/operate/policy";
import type { SignIn } from "@fairlead/operate/sign-in";
import type { Metrics, Observe, ProcessMetrics, Traffic, Usage } from "@fairlead/operate/telemetry";
import type { LimitStore, Vault } from "@fairlead/store";
import type { EndpointOptions } from "../protocol/options.ts";
import type { Address } from "./common.ts";
import type { Log } from "./log.ts";
import type { Values } from "./options.ts";

/** What signing in with OAuth brings to a process that serves HTTP. */
export interface OAuth {
  readonly server: ResourceServer;
  /** By which clients learn where to sign in. */
  readonly documents: readonly PublicDocument[];
  /** By which clients of 2025-03-26 learn it. */
  readonly redirects: readonly Redirect[];
  readonly issuers: readonly string[];
  /** The public host, with its port where it has one. */
  readonly host: string;
}

/** What the operator of a process asks of it besides serving: who may call, how much, what is written down. */
export interface Operations {
  /** Stand around every tool call, the first outermost. */
  readonly middleware: readonly Middleware[];
  /** Stand around every request for a resource, a prompt or a completion, the first outermost. */
  readonly features: readonly Middleware[];
  /** Where an endpoint keeps what outlives a request; in the process where it is left out. */
  readonly stores: Pick<EndpointOptions, "bus" | "tasks" | "states">;
  /** Tells who sends a request over HTTP, and what they may do. */
  readonly oauth?: OAuth;
  /** Signs callers in to accounts of their own at the service behind the server. */
  readonly signIn?: SignIn;
  /** What each caller may see and call of what the process serves. */
  readonly access?: AccessOf;
  /** How many milliseconds a principal has to wait before its next request over HTTP is read. */
  throttle?(principal: Principal): number | undefined;
  /** Is told of what was refused before it came to a tool. */
  denied?(denial: Denial): void;
  /** Is told of what was refused before a message was read. */
  refused?(refusal: DoorRefusal): void;
  /** Reads the operator's files again, at once, or writes on in new ones. */
  reread?(): void;
  /** Calls back each time that `access` says something else than before. */
  onAccess?(changed: () => void): void;
  /** Watches every request. */
  readonly observe?: Observe;
  /** Are told what goes on at the HTTP door. */
  readonly traffic: readonly Partial<Traffic>[];
  /** What is served for Prometheus, and where. */
  readonly metrics?: MetricsPage;
  /** The trace of the request that is answered right now, for the log. */
  traceId?(): string | undefined;
  /** Is told of what each tool call cost. */
  readonly meter?: MeterOptions["write"];
  /** Writes and sends what is left, before the process ends. */
  close(): Promise<void>;
}

/** The metrics of this process, and the address that they have for themselves. */
export interface MetricsPage {
  readonly address: Address;
  readonly expose: Metrics["expose"];
}

/** What several servers of one process have in common, opened before theirs. */
export interface Shared {
  /** Takes the lines of all of them. */
  readonly audit?: Audit;
  /** Counts what all of them answer. */
  readonly metrics?: ProcessMetrics;
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
  /** The path at which it serves this server over HTTP. */
  readonly path: string;
  /** Undefined for a process of one server, which opens its own. */
  readonly shared?: Shared;
  /** What was opened before keeps what outlives a request here. */
  readonly stores: Operations["stores"];
  /** Where limits are counted for all processes of the server; in this process without one. */
  readonly limits?: LimitStore;
  /** Where accounts are kept for all processes of the server; undefined without one. */
  readonly vault?: Vault;
  /** What was opened before is told of what each tool call cost. */
  readonly meters?: readonly MeterOptions["write"][];
  /** What the process uses of the machine. */
  usage(): Usage;
}

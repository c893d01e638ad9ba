import type { Environment, Middleware, Server, Surface } from "@fairlead/define";
import type { Denial } from "@fairlead/operate/audit";
import type { Authorize } from "@fairlead/operate/auth";
import type { AccessOf } from "@fairlead/operate/policy";
import type { SignIn } from "@fairlead/operate/sign-in";
import type { Observe } from "@fairlead/operate/telemetry";
import type { Bus, StateStore, TaskStore } from "@fairlead/store";
import type { ErrorSink } from "../call/failure.ts";
import type { PolicyOptions } from "../call/policy.ts";
import type { Extension } from "./extension.ts";
import type { Trace } from "./trace.ts";

/** A server's definition and its checked config, once its code is loaded. */
export interface Loaded {
  readonly server: Server;
  readonly config: unknown;
  /** What programs the server starts may inherit; nothing by default. */
  readonly environment?: Environment;
}

/** What an endpoint serves, and what it may do. */
export interface EndpointOptions {
  readonly surface: Surface;
  /** Loads the server's code and checks its config; called once, at the first need. */
  load(): Promise<Loaded>;
  readonly policy?: PolicyOptions;
  /** What each caller may see and call of what the policy leaves; all of it by default. */
  readonly access?: AccessOf;
  /** Characters of text an answer may hold; 39,900 by default, Infinity for no limit. */
  readonly budget?: number;
  /** No credentials were given: then nobody is asked what they can use. */
  readonly anonymous?: boolean;
  /** Values that may reach no client and no log. */
  readonly secrets?: readonly string[];
  readonly sink: ErrorSink;
  /** Is told of every request once it is answered; nothing is measured without it. */
  trace?(trace: Trace): void;
  /** Watches every request: measures it, or runs it in a span. Notifications are not watched. */
  readonly observe?: Observe;
  /** Methods besides those of the core. */
  readonly extensions?: readonly Extension[];
  /** Tells what the scopes of a principal do not reach for; without it nobody's scopes are looked at. */
  readonly authorize?: Authorize | undefined;
  /** Signs callers in to accounts of their own before a tool runs; without it the server has its own. */
  readonly signIn?: Pick<SignIn, "account" | "ensure">;
  /** Carries word of changes to those who listen; within this process by default. */
  readonly bus?: Bus;
  /** Stands around every tool call, outside of what the server itself brings. */
  readonly middleware?: readonly Middleware[];
  /** Stands around every request for a resource, a prompt, a completion or to listen. */
  readonly features?: readonly Middleware[];
  /** Is told of every request that was refused before it came to a tool or to what else it asks for. */
  denied?(denial: Denial): void;
  /** Where tasks are kept; in this process by default. */
  readonly tasks?: TaskStore;
  /**
   * Secrets that seal what a call of 2026-07-28 leaves with its client until it is sent again: the first
   * seals, all open. Without any, one that ends with the process.
   */
  readonly stateKeys?: readonly string[];
  /** Where used states are remembered; in this process by default. */
  readonly states?: StateStore;
  /** Stands in for what `connect` would give the tools, for tests. */
  readonly context?: unknown;
}

export type { Authenticate, Authorize, Claim, Refusal } from "@fairlead/operate/auth";
export type {
  Exchange,
  Fault,
  Observation,
  Observe,
  ReadinessRules,
  Traffic,
  Unready,
} from "@fairlead/operate/telemetry";
export { readTokens } from "@fairlead/operate/tokens";
export type {
  Ending,
  EventStore,
  Lease,
  NewTask,
  StateStore,
  StreamEvent,
  Task,
  TaskAnswer,
  TaskStatus,
  TaskStore,
  TaskWatcher,
} from "@fairlead/store";
export type { PolicyOptions } from "../call/policy.ts";
export { createLog, type Log, type Severity, severities } from "../operate/log.ts";
export { appendTo } from "../operate/log-file.ts";
export { type RefusedRequest, toRefusalLine } from "../operate/refusal-line.ts";
export { toRequestLine } from "../operate/request-line.ts";
export { Endpoint } from "../protocol/endpoint.ts";
export type { Extension, ExtensionResult } from "../protocol/extension.ts";
export type { EndpointOptions } from "../protocol/options.ts";
export { type HttpOptions, type HttpService, serveHttp } from "./http/http.ts";
export { type Handler, page, type Route, type Visit } from "./http/routes.ts";
export type { SessionOptions } from "./http/session/sessions.ts";

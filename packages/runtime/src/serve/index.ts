export type { PolicyOptions } from "../call/policy.ts";
export { createLog, type Log, type Severity, severities } from "../operate/log.ts";
export { appendTo } from "../operate/log-file.ts";
export { type Refusal, toRefusalLine } from "../operate/refusal-line.ts";
export { toRequestLine } from "../operate/request-line.ts";
export { readTokens } from "../operate/tokens.ts";
export { Endpoint } from "../protocol/endpoint.ts";
export type { EndpointOptions } from "../protocol/options.ts";
export { type HttpOptions, type HttpService, serveHttp } from "./http/http.ts";

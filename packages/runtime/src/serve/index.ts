export type { PolicyOptions } from "../call/policy.ts";
export { createLog, type Log } from "../operate/log.ts";
export { readTokens } from "../operate/tokens.ts";
export { Endpoint } from "../protocol/endpoint.ts";
export type { EndpointOptions } from "../protocol/options.ts";
export { type HttpOptions, type HttpService, serveHttp } from "./http/http.ts";

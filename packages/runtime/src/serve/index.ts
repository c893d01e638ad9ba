export type { PolicyOptions } from "../call/policy.ts";
export type { Authenticate, Claim, Refusal } from "../operate/authenticate.ts";
export { createLog, type Log } from "../operate/log.ts";
export { readTokens } from "../operate/tokens.ts";
export { Endpoint } from "../protocol/endpoint.ts";
export type { Extension, ExtensionResult } from "../protocol/extension.ts";
export type { EndpointOptions } from "../protocol/options.ts";
export { type HttpOptions, type HttpService, serveHttp } from "./http/http.ts";
export { type Handler, page, type Route, type Visit } from "./http/routes.ts";

// Tools

// Serving from a program of one's own
export type { PolicyOptions } from "./call/policy.ts";
export type { CallContext, LogLevel, Principal } from "./define/context.ts";
export { ToolError } from "./define/error.ts";
export { cursor, cuttable } from "./define/fields.ts";
export {
  definePrompt,
  type Prompt,
  type PromptMessage,
  type PromptSpec,
  promptFactory,
} from "./define/prompt.ts";
export {
  audio,
  embedded,
  image,
  link,
  type Part,
  type Reply,
  reply,
  replyPage,
  text,
} from "./define/reply.ts";
// Resources and prompts
export {
  type Complete,
  defineResource,
  defineResourceTemplate,
  type ListedResource,
  type Resource,
  type ResourceContent,
  type ResourceTemplate,
} from "./define/resource.ts";
export { fromJsonSchema, type JsonSchema, type RawSchema, type Schema } from "./define/schema.ts";
// Servers
export {
  type Caller,
  type Command,
  type Connection,
  defineServer,
  type Environment,
  type Server,
} from "./define/server.ts";
export type { Option, Surface, SurfaceTool, SurfaceToolset } from "./define/surface.ts";
export { toSurface } from "./define/to-surface.ts";
export {
  defineTool,
  defineToolset,
  type Effect,
  type EffectByArguments,
  type Tool,
  type ToolSpec,
  type Toolset,
  toolFactory,
} from "./define/tool.ts";
export { createLog, type Log } from "./operate/log.ts";
export { readTokens } from "./operate/tokens.ts";
export { Endpoint } from "./protocol/endpoint.ts";
export type { EndpointOptions } from "./protocol/options.ts";
export { type HttpOptions, type HttpService, serveHttp } from "./serve/http.ts";

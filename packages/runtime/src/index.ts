export type { Watcher } from "@fairlead/guard";
export type {
  Asking,
  AskKind,
  ElicitAnswer,
  Root,
  SampleAnswer,
  SampleBlock,
  SampleMessage,
  SampleRequest,
  UrlAnswer,
} from "./define/ask.ts";
export type { CallContext, LogLevel, Principal } from "./define/context.ts";
export { JsonRpcError, ToolError } from "./define/error.ts";
export { cursor, cuttable } from "./define/fields.ts";
export type { Middleware, ToolCall } from "./define/middleware.ts";
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
export {
  type Caller,
  type Command,
  type Connection,
  defineServer,
  type Environment,
  type ListKind,
  type Server,
} from "./define/server.ts";
export { toSkill, withSkills } from "./define/skills/skills.ts";
export type { Option, Skill, Surface, SurfaceTool, SurfaceToolset } from "./define/surface.ts";
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

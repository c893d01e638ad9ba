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
} from "./ask.ts";
export type { CallContext, LogLevel, Principal } from "./context.ts";
export { JsonRpcError, RefusedCall, ToolError } from "./error.ts";
export { cursor, cuttable } from "./fields.ts";
export type { ClientCapabilities } from "./metadata.ts";
export type { Admission, Middleware, ToolCall } from "./middleware.ts";
export {
  definePrompt,
  type Prompt,
  type PromptMessage,
  type PromptSpec,
  promptFactory,
} from "./prompt.ts";
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
} from "./reply.ts";
export {
  type Complete,
  defineResource,
  defineResourceTemplate,
  type ListedResource,
  type Resource,
  type ResourceContent,
  type ResourceTemplate,
} from "./resource.ts";
export { fromJsonSchema, type JsonSchema, type RawSchema, type Schema } from "./schema.ts";
export {
  type Account,
  type AccountTokens,
  type Caller,
  type Command,
  type Connection,
  defineServer,
  type Environment,
  type HttpRequest,
  type Inquiry,
  type ListKind,
  type OAuthClient,
  type Server,
  type SignInProvider,
} from "./server.ts";
export { toSkill, withSkills } from "./surface/skills/skills.ts";
export type {
  Option,
  Paging,
  Skill,
  SkillFile,
  Surface,
  SurfaceTool,
  SurfaceToolset,
  WireEntry,
  WireTool,
} from "./surface/surface.ts";
export { toSurface } from "./surface/to-surface.ts";
export {
  defineTool,
  defineToolset,
  type Effect,
  type EffectByArguments,
  type TaskSupport,
  type Tool,
  type ToolSpec,
  type Toolset,
  toolFactory,
} from "./tool.ts";

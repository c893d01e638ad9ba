// Tools
export { type Effect, type EffectByArguments, type Tool, type ToolSpec, type Toolset } from "./define/tool.ts";
export { defineTool, defineToolset, toolFactory } from "./define/tool.ts";
export { cursor, cuttable } from "./define/fields.ts";
export { fromJsonSchema, type JsonSchema, type RawSchema, type Schema } from "./define/schema.ts";
export { ToolError } from "./define/error.ts";
export { audio, embedded, image, link, reply, text, type Part, type Reply } from "./define/reply.ts";
export { type CallContext, type LogLevel, type Principal } from "./define/context.ts";

// Resources and prompts
export { defineResource, defineResourceTemplate } from "./define/resource.ts";
export { type Complete, type ListedResource, type Resource, type ResourceContent, type ResourceTemplate } from "./define/resource.ts";
export { definePrompt, promptFactory, type Prompt, type PromptMessage, type PromptSpec } from "./define/prompt.ts";

// Servers
export { defineServer, type Caller, type Connection, type Server } from "./define/server.ts";
export { describe } from "./define/describe.ts";
export { type Option, type Surface, type SurfaceTool, type SurfaceToolset } from "./define/surface.ts";

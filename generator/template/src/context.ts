import { toolFactory } from "@fairlead/runtime";
import type { ApiContext } from "@fairlead/runtime/openapi";

/** Defines a tool of your own that can call the API. */
export const defineTool = toolFactory<ApiContext>();

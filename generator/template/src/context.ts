import type { ApiContext } from "@fairlead/openapi";
import { toolFactory } from "@fairlead/runtime";

/** Defines a tool of your own that can call the API. */
export const defineTool = toolFactory<ApiContext>();

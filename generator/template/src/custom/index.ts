import type { ApiContext, Wraps } from "@fairlead/openapi";
import type { Toolset } from "@fairlead/runtime";

/** Tools of your own, made with `defineTool` of `../context.ts`. The generator never writes here. */
export const custom: readonly Toolset<ApiContext>[] = [];

/** What happens before and after operations of the API, by their names. */
export const wraps: Wraps = {};

import type { Toolset } from "@fairlead/runtime";
import type { ApiContext } from "@fairlead/runtime/openapi";

/** Tools of your own, made with `defineTool` of `../context.ts`. The generator never writes here. */
export const custom: readonly Toolset<ApiContext>[] = [];

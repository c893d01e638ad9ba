import type { PathGuard } from "@fairlead/guard";
import { promptFactory, toolFactory } from "@fairlead/runtime";
import type { SearchPool } from "./search/search-pool.ts";

export interface Context {
  readonly guard: PathGuard;
  readonly searches: SearchPool;
}

export const defineTool = toolFactory<Context>();
export const definePrompt = promptFactory<Context>();

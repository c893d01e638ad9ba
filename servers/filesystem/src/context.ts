import { promptFactory, toolFactory } from "@fairlead/runtime";
import type { PathGuard } from "@fairlead/runtime/guard";
import type { PatternMatcher } from "./patterns.ts";

export interface Context {
  readonly guard: PathGuard;
  readonly patterns: PatternMatcher;
}

export const defineTool = toolFactory<Context>();
export const definePrompt = promptFactory<Context>();

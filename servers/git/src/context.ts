import { promptFactory, toolFactory } from "@fairlead/runtime";
import type { GitWorkspace } from "./repository/workspace.ts";

export interface Context {
  readonly git: GitWorkspace;
}

export const defineTool = toolFactory<Context>();
export const definePrompt = promptFactory<Context>();

import { promptFactory, toolFactory } from "@fairlead/runtime";
import type { Workspace } from "./workspace.ts";

export interface Context {
  readonly slack: Workspace;
}

export const defineTool = toolFactory<Context>();
export const definePrompt = promptFactory<Context>();

import { promptFactory, toolFactory } from "@fairlead/runtime";
import type { GitHub } from "./access/github.ts";

export interface Context {
  readonly github: GitHub;
}

export const defineTool = toolFactory<Context>();
export const definePrompt = promptFactory<Context>();

import { promptFactory, toolFactory } from "@fairlead/runtime";
import type { Databases } from "./databases.ts";

export interface Context {
  readonly databases: Databases;
}

export const defineTool = toolFactory<Context>();
export const definePrompt = promptFactory<Context>();

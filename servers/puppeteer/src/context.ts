import { promptFactory, toolFactory } from "@fairlead/runtime";
import type { Session } from "./session/session.ts";

export interface Context {
  readonly session: Session;
}

export const defineTool = toolFactory<Context>();
export const definePrompt = promptFactory<Context>();

import { promptFactory, toolFactory } from "@fairlead/runtime";
import type { Drive } from "./drive.ts";
import type { LocalFiles } from "./local-files.ts";
import type { Sharing } from "./sharing.ts";

export interface Context {
  readonly drive: Drive;
  readonly local: LocalFiles;
  readonly sharing: Sharing;
}

export const defineTool = toolFactory<Context>();
export const definePrompt = promptFactory<Context>();

import { promptFactory, toolFactory } from "@fairlead/runtime";
import type { ChangeFeed } from "./api/change-feed.ts";
import type { Drive } from "./api/drive.ts";
import type { Sharing } from "./api/sharing.ts";
import type { LocalFiles } from "./transfer/local-files.ts";

export interface Context {
  readonly drive: Drive;
  readonly feed: ChangeFeed;
  readonly local: LocalFiles;
  readonly sharing: Sharing;
}

export const defineTool = toolFactory<Context>();
export const definePrompt = promptFactory<Context>();

import { type Caller, promptFactory, toolFactory } from "@fairlead/runtime";
import type { z } from "zod";
import type { Loud } from "./chatty-library.ts";
import type { config } from "./config.ts";
import type { Notes } from "./notes.ts";
import type { Samples } from "./samples.ts";
import type { Waits } from "./waits.ts";

/** What the tools of this server work on. */
export interface Context {
  readonly config: z.output<typeof config>;
  readonly notes: Notes;
  readonly waits: Waits;
  readonly samples: Samples;
  readonly loud: Loud;
  readonly changed: Caller["changed"];
}

export const defineTool = toolFactory<Context>();
export const definePrompt = promptFactory<Context>();

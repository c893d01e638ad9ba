import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";

const triggerToolChange = defineTool({
  name: "test_trigger_tool_change",
  title: "Announce other tools",
  description: "Tells everyone who listens that the list of tools may be another one now.",
  effect: "read",
  input: z.object({}),
  output: z.string(),
  run(_, { changed }) {
    changed("tools");
    return "Told those who listen to the list of tools.";
  },
});

const triggerPromptChange = defineTool({
  name: "test_trigger_prompt_change",
  title: "Announce other prompts",
  description: "Tells everyone who listens that the list of prompts may be another one now.",
  effect: "read",
  input: z.object({}),
  output: z.string(),
  run(_, { changed }) {
    changed("prompts");
    return "Told those who listen to the list of prompts.";
  },
});

export const changes = defineToolset({
  name: "changes",
  title: "Changes",
  description: "Lists that change while the server runs.",
  tools: [triggerToolChange, triggerPromptChange],
});

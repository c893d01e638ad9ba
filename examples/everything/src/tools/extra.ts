import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";

const reverseText = defineTool({
  name: "reverse_text",
  title: "Reverse a text",
  description: "Returns the text with its characters in reverse order.",
  effect: "read",
  input: z.object({ text: z.string().describe("The text to reverse.") }),
  output: z.string(),
  run: ({ text }) => [...text].reverse().join(""),
});

export const extra = defineToolset({
  name: "extra",
  title: "Extra",
  description: "A toolset that is off until --toolsets names it.",
  optional: true,
  tools: [reverseText],
});

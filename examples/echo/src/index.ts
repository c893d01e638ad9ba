import { defineServer, defineTool, defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import packageFacts from "../package.json" with { type: "json" };

const echo = defineTool({
  name: "echo",
  title: "Echo",
  description: "Returns the text it is given, unchanged.",
  effect: "read",
  input: z.object({ text: z.string().describe("Text to return, unchanged.") }),
  output: z.string(),
  run: ({ text }) => text,
});

export const server = defineServer({
  name: "echo",
  title: "Echo",
  package: packageFacts,
  config: z.object({}),
  connect: () => ({ context: {} }),
  toolsets: [
    defineToolset({ name: "echo", description: "One tool that answers at once.", tools: [echo] }),
  ],
});

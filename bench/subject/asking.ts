import { defineServer, defineTool, defineToolset, toSurface } from "@fairlead/runtime";
import { main } from "@fairlead/runtime/main";
import { z } from "zod";
import { askFacts, echoFacts, question, questionName, textDescription } from "../peers/workload.ts";

const fact = {
  input: z.object({ text: z.string().describe(textDescription) }),
  output: z.string(),
} as const;
const agreement = z.object({ agree: z.boolean() });

const server = defineServer({
  name: "asking",
  title: "Asking",
  package: {
    name: "@fairlead/bench",
    version: "0.1.0",
    description: "A server that asks, and works on tasks.",
  },
  config: z.object({}),
  connect: () => ({ context: {} }),
  toolsets: [
    defineToolset({
      name: "asking",
      description: "One text by three ways.",
      tools: [
        defineTool({ ...fact, ...echoFacts, effect: "read", run: ({ text }) => text }),
        defineTool({
          ...fact,
          ...askFacts,
          // More than a read, so that each answer is taken once only.
          effect: "write",
          async run({ text }, { elicit }) {
            const answer = await elicit(agreement, question, questionName);
            return answer.action === "accept" && answer.content.agree ? text : answer.action;
          },
        }),
        defineTool({
          ...fact,
          name: "work",
          title: "Work",
          description: "Returns the text it is given, as the result of a task.",
          effect: "read",
          task: "required",
          run: ({ text }) => text,
        }),
      ],
    }),
  ],
});

await main(toSurface(server), async () => ({ server }));

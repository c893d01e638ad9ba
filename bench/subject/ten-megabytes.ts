import { defineServer, defineTool, defineToolset, toSurface } from "@fairlead/runtime";
import { main } from "@fairlead/runtime/main";
import { z } from "zod";
import { largeFacts, toLargeText } from "../peers/workload.ts";

const large = toLargeText();

const server = defineServer({
  name: "ten-megabytes",
  title: "Ten megabytes",
  package: {
    name: "@fairlead/bench",
    version: "0.1.0",
    description: "A server of one large answer.",
  },
  config: z.object({}),
  connect: () => ({ context: {} }),
  toolsets: [
    defineToolset({
      name: "large",
      description: "One tool with a large answer.",
      tools: [
        defineTool({
          ...largeFacts,
          effect: "read",
          input: z.object({}),
          output: z.string(),
          run: () => large,
        }),
      ],
    }),
  ],
});

await main(toSurface(server), async () => ({ server }));

import { defineServer, defineTool, defineToolset, type Server, type Tool } from "@fairlead/runtime";
import { z } from "zod";
import {
  echoFacts,
  fillerCount,
  fillerFacts,
  fillerFields,
  textDescription,
} from "../peers/workload.ts";

const echo = defineTool({
  ...echoFacts,
  effect: "read",
  input: z.object({ text: z.string().describe(textDescription) }),
  output: z.string(),
  run: ({ text }) => text,
});

/** `echo` alone, or at the end of a thousand tools. */
export function toManyToolsServer(tools: "one" | "thousand"): Server {
  return defineServer({
    name: "many-tools",
    title: "Many tools",
    package: {
      name: "@fairlead/bench",
      version: "0.1.0",
      description: "A server with many tools.",
    },
    config: z.object({}),
    connect: () => ({ context: {} }),
    toolsets: [
      defineToolset({
        name: "many",
        description: "Tools of one shape, and one to call.",
        tools: tools === "one" ? [echo] : [...toFillers(), echo],
      }),
    ],
  });
}

function toFillers(): Tool[] {
  return Array.from({ length: fillerCount }, (_, index) =>
    defineTool({
      ...fillerFacts(index),
      effect: "read",
      input: z.object(
        Object.fromEntries(
          fillerFields.map(([name, description]) => [name, z.string().describe(description)]),
        ),
      ),
      output: z.string(),
      run: () => "",
    }),
  );
}

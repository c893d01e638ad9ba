import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { type Context, defineTool } from "../context.ts";

const person = z.object({ name: z.string().min(1).describe("Name of the person to greet.") });

const greet = defineTool({
  name: "greet_person",
  title: "Greet",
  description: "Returns a greeting in the words this server was configured with.",
  effect: "read",
  input: person,
  output: z.string(),
  aliases: ["say_hello"],
  run: ({ name }, { config }) => toGreeting(name, config),
});

const greetFormally = defineTool({
  name: "greet_formally",
  title: "Greet formally",
  description: "The greeting of an older version, for callers that still know it by this name.",
  effect: "read",
  input: person,
  output: z.string(),
  listed: false,
  run: ({ name }) => `Good day, ${name}.`,
});

const showConfig = defineTool({
  name: "show_config",
  title: "Show the configuration",
  description: "Returns the configuration as text, secrets and all; the runtime hides those.",
  effect: "read",
  input: z.object({}),
  output: z.string(),
  run: (_, { config }) =>
    [`greeting: ${config.greeting}`, `authorization: Bearer ${config.apiToken ?? "none"}`].join(
      "\n",
    ),
});

const useSecret = defineTool({
  name: "use_secret",
  title: "Use the secret",
  description: "Returns the secret where it hides best: a nested field, a key and an encoded form.",
  effect: "read",
  input: z.object({}),
  output: z.object({
    request: z.object({ url: z.string(), headers: z.record(z.string(), z.string()) }),
  }),
  run: (_, { config, log }) => {
    const token = config.apiToken ?? "none";
    log("info", { sending: token });
    return {
      request: {
        url: `https://api.example/?key=${encodeURIComponent(token)}`,
        headers: { authorization: `Bearer ${token}` },
      },
    };
  },
});

export const greetings = defineToolset({
  name: "greetings",
  title: "Greetings",
  description: "Tools whose answers come from the configuration.",
  tools: [greet, greetFormally, showConfig, useSecret],
});

function toGreeting(name: string, config: Context["config"]): string {
  const end = config.tone === "warm" ? ", how good to see you!" : ".";
  const labels = config.labels.length > 0 ? ` (${config.labels.join(", ")})` : "";
  const sentence = `${config.greeting}, ${name}${end}${labels}`;
  return config.shout ? sentence.toUpperCase() : sentence;
}

import { defineToolset, fromJsonSchema, ToolError } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { contactSchema } from "./contact-schema.ts";

const nothing = z.object({});

const withLogging = defineTool({
  name: "test_tool_with_logging",
  title: "Logging in steps",
  description: "Sends three log messages while it works and says when it is done.",
  effect: "read",
  input: nothing,
  output: z.string(),
  async run(_, { log, signal, waits }) {
    log("info", "Tool execution started");
    await waits.wait(50, 1, signal, () => log("info", "Tool processing data"));
    await waits.wait(50, 1, signal, () => log("info", "Tool execution completed"));
    return "Logged three messages.";
  },
});

const loggingTool = defineTool({
  name: "test_logging_tool",
  title: "Logging at every level",
  description: "Sends a debug, a warning and an error message to a client that asked for them.",
  effect: "read",
  input: nothing,
  output: z.string(),
  run(_, { log }) {
    log("debug", { step: 1, of: 3 });
    log("warning", "Nothing is wrong; this is a test.");
    log("error", "Nothing failed; this is a test.");
    return "Logged at debug, warning and error.";
  },
});

const withProgress = defineTool({
  name: "test_tool_with_progress",
  title: "Progress",
  description: "Reports 0, 50 and 100 of 100 while it works and says when it is done.",
  effect: "read",
  input: nothing,
  output: z.string(),
  async run(_, { progress, signal, waits }) {
    progress(0, 100, "Starting");
    await waits.wait(100, 2, signal, (step) => progress(step * 50, 100, `Step ${step} of 2`));
    return "Reported progress to 100.";
  },
});

const errorHandling = defineTool({
  name: "test_error_handling",
  title: "Error",
  description: "Always fails, with an error meant for the model.",
  effect: "read",
  input: nothing,
  output: z.string(),
  run() {
    throw new ToolError("This tool intentionally returns an error for testing");
  },
});

const missingCapability = defineTool({
  name: "test_missing_capability",
  title: "Needs sampling",
  description: "Answers only clients that declare the sampling capability.",
  effect: "read",
  input: nothing,
  output: z.string(),
  requires: { sampling: {} },
  run: () => "The client declares sampling.",
});

const streamingElicitation = defineTool({
  name: "test_streaming_elicitation",
  title: "Needs elicitation",
  description: "Reports progress and asks the user; only for clients that declare elicitation.",
  effect: "read",
  input: nothing,
  output: z.string(),
  requires: { elicitation: {} },
  async run(_, { elicit, progress }) {
    progress(0, 1);
    const { action } = await elicit(z.object({ ok: z.boolean() }), "Go on?");
    progress(1, 1);
    return `The user said: ${action}.`;
  },
});

const routeRequest = defineTool({
  name: "route_request",
  title: "Route by region",
  description: "Returns the region it was asked for; clients repeat it in Mcp-Param-Region.",
  effect: "read",
  input: z.object({
    region: z.string().optional().meta({
      description: "Region to route to; the nearest without it.",
      "x-mcp-header": "Region",
    }),
  }),
  output: z.string(),
  run: ({ region }) => `Routed to ${region ?? "the nearest region"}.`,
});

const jsonSchemaTool = defineTool({
  name: "json_schema_2020_12_tool",
  title: "JSON Schema 2020-12",
  description: "Takes a contact described by a schema no TypeScript library would write.",
  effect: "read",
  input: fromJsonSchema<{ name?: string; contactMethod?: string }>(contactSchema),
  output: z.string(),
  run: ({ name, contactMethod }) => `${name ?? "Someone"} prefers ${contactMethod ?? "email"}.`,
});

export const protocol = defineToolset({
  name: "protocol",
  title: "Protocol",
  description: "Progress, logging, errors, capabilities, headers and schemas.",
  tools: [
    withLogging,
    loggingTool,
    withProgress,
    errorHandling,
    missingCapability,
    streamingElicitation,
    routeRequest,
    jsonSchemaTool,
  ],
});

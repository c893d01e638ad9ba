import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";

/** Longer than the shortest `--max-stream-seconds`, by which the server closes the stream before the answer. */
const workMs = 1_500;

const reconnection = defineTool({
  name: "test_reconnection",
  title: "Answer after a reconnection",
  description:
    "Logs a message and answers 1.5 seconds later. A server started with --max-stream-seconds 1 closes the stream in between, and the client reconnects for the answer.",
  effect: "read",
  input: z.object({}),
  output: z.string(),
  async run(_, { log, signal, waits }) {
    log("info", "Working. The answer may come in another connection.");
    await waits.wait(workMs, 1, signal, () => {});
    return "The work is done.";
  },
});

export const streams = defineToolset({
  name: "streams",
  title: "Streams",
  description: "Calls whose answer outlives their connection.",
  tools: [reconnection],
});

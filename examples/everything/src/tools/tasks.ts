import { defineToolset, JsonRpcError, ToolError } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";

const nothing = z.object({});

const greet = defineTool({
  name: "greet",
  title: "Greet",
  description: "Greets by name, at once and never as a task.",
  effect: "read",
  input: z.object({ name: z.string().describe("Who is to be greeted.") }),
  output: z.string(),
  run: ({ name }) => `Hello, ${name}!`,
});

const slowCompute = defineTool({
  name: "slow_compute",
  title: "Compute slowly",
  description: "Takes as many seconds as it is told to, and says so in the end.",
  effect: "read",
  input: z.object({
    seconds: z.number().min(0).max(600).describe("How many seconds it takes."),
    label: z.string().optional().describe("What the answer calls the computation."),
  }),
  output: z.string(),
  task: "optional",
  timeoutMs: 660_000,
  async run({ seconds, label = "It" }, { signal, progress, waits }) {
    const steps = Math.max(1, Math.ceil(seconds));
    const tell = (step: number) => progress(step, steps, `${step} of ${steps} s`);
    if (seconds > 0) await waits.wait(seconds * 1000, steps, signal, tell);
    return `${label} took ${seconds} s.`;
  },
});

const failingJob = defineTool({
  name: "failing_job",
  title: "Failing job",
  description: "Works for a second and fails then, with an error meant for the model.",
  effect: "read",
  input: nothing,
  output: z.string(),
  task: "required",
  async run(_, { signal, waits }) {
    await waits.wait(1_000, 1, signal, () => {});
    throw new ToolError("The job failed, as it always does.");
  },
});

const protocolErrorJob = defineTool({
  name: "protocol_error_job",
  title: "Broken job",
  description: "Works for a second and then answers with an error of the protocol, no result.",
  effect: "read",
  input: nothing,
  output: z.string(),
  task: "optional",
  async run(_, { signal, waits }) {
    await waits.wait(1_000, 1, signal, () => {});
    throw new JsonRpcError(-32603, "The job broke, as it always does.");
  },
});

export const tasks = defineToolset({
  name: "tasks",
  title: "Tasks",
  description: "What takes long and may run as a task, and what may not.",
  tools: [greet, slowCompute, failingJob, protocolErrorJob],
});

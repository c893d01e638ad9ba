import { type CallContext, defineToolset, JsonRpcError, ToolError } from "@fairlead/runtime";
import { z } from "zod";
import { type Context, defineTool } from "../context.ts";

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

/** Work that makes a task of the call. */
const warmUp = ({ waits, signal }: Pick<Context & CallContext, "waits" | "signal">) =>
  waits.wait(400, 1, signal, () => {});

const confirmDelete = defineTool({
  name: "confirm_delete",
  title: "Delete after asking",
  description: "Looks for a file and asks before it deletes it. Nothing is deleted really.",
  effect: "read",
  input: z.object({ filename: z.string().describe("Name of the file, of which there is none.") }),
  output: z.string(),
  task: "optional",
  async run({ filename }, call) {
    await warmUp(call);
    const form = z.object({ confirm: z.boolean().describe("Whether it is to be deleted.") });
    const answer = await call.elicit(form, `Delete ${filename}?`, "confirm");
    const agreed = answer.action === "accept" && answer.content.confirm;
    return agreed ? `${filename} is deleted.` : `${filename} is kept.`;
  },
});

const multiInput = defineTool({
  name: "multi_input",
  title: "Two questions at once",
  description: "Asks for a name and for a confirmation at the same time, and repeats both.",
  effect: "read",
  input: nothing,
  output: z.string(),
  task: "optional",
  async run(_, call) {
    await warmUp(call);
    const [named, confirmed] = await Promise.all([
      call.elicit(z.object({ name: z.string() }), "What is your name?", "name"),
      call.elicit(z.object({ confirm: z.boolean() }), "Is that so?", "confirm"),
    ]);
    return JSON.stringify([named, confirmed]);
  },
});

const toolWithTask = defineTool({
  name: "test_tool_with_task",
  title: "Question before the task",
  description: "Asks for a name at once, before it becomes a task, and greets by it in the end.",
  effect: "read",
  input: nothing,
  output: z.string(),
  task: "required",
  async run(_, call) {
    const form = z.object({ name: z.string().describe("Who is to be greeted.") });
    const answer = await call.elicit(form, "What is your name?", "user_name");
    await warmUp(call);
    return `Hello, ${answer.action === "accept" ? answer.content.name : "stranger"}!`;
  },
});

export const tasks = defineToolset({
  name: "tasks",
  title: "Tasks",
  description: "What takes long and may run as a task, and what may not.",
  tools: [
    greet,
    slowCompute,
    failingJob,
    protocolErrorJob,
    confirmDelete,
    multiInput,
    toolWithTask,
  ],
});

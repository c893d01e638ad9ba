import { defineToolset, ToolError } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";

const nothing = z.object({});

const wait = defineTool({
  name: "wait",
  title: "Wait",
  description: "Waits as long as asked, reports progress, and stops at once when cancelled.",
  effect: "read",
  input: z.object({
    ms: z.int().min(0).max(600_000).describe("Milliseconds to wait."),
    steps: z.int().min(1).max(100).default(10).describe("How often to report progress."),
  }),
  output: z.string(),
  timeoutMs: Number.POSITIVE_INFINITY,
  async run({ ms, steps }, { progress, signal, waits }) {
    await waits.wait(ms, steps, signal, (step) => progress(step, steps, `${step} of ${steps}`));
    return `Waited ${ms} ms.`;
  },
});

const countWaits = defineTool({
  name: "count_waits",
  title: "Count waits",
  description: "Returns how many waits are running, were finished and were cut short.",
  effect: "read",
  input: nothing,
  output: z.object({ running: z.int(), finished: z.int(), cut: z.int() }),
  run: (_, { waits }) => waits.counts,
});

const outlastTimeout = defineTool({
  name: "outlast_timeout",
  title: "Run out of time",
  description: "Takes a minute where it may take a tenth of a second, so it never succeeds.",
  effect: "read",
  input: nothing,
  output: z.string(),
  timeoutMs: 100,
  async run(_, { signal, waits }) {
    await waits.wait(60_000, 1, signal, () => undefined);
    return "Unreachable.";
  },
});

const failWithSecret = defineTool({
  name: "fail_with_secret",
  title: "Fail with a secret",
  description: "Fails with an error whose message holds a password no client may see.",
  effect: "read",
  input: nothing,
  output: z.string(),
  run() {
    throw new Error("connect postgres://admin:hunter2@db.internal/app: password=hunter2 refused");
  },
});

const failWithHint = defineTool({
  name: "fail_with_hint",
  title: "Fail with a hint",
  description: "Fails with an error that says what to do about it.",
  effect: "read",
  input: z.object({
    city: z.string().default("Atlantis").describe("City to look up; `Atlantis` by default."),
  }),
  output: z.string(),
  run({ city }) {
    throw new ToolError(`No city named "${city}".`, "Try a city that exists, such as Lisbon.");
  },
});

const breakOutput = defineTool({
  name: "break_output",
  title: "Break its own schema",
  description: "Returns half a note where its schema promises whole ones.",
  effect: "read",
  input: nothing,
  output: z.object({ notes: z.int() }),
  run: () => ({ notes: 0.5 }),
});

const printToStdout = defineTool({
  name: "print_to_stdout",
  title: "Print",
  description: "Prints to the console while it works, as a careless dependency would.",
  effect: "read",
  input: z.object({
    text: z.string().default("something").describe("Text to print; `something` by default."),
  }),
  output: z.string(),
  run: ({ text }, { loud }) => `${loud.measure(text)} characters`,
});

export const trouble = defineToolset({
  name: "trouble",
  title: "Trouble",
  description: "Everything that can go wrong in a tool, and what a client sees of it.",
  tools: [
    wait,
    countWaits,
    outlastTimeout,
    failWithSecret,
    failWithHint,
    breakOutput,
    printToStdout,
  ],
});

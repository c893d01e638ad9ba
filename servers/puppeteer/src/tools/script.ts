import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { evaluateScript } from "../act/evaluate.ts";
import { defineTool } from "../context.ts";
import { pageId } from "./fields.ts";

const evaluate = defineTool({
  name: "puppeteer_evaluate",
  title: "Run script",
  description:
    "Run JavaScript in the page. Returns the value of the last expression and the console output.",
  effect: "write",
  input: z.object({
    script: z.string().describe("JavaScript to run, such as `document.title`; await works."),
    timeout_ms: z
      .int()
      .min(1)
      .max(50_000)
      .default(30_000)
      .describe("Milliseconds after which it is ended."),
    page_id: pageId,
  }),
  output: z.string(),
  async run({ script, timeout_ms, page_id }, { session }) {
    const tab = await session.tab(page_id);
    return session.secrets.mask(await evaluateScript(tab, script, timeout_ms));
  },
});

export const script = defineToolset({
  name: "script",
  title: "Script",
  description: "Run JavaScript in pages.",
  openWorld: true,
  tools: [evaluate],
});

import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { evaluateScript } from "../evaluate.ts";
import { pageId } from "./inputs.ts";

const evaluate = defineTool({
  name: "puppeteer_evaluate",
  title: "Run script",
  description:
    "Run JavaScript in the page. Returns the value of the last expression and the console output.",
  effect: "write",
  input: z.object({
    script: z.string().describe("JavaScript to run, such as `document.title`; await works."),
    page_id: pageId,
  }),
  output: z.string(),
  async run({ script, page_id }, { session }) {
    const tab = await session.tab(page_id);
    return session.secrets.mask(await evaluateScript(tab, script));
  },
});

export const script = defineToolset({
  name: "script",
  title: "Script",
  description: "Run JavaScript in pages.",
  openWorld: true,
  tools: [evaluate],
});

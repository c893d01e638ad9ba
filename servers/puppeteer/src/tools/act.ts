import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { fillField, selectOption, uploadFiles } from "../fields.ts";
import { pressKeys } from "../keys.ts";
import { includeSnapshot, pageId, target } from "./inputs.ts";

const common = { page_id: pageId, include_snapshot: includeSnapshot };

const click = defineTool({
  name: "puppeteer_click",
  title: "Click",
  description: "Clicks an element and waits for the page it leads to.",
  effect: "write",
  input: z.object({ selector: target, ...common }),
  output: z.string(),
  async run({ selector, page_id, include_snapshot }, { session }) {
    const tab = await session.tab(page_id);
    await tab.act(async () => (await tab.element(selector)).click());
    return session.report(`Clicked: ${selector}`, tab, include_snapshot);
  },
});

const fill = defineTool({
  name: "puppeteer_fill",
  title: "Fill",
  description:
    'Replaces what a field holds. Boxes take "true" or "false"; {{NAME}} types a secret of that name.',
  effect: "write",
  idempotent: true,
  input: z.object({ selector: target, value: z.string().describe("New value."), ...common }),
  output: z.string(),
  async run({ selector, value, page_id, include_snapshot }, { session }) {
    const tab = await session.tab(page_id);
    await tab.act(() => fillField(tab, session.secrets, selector, value));
    return session.report(`Filled ${selector} with: ${value}`, tab, include_snapshot);
  },
});

const fillForm = defineTool({
  name: "puppeteer_fill_form",
  title: "Fill form",
  description: "Fills several fields, each as puppeteer_fill does.",
  effect: "write",
  idempotent: true,
  input: z.object({
    fields: z
      .array(z.object({ selector: target, value: z.string().describe("New value.") }))
      .min(1)
      .max(100)
      .describe("Fields, in order."),
    ...common,
  }),
  output: z.string(),
  async run({ fields, page_id, include_snapshot }, { session }) {
    const tab = await session.tab(page_id);
    for (const { selector, value } of fields) {
      await tab.act(() => fillField(tab, session.secrets, selector, value));
    }
    return session.report(`Filled ${fields.length} fields.`, tab, include_snapshot);
  },
});

const select = defineTool({
  name: "puppeteer_select",
  title: "Select",
  description: "Chooses an option of a select element.",
  effect: "write",
  idempotent: true,
  input: z.object({
    selector: target,
    value: z.string().describe("Its value or label."),
    ...common,
  }),
  output: z.string(),
  async run({ selector, value, page_id, include_snapshot }, { session }) {
    const tab = await session.tab(page_id);
    await tab.act(async () => selectOption(await tab.element(selector), selector, value));
    return session.report(`Selected ${selector} with: ${value}`, tab, include_snapshot);
  },
});

const hover = defineTool({
  name: "puppeteer_hover",
  title: "Hover",
  description: "Puts the mouse over an element.",
  effect: "read",
  input: z.object({ selector: target, ...common }),
  output: z.string(),
  async run({ selector, page_id, include_snapshot }, { session }) {
    const tab = await session.tab(page_id);
    await tab.act(async () => (await tab.element(selector)).hover());
    return session.report(`Hovered ${selector}`, tab, include_snapshot);
  },
});

const pressKey = defineTool({
  name: "puppeteer_press_key",
  title: "Press key",
  description: "Presses a key or combination such as Enter, ArrowDown or Control+A.",
  effect: "write",
  input: z.object({
    key: z.string().describe("Key."),
    selector: target.optional(),
    ...common,
  }),
  output: z.string(),
  async run({ key, selector, page_id, include_snapshot }, { session }) {
    const tab = await session.tab(page_id);
    await tab.act(async () => {
      if (selector !== undefined) await (await tab.element(selector)).focus();
      await pressKeys(tab.page, key);
    });
    return session.report(`Pressed ${key}`, tab, include_snapshot);
  },
});

const drag = defineTool({
  name: "puppeteer_drag",
  title: "Drag",
  description: "Drags one element onto another.",
  effect: "write",
  input: z.object({ from: target, to: target, ...common }),
  output: z.string(),
  async run({ from, to, page_id, include_snapshot }, { session }) {
    const tab = await session.tab(page_id);
    await tab.act(async () => {
      const [dragged, onto] = [await tab.element(from), await tab.element(to)];
      await onto.drop(dragged);
    });
    return session.report(`Dragged ${from} to ${to}`, tab, include_snapshot);
  },
});

const uploadFile = defineTool({
  name: "puppeteer_upload_file",
  title: "Upload file",
  description: "Puts files of the permitted directories into a file field.",
  effect: "write",
  input: z.object({
    selector: target,
    paths: z.array(z.string()).min(1).max(20).describe("Files."),
    ...common,
  }),
  output: z.string(),
  async run({ selector, paths, page_id, include_snapshot }, { session }) {
    const tab = await session.tab(page_id);
    await tab.act(() => uploadFiles(tab, session.uploads, selector, paths));
    return session.report(`Chose ${paths.length} files.`, tab, include_snapshot);
  },
});

export const act = defineToolset({
  name: "act",
  title: "Act",
  description: "Click, fill, press and drag.",
  openWorld: true,
  tools: [click, fill, fillForm, select, hover, pressKey, drag, uploadFile],
});

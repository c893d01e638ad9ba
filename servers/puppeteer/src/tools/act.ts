import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { fillField, selectOption, uploadFiles } from "../fields.ts";
import { pressKeys } from "../keys.ts";
import { includeSnapshot, pageId, target } from "./inputs.ts";

const fieldValue = z
  .string()
  .describe(
    'New value; "true" or "false" for a box, the label for a list. {{NAME}} types the secret of that name.',
  );

const common = { page_id: pageId, include_snapshot: includeSnapshot };

const click = defineTool({
  name: "puppeteer_click",
  title: "Click",
  description:
    "Click a button, link or any other element on a web page, and wait for the page it leads to.",
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
    "Type text into a field, such as an input or a search box, in place of what it holds. Press Enter with puppeteer_press_key.",
  effect: "write",
  idempotent: true,
  input: z.object({ selector: target, value: fieldValue, ...common }),
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
  description:
    "Fill in a form: type into several fields, choose options and tick boxes in one call.",
  effect: "write",
  idempotent: true,
  input: z.object({
    fields: z
      .array(z.object({ selector: target, value: fieldValue }))
      .min(1)
      .max(100)
      .describe("Fields to fill, one after the other; 1 to 100."),
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
  description: "Choose an option of a drop-down list (a select element).",
  effect: "write",
  idempotent: true,
  input: z.object({
    selector: target,
    value: z.string().describe("Value or visible label of the option."),
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
  description: "Move the mouse over an element, for menus and tips that open on hover.",
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
  description: "Press a key on the keyboard, or a combination of keys.",
  effect: "write",
  input: z.object({
    key: z.string().describe("Key such as `Enter`, `ArrowDown`, `Control+A`."),
    selector: target
      .optional()
      .describe("Element to focus first: a ref such as `e12` or a CSS selector; none by default."),
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
  description: "Drag one element and drop it onto another.",
  effect: "write",
  input: z.object({
    from: z.string().describe("Element to drag: a ref such as `e12` or a CSS selector."),
    to: z.string().describe("Element to drop it on: a ref or a CSS selector."),
    ...common,
  }),
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
  description:
    "Choose files for a file field of a page (upload). Only from directories the operator allows.",
  effect: "write",
  input: z.object({
    selector: target,
    paths: z
      .array(z.string())
      .min(1)
      .max(20)
      .describe('Files on this machine, 1 to 20, such as ["/data/photo.png"].'),
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

import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { fillField, uploadFiles } from "../act/fields.ts";
import { pressKeys } from "../act/keys.ts";
import { selectOption } from "../act/options.ts";
import { click as clickOn, drag as dragTo, hover as hoverOver, useMouse } from "../act/pointer.ts";
import { defineTool } from "../context.ts";
import { button, includeSnapshot, pageId, place, target } from "./fields.ts";

const fieldValue = z
  .string()
  .describe(
    'New value; "true" or "false" for a checkbox, the label of an option for a list. {{NAME}} types that secret.',
  );

const common = { page_id: pageId, include_snapshot: includeSnapshot };

const click = defineTool({
  name: "puppeteer_click",
  title: "Click",
  description:
    "Click a button, link or any other element on a web page, or a point of it, and wait for the page it leads to.",
  effect: "write",
  input: z.object({
    selector: place,
    button,
    count: z.int().min(1).max(3).default(1).describe("Clicks: 2 for a double click."),
    ...common,
  }),
  output: z.string(),
  async run({ selector, page_id, include_snapshot, ...how }, { session }) {
    const tab = await session.tab(page_id);
    await tab.act(() => clickOn(tab, selector, how));
    return session.report(`Clicked: ${selector}`, tab, { snapshot: include_snapshot });
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
    const note = await tab.act(() => fillField(tab, session.secrets, selector, value));
    const done = `Filled ${selector} with: ${value}`;
    return session.report(note === undefined ? done : `${done}\n${note}`, tab, {
      snapshot: include_snapshot,
    });
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
    const done = [`Filled ${fields.length} fields.`];
    for (const { selector, value } of fields) {
      const note = await tab.act(() => fillField(tab, session.secrets, selector, value));
      if (note !== undefined) done.push(note);
    }
    return session.report(done.join("\n"), tab, { snapshot: include_snapshot });
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
    value: z.string().describe("Value or visible label of the option; several of them one a line."),
    ...common,
  }),
  output: z.string(),
  async run({ selector, value, page_id, include_snapshot }, { session }) {
    const tab = await session.tab(page_id);
    await tab.act(async () => selectOption(await tab.element(selector), selector, value));
    return session.report(`Selected ${selector} with: ${value}`, tab, {
      snapshot: include_snapshot,
    });
  },
});

const hover = defineTool({
  name: "puppeteer_hover",
  title: "Hover",
  description: "Move the mouse over an element, for menus and tips that open on hover.",
  effect: "read",
  input: z.object({ selector: place, ...common }),
  output: z.string(),
  async run({ selector, page_id, include_snapshot }, { session }) {
    const tab = await session.tab(page_id);
    await tab.act(() => hoverOver(tab, selector));
    return session.report(`Hovered ${selector}`, tab, { snapshot: include_snapshot });
  },
});

const pressKey = defineTool({
  name: "puppeteer_press_key",
  title: "Press key",
  description: "Press a key on the keyboard, or a combination of keys.",
  effect: "write",
  input: z.object({
    key: z.string().describe("Key such as `Enter`, `ArrowDown`, `Control+A`."),
    selector: target.optional().describe("Element to focus first: a ref or CSS selector."),
    ...common,
  }),
  output: z.string(),
  async run({ key, selector, page_id, include_snapshot }, { session }) {
    const tab = await session.tab(page_id);
    const note = await tab.act(async () => {
      if (selector !== undefined) await (await tab.element(selector)).focus();
      return pressKeys(tab.page, key, session.clipboard);
    });
    const done = `Pressed ${key}`;
    return session.report(note === undefined ? done : `${done}\n${note}`, tab, {
      snapshot: include_snapshot,
    });
  },
});

const drag = defineTool({
  name: "puppeteer_drag",
  title: "Drag",
  description: "Drag from one element or point to another: drop, slide, draw, select text.",
  effect: "write",
  input: z.object({
    from: place,
    to: place,
    via: z
      .array(z.string())
      .max(200)
      .default([])
      .describe('Places to pass on the way, such as ["100,50"].'),
    steps: z.int().min(1).max(100).default(10).describe("Moves of the mouse between two places."),
    ...common,
  }),
  output: z.string(),
  async run({ page_id, include_snapshot, ...way }, { session }) {
    const tab = await session.tab(page_id);
    await tab.act(() => dragTo(tab, way));
    return session.report(`Dragged ${way.from} to ${way.to}`, tab, { snapshot: include_snapshot });
  },
});

const mouse = defineTool({
  name: "puppeteer_mouse",
  title: "Mouse",
  description: "Use the mouse step by step (to draw, to scroll a box in the page).",
  effect: "write",
  input: z.object({
    action: z.enum(["move", "press", "release", "wheel"]).describe("What to do; `wheel` scrolls."),
    target: place.optional(),
    button,
    dx: z.int().default(0).describe("Pixels to scroll to the right."),
    dy: z.int().default(0).describe("Pixels to scroll down, such as 400."),
    page_id: pageId,
  }),
  output: z.string(),
  async run({ page_id, ...wanted }, { session }) {
    const tab = await session.tab(page_id);
    await tab.act(() => useMouse(tab, wanted));
    return session.report(`Mouse: ${wanted.action}`, tab);
  },
});

const uploadFile = defineTool({
  name: "puppeteer_upload_file",
  title: "Upload file",
  description: "Choose files for a file field (upload), from directories the operator allows.",
  effect: "write",
  input: z.object({
    selector: target,
    paths: z
      .array(z.string())
      .min(1)
      .max(20)
      .describe('Files on this machine, such as ["/data/photo.png"].'),
    ...common,
  }),
  output: z.string(),
  async run({ selector, paths, page_id, include_snapshot }, { session }) {
    const tab = await session.tab(page_id);
    await tab.act(() => uploadFiles(tab, session.uploads, selector, paths));
    return session.report(`Chose ${paths.length} files.`, tab, { snapshot: include_snapshot });
  },
});

export const act = defineToolset({
  name: "act",
  title: "Act",
  description: "Click, fill, press and drag.",
  openWorld: true,
  tools: [click, fill, fillForm, select, hover, pressKey, drag, mouse, uploadFile],
});

import { defineToolset, image, link, reply, text } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { explained } from "../errors.ts";
import { findOnPage, formatFound } from "../look/find.ts";
import { readPageText } from "../look/page-text.ts";
import { takeScreenshot } from "../look/screenshot.ts";
import { formatSnapshot, takeSnapshot } from "../look/snapshot.ts";
import { toGalleryUri } from "../session/gallery.ts";
import { cutPage } from "../tab/text.ts";
import { boxes, pageId, size, target } from "./fields.ts";

/** Characters kept free for the line that says what was cut. */
const reserve = 200;

const snapshot = defineTool({
  name: "puppeteer_snapshot",
  title: "Snapshot",
  description:
    "See what is on the page: its accessibility tree, with a ref such as e12 for each element to act on. Start here.",
  effect: "read",
  input: z.object({
    page_id: pageId,
    ref: z.string().optional().describe("Show only what is below this element, such as `e12`."),
    depth: z.int().min(0).optional().describe("Levels to show; all by default."),
    offset: z
      .int()
      .min(0)
      .default(0)
      .describe("Line to start at, as a cut answer names it; 0 by default."),
    boxes,
    max_chars: size,
  }),
  output: z.string(),
  async run({ page_id, offset: from, max_chars: limit, ...part }, { session, room }) {
    const tab = await session.tab(page_id);
    const taken = await tab.read(() => takeSnapshot(tab, { ...part, from, limit }));
    return session.secrets.mask(formatSnapshot(taken, { limit, room: room(reserve) }));
  },
});

const find = defineTool({
  name: "puppeteer_find",
  title: "Find",
  description:
    "Find elements on the page by text: the lines of the snapshot that contain it, with their refs.",
  effect: "read",
  input: z.object({
    text: z.string().optional().describe("Text to find, in upper or lower case."),
    regex: z.string().optional().describe("Regular expression to find, in place of text."),
    page_id: pageId,
  }),
  output: z.string(),
  async run({ page_id, ...wanted }, { session, room }) {
    const tab = await session.tab(page_id);
    const found = await tab.read(() => findOnPage(tab, wanted));
    return session.secrets.mask(formatFound(found, room(reserve)));
  },
});

const getText = defineTool({
  name: "puppeteer_get_text",
  title: "Get text",
  description:
    "Read the text of a website: a page or one element, as Markdown with links or as plain text.",
  effect: "read",
  input: z.object({
    selector: target.optional().describe("Element to read; the whole page by default."),
    format: z
      .enum(["markdown", "text"])
      .default("markdown")
      .describe("`markdown` (the default) or plain `text`."),
    page_id: pageId,
    offset: z
      .int()
      .min(0)
      .default(0)
      .describe("Character to start at, as a cut answer names it; 0 by default."),
    max_chars: size,
  }),
  output: z.string(),
  async run({ selector, format, page_id, offset, max_chars }, { session, room }) {
    const tab = await session.tab(page_id);
    const found = await tab.read(async () => {
      const element = selector === undefined ? undefined : await tab.element(selector);
      return readPageText(tab.page, element, format);
    });
    return cutPage(session.secrets.mask(found), offset, max_chars, room(reserve));
  },
});

const screenshot = defineTool({
  name: "puppeteer_screenshot",
  title: "Screenshot",
  description:
    "Take a screenshot of the page, an element or what is in view; kept as screenshot://{name}.",
  effect: "read",
  input: z.object({
    name: z.string().max(200).describe("Name to keep it under, such as `home`."),
    selector: target.optional().describe("Element to show; what is in view by default."),
    width: z.int().min(1).max(4_000).optional().describe("Width of the view in pixels."),
    height: z.int().min(1).max(4_000).optional().describe("Height of the view in pixels."),
    full_page: z.boolean().default(false).describe("Show the whole page, not only the view."),
    top: z
      .int()
      .min(0)
      .default(0)
      .describe("Pixels of the whole page or element to leave out at the top."),
    format: z.enum(["jpeg", "png"]).default("jpeg").describe("Image format; `jpeg` by default."),
    quality: z.int().min(1).max(100).default(80).describe("JPEG quality, 1 to 100; 80 by default."),
    max_width: z
      .int()
      .min(16)
      .max(4_000)
      .default(1_280)
      .describe("Scale down to this width; 1,280 by default."),
    encoded: z.boolean().default(false).describe("Return a data URI as text, no picture."),
    page_id: pageId,
  }),
  output: z.void(),
  async run({ name, selector, page_id, encoded, ...rest }, { session, room }) {
    const tab = await session.tab(page_id);
    const { full_page: fullPage, max_width: maxWidth, ...options } = rest;
    const shot = await tab.read(async () => {
      const element = selector === undefined ? undefined : await tab.element(selector);
      return takeScreenshot(tab.page, { ...options, element, fullPage, maxWidth });
    });
    const { bytes, mimeType, width, height, missing } = shot;
    session.gallery.add({ name, mimeType, bytes });
    const said = `Screenshot '${name}' taken at ${width}x${height}`;
    const words = text(missing === undefined ? said : `${said}. ${missing}`);
    if (!encoded) return reply(words, image(bytes, mimeType));
    const uri = `data:${mimeType};base64,${Buffer.from(bytes).toString("base64")}`;
    const fits = room(500).take(uri);
    return reply(words, text(fits ? uri : "Too large to be encoded: lower max_width."));
  },
});

const pdf = defineTool({
  name: "puppeteer_pdf",
  title: "PDF",
  description: "Save the page as a PDF document, which is kept as a resource and linked.",
  effect: "read",
  task: "optional",
  input: z.object({
    format: z.enum(["a4", "letter"]).default("a4").describe("Paper size; `a4` by default."),
    landscape: z.boolean().default(false).describe("Print in landscape; false by default."),
    page_id: pageId,
  }),
  output: z.void(),
  async run({ format, landscape, page_id }, { session }) {
    const tab = await session.tab(page_id);
    const options = { format, landscape, printBackground: true, timeout: 30_000 };
    const bytes = await tab.read(() => explained(() => tab.page.pdf(options)));
    const [name, mimeType] = [`${tab.id}.pdf`, "application/pdf"];
    session.gallery.add({ name, mimeType, bytes });
    return reply(link({ uri: toGalleryUri(name), name, mimeType, size: bytes.length }));
  },
});

export const look = defineToolset({
  name: "look",
  title: "Look",
  description: "Read pages, find things in them and take pictures.",
  openWorld: true,
  tools: [snapshot, find, getText, screenshot, pdf],
});

import { defineToolset, embedded, image, reply, text } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { explained } from "../errors.ts";
import { findLines } from "../find.ts";
import { readPageText } from "../page-text.ts";
import { takeScreenshot } from "../screenshot.ts";
import { formatSnapshot, takeSnapshot } from "../snapshot.ts";
import { cutText } from "../text.ts";
import { pageId, target } from "./inputs.ts";

const mostFound = 50;

const snapshot = defineTool({
  name: "puppeteer_snapshot",
  title: "Snapshot",
  description: "Shows a page as its accessibility tree, with a ref for each element. Start here.",
  effect: "read",
  input: z.object({
    page_id: pageId,
    ref: z.string().optional().describe("Only below this."),
    depth: z.int().min(0).optional().describe("Levels."),
    max_chars: z.int().min(100).default(20_000).describe("Size."),
  }),
  output: z.string(),
  async run({ page_id, ref, depth, max_chars }, { session }) {
    const tab = await session.tab(page_id);
    const lines = await tab.read(async () => {
      const root = ref === undefined ? undefined : await tab.element(ref);
      return takeSnapshot(tab, { root, depth });
    });
    return session.secrets.mask(formatSnapshot(lines, max_chars));
  },
});

const find = defineTool({
  name: "puppeteer_find",
  title: "Find",
  description: "Finds the lines of the snapshot that hold a text; cheaper than the whole.",
  effect: "read",
  input: z.object({
    text: z.string().optional().describe("Text, in any case."),
    regex: z.string().optional().describe("Or expression."),
    page_id: pageId,
  }),
  output: z.string(),
  async run({ page_id, ...wanted }, { session }) {
    const tab = await session.tab(page_id);
    const lines = await tab.read(() => takeSnapshot(tab));
    const found = findLines(lines, wanted);
    const more = found.length > mostFound ? `\n[${found.length - mostFound} more.]` : "";
    const shown = found.slice(0, mostFound).join("\n");
    return session.secrets.mask(found.length === 0 ? "Nothing found." : `${shown}${more}`);
  },
});

const getText = defineTool({
  name: "puppeteer_get_text",
  title: "Get text",
  description: "Reads the text of a page or element, as Markdown with links or plain.",
  effect: "read",
  input: z.object({
    selector: target.optional(),
    format: z.enum(["markdown", "text"]).default("markdown").describe("Form."),
    page_id: pageId,
    offset: z.int().min(0).default(0).describe("First character."),
    max_chars: z.int().min(100).default(20_000).describe("Size."),
  }),
  output: z.string(),
  async run({ selector, format, page_id, offset, max_chars }, { session }) {
    const tab = await session.tab(page_id);
    const found = await tab.read(async () => {
      const element = selector === undefined ? undefined : await tab.element(selector);
      return readPageText(tab.page, element, format);
    });
    return cutText(session.secrets.mask(found).slice(offset), max_chars);
  },
});

const screenshot = defineTool({
  name: "puppeteer_screenshot",
  title: "Screenshot",
  description: "Takes a picture of the view, an element or the page; kept as screenshot://{name}.",
  effect: "read",
  input: z.object({
    name: z.string().max(200).describe("Name to keep it under."),
    selector: target.optional(),
    width: z.int().min(1).max(4_000).optional().describe("View width, this once."),
    height: z.int().min(1).max(4_000).optional().describe("View height, this once."),
    full_page: z.boolean().default(false).describe("Beyond the view."),
    format: z.enum(["jpeg", "png"]).default("jpeg").describe("Form."),
    quality: z.int().min(1).max(100).default(80).describe("Of JPEG."),
    max_width: z.int().min(16).max(4_000).default(1_280).describe("Scaled down to this."),
    encoded: z.boolean().default(false).describe("As text, a data URI."),
    page_id: pageId,
  }),
  output: z.object({ width: z.int(), height: z.int() }),
  async run({ name, selector, page_id, encoded, ...rest }, { session, budget }) {
    const tab = await session.tab(page_id);
    const { full_page: fullPage, max_width: maxWidth, ...options } = rest;
    const shot = await tab.read(async () => {
      const element = selector === undefined ? undefined : await tab.element(selector);
      return takeScreenshot(tab.page, { ...options, element, fullPage, maxWidth });
    });
    const { bytes, mimeType, width, height } = shot;
    session.gallery.add({ name, mimeType, bytes });
    const words = text(`Screenshot '${name}' taken at ${width}x${height}`);
    if (!encoded) return reply({ width, height }, words, image(bytes, mimeType));
    const uri = `data:${mimeType};base64,${Buffer.from(bytes).toString("base64")}`;
    const fits = uri.length < budget - 500 ? uri : "Too large to be encoded: lower max_width.";
    return reply({ width, height }, words, text(fits));
  },
});

const pdf = defineTool({
  name: "puppeteer_pdf",
  title: "PDF",
  description: "Prints a page as a PDF document.",
  effect: "read",
  input: z.object({
    format: z.enum(["a4", "letter"]).default("a4").describe("Paper."),
    landscape: z.boolean().default(false).describe("Sideways."),
    page_id: pageId,
  }),
  output: z.object({ size: z.int() }),
  async run({ format, landscape, page_id }, { session }) {
    const tab = await session.tab(page_id);
    const options = { format, landscape, printBackground: true, timeout: 30_000 };
    const bytes = await tab.read(() => explained(() => tab.page.pdf(options)));
    return reply(
      { size: bytes.length },
      embedded(`page://${tab.id}/pdf`, bytes, "application/pdf"),
    );
  },
});

export const look = defineToolset({
  name: "look",
  title: "Look",
  description: "Read pages, find things in them and take pictures.",
  openWorld: true,
  tools: [snapshot, find, getText, screenshot, pdf],
});

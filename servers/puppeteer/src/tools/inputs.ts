import { z } from "zod";

/** Input fields that several tools share, with the same words everywhere. */
export const pageId = z
  .string()
  .optional()
  .describe("Page to use: a page_id from puppeteer_tabs; the current page by default.");
export const target = z
  .string()
  .describe("Element: a ref from the snapshot such as `e12`, or a CSS selector such as `#login`.");
export const place = z
  .string()
  .describe(
    "Element: a ref such as `e12` or a CSS selector; or a point of the view such as `640,360`, or of an element from its left top corner such as `e12@5,10`.",
  );
export const button = z
  .enum(["left", "right", "middle"])
  .default("left")
  .describe("Mouse button; `left` by default.");
export const size = z
  .int()
  .min(100)
  .default(20_000)
  .describe("Characters to return at most; 20,000 by default.");
export const includeSnapshot = z
  .boolean()
  .optional()
  .describe("Return a snapshot of the page afterwards too; false by default.");
export const boxes = z
  .boolean()
  .optional()
  .describe("Add where each element is in the view: box=left,top,width,height in pixels.");

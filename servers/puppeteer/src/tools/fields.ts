import { z } from "zod";

/** Input fields that several tools share, with the same words everywhere. */
export const pageId = z
  .string()
  .optional()
  .describe("page_id of puppeteer_tabs; else the current page.");
export const target = z.string().describe("A ref such as `e12`, or a CSS selector.");
export const place = z
  .string()
  .describe(
    "A ref such as `e12`, a CSS selector, a point of the view `640,360`, or of an element `e12@5,10`.",
  );
export const button = z
  .enum(["left", "right", "middle"])
  .default("left")
  .describe("Mouse button to use.");
export const size = z
  .int()
  .min(100)
  .default(20_000)
  .describe("Characters to return at most; 20,000 by default.");
export const includeSnapshot = z.boolean().optional().describe("Return a snapshot afterwards too.");
export const boxes = z.boolean().optional().describe("Add box=left,top,width,height in the view.");
